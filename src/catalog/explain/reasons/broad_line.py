"""Permitted lines with a component thousands of km/s wide, as active nuclei show them."""

from catalog.explain import broad
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

TOO_WIDE = 9_000.0
"""km/s: lines wider than this (200 Å at Hα) are a category of their own."""


def measure(batch: Outliers) -> Evidence:
    """Name the most significant broad line; the value is its FWHM in km/s, known to about 20 %."""
    found = broad.find(batch)
    return broad.evidence(found, (found.significance > 0) & (found.fwhm < TOO_WIDE))


REASON = ReasonTest("broad_line", Scope.FEATURE, ("line", "width"), measure, at_redshift=True)
