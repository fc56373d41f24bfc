"""Helium in absorption in a blue spectrum at zero redshift: a star of type O or B."""

from catalog.explain import stars
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Find blue spectra that He I absorbs, without Ca II K; the value is He I's width in Å."""
    return stars.evidence(batch, "hot_star", {"width": "ew_he_i", "colour": "blue_colour"})


REASON = ReasonTest("hot_star", Scope.IDENTITY, ("width", "colour"), measure)
