"""Lines hundreds of Å wide: quasars' broadest, supernovae, or humps that are no line at all."""

from catalog.explain import broad
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

LEAST = 9_000.0
"""km/s: 200 Å at Hα."""


def measure(batch: Outliers) -> Evidence:
    """Name the most significant line wider than that; the value is its FWHM in km/s."""
    found = broad.find(batch)
    return broad.evidence(found, (found.significance > 0) & (found.fwhm >= LEAST))


REASON = ReasonTest("very_broad_line", Scope.FEATURE, ("line", "width"), measure, at_redshift=True)
