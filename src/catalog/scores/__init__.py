"""What makes a spectrum unusual, as numbers. One score per file; each defines one `SCORE`.

Every score is higher for a more unusual spectrum. A score sees either one spectrum at a time
(`of_spectra`: its value does not depend on which others are there) or the whole population
(`of_population`); it defines exactly one of the two. NaN means that it cannot be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.basis import Basis
from catalog.spectra import Array, Encodings, Float, Text


class Scale(StrEnum):
    """On which scale a score's upper tail falls off like an exponential: what calibration needs."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True)
class Sample:
    """What a score of single spectra sees: N spectra, all scored by models that never met them.

    Attributes
    ----------
    encodings
        Latents, reconstruction and its scatter, from the autoencoder.
    z, spec_class
        The survey's redshift and class, (N,).
    basis
        Linear model of all classes.
    class_basis
        Linear model of each class that has enough spectra, by name.
    measures
        What was measured on native pixels, (N,) each, by name; NaN where it could not be.
    line_waves
        Rest-frame wavelengths of emission lines, Å, vacuum.
    """

    encodings: Encodings
    z: Float
    spec_class: Text
    basis: Basis
    class_basis: Mapping[str, Basis]
    measures: Mapping[str, Float]
    line_waves: Float

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.encodings)


@dataclass(frozen=True)
class Population:
    """What a score of a population sees: all scored spectra in one model's latent space.

    Attributes
    ----------
    latent, latent_sd
        Mean and deviation of q(z|x), (N, D).
    coefficients
        Of the linear model of all classes, (N, K).
    trained
        Which spectra the model was trained on, (N,) bool; densities are fitted to those alone.
    wanted
        Whose score is wanted, (N,) bool; the others are there as neighbours.
    neighbours
        k of the local outlier factor.
    seed
        Of whatever is random.
    """

    latent: Float
    latent_sd: Float
    coefficients: Float
    trained: Array
    wanted: Array
    neighbours: int
    seed: int


@dataclass(frozen=True)
class Score:
    """A score: its name and words, its source, and how it is made.

    Attributes
    ----------
    paper_name, paper_sign
        What a paper calls it, where it is a paper's; its number is `paper_sign` times ours.
    baseline
        Whether it is a simpler method, made to be compared with.
    logarithmic
        Whether its values are log10 of something, and may be below zero.
    scale
        Scale on which it is calibrated.
    by_class
        Whether spectra of the same class are its measure; not where the score compares a spectrum
        with itself, and means the same for all.
    of_spectra
        N spectra -> (N,).
    of_population
        A population -> the scores of the `wanted`, in their order.
    """

    name: str
    title: str
    description: str
    source: str
    paper_name: str = ""
    paper_sign: int = 1
    baseline: bool = False
    logarithmic: bool = False
    scale: Scale = Scale.LOG
    by_class: bool = True
    of_spectra: Callable[[Sample], Float] | None = None
    of_population: Callable[[Population], Float] | None = None
