"""Steps in the flux within an arm, where its CCD is divided between amplifiers."""

from catalog.explain import steps
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

MIN_SIGNIFICANCE = 6.0
"""Higher than between arms, since several places are tried: at 5 σ one in 2,000 ordinary simulated
spectra has one. Real DESI coadds reach 2.7 σ."""


def measure(batch: Outliers) -> Evidence:
    """Take the largest step near the middle of an arm, where it exceeds 5 % and 6 σ."""
    return steps.evidence(batch, "amplifier_step", MIN_SIGNIFICANCE)


REASON = ReasonTest("amplifier_step", Scope.FEATURE, ("step", "wave"), measure)
