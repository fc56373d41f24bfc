"""The data: what a spectrum is here, what can be wrong with it, and what its columns are called.

Axes: N spectra, L pixels, D latent dimensions.
Units: wavelength in Å, in vacuum; flux in 1e-17 erg s⁻¹ cm⁻² Å⁻¹; ivar in 1/flux², where 0 means
that the pixel carries no information; coordinates in degrees, ICRS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.floating[Any]]
Text = npt.NDArray[np.object_]
Array = npt.NDArray[Any]


class Quality(IntFlag):
    """Why a spectrum is not scored; 0 is good. A bad row is flagged and counted, never dropped."""

    GOOD = 0
    SKY = 1
    DEAD_FIBRE = 2
    BAD_FIBRE = 4
    NO_REDSHIFT = 8
    NO_DATA = 16
    NOT_TARGETED = 32
    REDSHIFT_RANGE = 64
    LOW_COVERAGE = 128
    LOW_SNR = 256
    DUPLICATE = 512
    BAD_POSITION = 1024


QUALITY_MEANING: Mapping[Quality, str] = {
    Quality.SKY: "The fibre was pointed at blank sky.",
    Quality.DEAD_FIBRE: "Every pixel has zero inverse variance.",
    Quality.BAD_FIBRE: "The survey flags the fibre (broken, misplaced, or bad in every exposure).",
    Quality.NO_REDSHIFT: "The survey gives no redshift for this spectrum.",
    Quality.NO_DATA: "No pixel of the model grid has data.",
    Quality.NOT_TARGETED: "Not of a target class that the recipe selects.",
    Quality.REDSHIFT_RANGE: "The redshift lies outside the recipe's range.",
    Quality.LOW_COVERAGE: "Too few bins of the model grid have data.",
    Quality.LOW_SNR: "The signal is below the recipe's minimum (a median signal-to-noise ratio per "
    "bin), or the survey's own (median counts).",
    Quality.DUPLICATE: "The same target has a better spectrum in this release.",
    Quality.BAD_POSITION: "The coordinates are missing or impossible.",
}


@dataclass(frozen=True)
class Column:
    """One column of the catalogue, as everybody who uses it needs to know it.

    `decimals` is the number of decimals that the value deserves in text formats; None for text,
    counts and booleans. `ucd` is the IVOA's word for what the column holds.
    """

    name: str
    description: str
    unit: str = ""
    ucd: str = ""
    decimals: int | None = None
    null: str = ""


@dataclass(frozen=True)
class Arm:
    """One spectrograph arm, or a whole spectrum: wave (L,), flux and ivar (N, L).

    `wave` increases; `ivar` is finite, ≥ 0, and 0 wherever the survey masks the pixel.
    """

    name: str
    wave: Float
    flux: Float
    ivar: Float


def _no_text() -> Text:
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class Origins:
    """Where spectra were taken: M memberships of rows in groups, each told once.

    `row` (M,) counts the spectra from 0; `kind` (M,) is fibre, petal, spectrograph, exposure, tile,
    plan or night; `name` (M,) is what the survey calls the group. A spectrum that was coadded from
    several exposures belongs to several groups of a kind; what a file does not tell is left out.
    """

    row: Array = field(default_factory=lambda: np.empty(0, np.int64))
    kind: Text = field(default_factory=_no_text)
    name: Text = field(default_factory=_no_text)

    @classmethod
    def of(cls, told: Sequence[tuple[int, str, str]]) -> "Origins":
        """Make them of memberships (row, kind, name), in their order."""
        return cls(
            np.array([row for row, _, _ in told], np.int64),
            np.array([kind for _, kind, _ in told], dtype=object),
            np.array([name for _, _, name in told], dtype=object),
        )


@dataclass(frozen=True)
class Spectra:
    """N spectra of one survey file, on the survey's own pixels, in this project's words.

    `extras` holds a survey's further columns, each declared in its `Survey.columns`; `origins` says
    where the spectra were taken, as far as the file tells.
    `noise_estimated` is true where the survey gives no errors and the reader estimated them.
    """

    survey: str
    target_id: Text
    ra: Float
    dec: Float
    z: Float
    z_err: Float
    z_warn: Array
    spec_class: Text
    subclass: Text
    quality: Array
    arms: tuple[Arm, ...]
    noise_estimated: bool = False
    extras: Mapping[str, Array] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.target_id)


@dataclass(frozen=True)
class RestSpectra:
    """N spectra on the common rest-frame grid `wave` (L,), unit norm, infilled: a model's input.

    flux, ivar : (N, L); ivar is scaled with flux, and 0 where the flux was filled in.
    """

    target_id: Text
    wave: Float
    flux: Float
    ivar: Float

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.target_id)


@dataclass(frozen=True)
class Encodings:
    """What a model made of N spectra.

    latent, latent_sd : (N, D), mean and deviation of q(z|x); recon : (N, L), at the mean; scatter :
    (N, L), variance by which the model expects to miss a bin, noise apart; log_likelihood : (N,),
    of the spectrum per valid bin, averaged over draws from q(z|x).
    """

    target_id: Text
    wave: Float
    flux: Float
    ivar: Float
    latent: Float
    latent_sd: Float
    recon: Float
    scatter: Float
    log_likelihood: Float

    @property
    def resid(self) -> Float:
        """Spectrum minus reconstruction, (N, L), double precision."""
        resid: Float = self.flux.astype(np.float64) - self.recon
        return resid

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.target_id)


def coadd(arms: tuple[Arm, ...]) -> Arm:
    """Join arms into one spectrum, inverse-variance weighted where they overlap.

    Arms must share one pixel grid in their overlaps (DESI's do: 0.8 Å from 3600 Å); pixels are
    matched by wavelength rounded to a thousandth of an Å, since the stored doubles differ in
    their last digits between arms.

    Returns
    -------
    Arm
        wave (L,) increasing; flux and ivar (N, L) in float32; flux is 0 where no arm has data.
    """
    if len(arms) == 1:
        return arms[0]
    keys = [np.round(arm.wave * 1000).astype(np.int64) for arm in arms]
    grid = np.unique(np.concatenate(keys))
    n_rows = arms[0].flux.shape[0]
    weighted = np.zeros((n_rows, grid.size))
    ivar = np.zeros((n_rows, grid.size))
    wave = np.zeros(grid.size)
    for arm, key in zip(arms, keys, strict=True):
        at = np.searchsorted(grid, key)
        wave[at] = arm.wave
        weighted[:, at] += arm.flux.astype(np.float64) * arm.ivar
        ivar[:, at] += arm.ivar
    flux = np.divide(weighted, ivar, out=np.zeros_like(weighted), where=ivar > 0)
    return Arm("coadd", wave, flux.astype(np.float32), ivar.astype(np.float32))
