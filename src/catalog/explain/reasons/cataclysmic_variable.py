"""Broad hydrogen and helium emission at zero redshift: gas that falls onto a white dwarf."""

from catalog.explain import stars
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Find Hα, Hβ and helium emitting together, Hα beyond 300 km/s too, [O III] not with them.

    The value is Hα's equivalent width in Å.
    """
    shown = {"halpha": "ew_halpha", "hbeta": "ew_hbeta", "helium": "ew_helium"}
    return stars.evidence(batch, "cataclysmic_variable", shown)


REASON = ReasonTest("cataclysmic_variable", Scope.IDENTITY, ("halpha", "hbeta", "helium"), measure)
