"""Papers whose method a release uses, and the identifiers of papers that a text names."""

import re
from dataclasses import dataclass

_ARXIV = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5})")


@dataclass(frozen=True)
class Paper:
    """A paper; `authors` are (family, given) of the first of them, `more` if there are others."""

    title: str
    authors: tuple[tuple[str, str], ...]
    more: bool
    year: int
    arxiv: str

    @property
    def address(self) -> str:
        """Its page."""
        return f"https://arxiv.org/abs/{self.arxiv}"

    @property
    def short(self) -> str:
        """Name it as a sentence does."""
        return f"{self.authors[0][0]} et al. ({self.year})"


METHOD = (
    Paper(
        "Identifying Anomalous DESI Galaxy Spectra with a Variational Autoencoder",
        (
            ("Nicolaou", "C."),
            ("Nathan", "R. P."),
            ("Lahav", "O."),
            ("Palmese", "A."),
            ("Saintonge", "A."),
        ),
        more=True,
        year=2025,
        arxiv="2506.17376",
    ),
    Paper(
        "Machines learn to infer stellar parameters just by looking at a large number of spectra",
        (
            ("Sedaghat", "Nima"),
            ("Romaniello", "Martino"),
            ("Carrick", "Jonathan E."),
            ("Pineau", "François-Xavier"),
        ),
        more=False,
        year=2021,
        arxiv="2009.12872",
    ),
)
"""Papers on whose method every release rests."""


def arxiv_named(text: str) -> tuple[str, ...]:
    """Give the arXiv identifiers that a text names, as `arXiv:2306.06308`, in its order."""
    return tuple(dict.fromkeys(_ARXIV.findall(text)))
