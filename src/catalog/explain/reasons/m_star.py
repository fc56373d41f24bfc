"""Titanium oxide and calcium hydride at zero redshift: an M star."""

from catalog.explain import stars
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Find deep bands of TiO at 6158 Å, with TiO5 and CaH2; the value is the first one's index."""
    return stars.evidence(batch, "m_star", {"tio": "tio_6158", "tio5": "tio5"})


REASON = ReasonTest("m_star", Scope.IDENTITY, ("tio", "tio5"), measure)
