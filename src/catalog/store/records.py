"""What a catalogue's tables hold, row by row, as types; `schema.sql` says what it means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Release:
    """The release as a whole."""

    name: str
    title: str
    description: str
    simulated: bool
    acronym: str
    seed: int
    software_version: str
    schema_version: int
    recipe: str
    outlier_fraction: float
    n_read: int
    n_flagged: int
    n_scored: int
    n_outliers: int
    n_published: int

    def choice(self, section: str, key: str, default: str) -> str:
        """Give what the recipe says at `section.key`; the default where it says nothing."""
        try:
            found = json.loads(self.recipe)[section][key]
        except (ValueError, KeyError, TypeError):
            return default
        return str(found)


@dataclass(frozen=True)
class Survey:
    """A survey whose spectra the release holds, and whom to thank for them."""

    name: str
    title: str
    url: str
    citation: str
    acknowledgement: str
    flux_unit: str
    licence: str
    release: str
    object_page: str
    n_read: int
    n_scored: int


@dataclass(frozen=True)
class Input:
    """A survey file that was read."""

    survey: str
    file: str
    sha256: str
    url: str


@dataclass(frozen=True)
class Flag:
    """A quality bit, and how many spectra carry it."""

    bit: int
    name: str
    meaning: str
    n: int


@dataclass(frozen=True)
class Entry:
    """An entry of the column dictionary."""

    name: str
    type: str
    unit: str
    ucd: str
    decimals: int | None
    description: str
    null: str


@dataclass(frozen=True)
class Score:
    """A score; higher is more unusual, and the paper's number is `paper_sign` times it.

    `role` is ranking, paper, further or baseline, as `schema.sql` says; `logarithmic` ones are
    log10 of something, and may be below zero.
    """

    name: str
    title: str
    column: str
    role: str
    position: int
    description: str
    source: str
    logarithmic: bool
    threshold: float | None
    n_outliers: int
    paper_name: str
    paper_sign: int
    median_snr_top: float | None
    median_snr_top_calibrated: float | None


@dataclass(frozen=True)
class ScorePercentile:
    """So many per cent of the scored spectra are below `value` by this score."""

    score: str
    percentile: float
    value: float


@dataclass(frozen=True)
class ScoreBin:
    """A bin of a score's histogram, in log10 of the score unless that is a logarithm itself."""

    low: float
    high: float
    n: int


@dataclass(frozen=True)
class ClassScore:
    """A score's mean and median over the spectra of one class."""

    score: str
    spec_class: str
    n: int
    mean: float
    median: float


@dataclass(frozen=True)
class Model:
    """The model that made the reconstructions."""

    kind: str
    n_latent: int
    n_parameters: int
    n_folds: int
    weights_sha256: str
    trained: bool
    trained_on: str
    trained_on_simulated: bool
    n_train: int
    n_validation: int
    configuration: str


@dataclass(frozen=True)
class Epoch:
    """One pass over the training spectra of one fold; `phase` 0 is the first fit, then refits."""

    fold: int
    epoch: int
    phase: int
    loss_train: float
    loss_validation: float
    chi2_validation: float
    learning_rate: float


@dataclass(frozen=True)
class Line:
    """A spectral line, wavelength in Å in vacuum."""

    name: str
    label: str
    wave: float
    kind: str
    major: bool
    source: str


@dataclass(frozen=True)
class Category:
    """A kind of outlier."""

    name: str
    title: str
    verdict: str
    description: str
    n: int


@dataclass(frozen=True)
class Reason:
    """Why an outlier is one; `explained` is the share of its excess χ², 0..1."""

    target_id: str
    category: str
    verdict: str
    sentence: str
    value: float | None
    unit: str
    significance: float | None
    explained: float | None
    wave_low: float | None
    wave_high: float | None


@dataclass(frozen=True)
class PersonVerdict:
    """What one person says of one object, and the machine's word on it: empty for no outlier."""

    target_id: str
    verdict: str
    category: str
    comment: str
    by: str
    date: str
    machine: str


@dataclass(frozen=True)
class Standing:
    """What one score says of one spectrum; all None where it cannot be measured."""

    value: float | None
    rank: int | None
    percentile: float | None
    p: float | None


@dataclass(frozen=True)
class Outlier:
    """A published object: a spectrum with a page of its own.

    `scores` is keyed by score name; `extras` holds the survey's own columns.
    """

    target_id: str
    name: str
    survey: str
    ra: float | None
    dec: float | None
    z: float | None
    z_err: float | None
    z_warn: int | None
    spec_class: str
    subclass: str
    snr: float | None
    coverage: float | None
    noise_estimated: bool
    rank: int | None
    percentile: float | None
    p: float | None
    p_extrapolated: bool
    q: float | None
    verdict: str
    category: str
    slug: str
    map_x: float | None
    map_y: float | None
    scores: Mapping[str, Standing]
    extras: Mapping[str, Any]


@dataclass(frozen=True)
class ArmSpectrum:
    """What one arm measured in `bins` (n,) of the grid where another has data, too.

    flux, ivar : (n,), scaled as the object's `ObjectSpectrum`.
    """

    name: str
    bins: Whole
    flux: Float
    ivar: Float


@dataclass(frozen=True)
class ObjectSpectrum:
    """A published spectrum on the grid (L,), unit norm; times `norm` it is in 1e-17 cgs per Å."""

    flux: Float
    ivar: Float
    recon: Float
    expected: Float
    norm: float
