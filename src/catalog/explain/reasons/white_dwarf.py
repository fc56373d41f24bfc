"""Hydrogen lines as broad as only a white dwarf's gravity makes them."""

from catalog.explain import stars
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Find blue spectra whose Hβ and Hγ at zero redshift still absorb 22-45 Å from their centres.

    The value is the flux there over the continuum's, at Hβ. White dwarfs without hydrogen lines are
    not told by it.
    """
    return stars.evidence(batch, "white_dwarf", {"wings": "hbeta_wings", "colour": "blue_colour"})


REASON = ReasonTest("white_dwarf", Scope.IDENTITY, ("wings", "colour"), measure)
