"""Encodings -> one number per spectrum. One score per file; each defines one `SCORE`.

Every score is higher for a more unusual spectrum. A score sees either one spectrum at a time
(`of_spectra`: its value does not depend on which others are there) or the whole population's latent
means (`of_population`); it defines exactly one of the two.
"""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.spectra import Encodings, Float


@dataclass(frozen=True)
class Score:
    """A score: its name and words, its source, and how it is made.

    Attributes
    ----------
    paper_name, paper_sign
        What the paper calls it; the paper's number is `paper_sign` times ours.
    of_spectra
        Encodings of N spectra -> (N,).
    of_population
        Latent means (N, D) and the number of neighbours k -> (N,).
    """

    name: str
    title: str
    description: str
    source: str
    paper_name: str
    paper_sign: int = 1
    of_spectra: Callable[[Encodings], Float] | None = None
    of_population: Callable[[Float, int], Float] | None = None
