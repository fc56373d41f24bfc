"""Steps in the flux where two arms of the spectrograph meet."""

from catalog.explain import steps
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

MIN_SIGNIFICANCE = 4.0
"""None of 15,000 ordinary simulated spectra exceeds it, and no real DESI one."""


def measure(batch: Outliers) -> Evidence:
    """Take the largest step between two arms, where it exceeds 5 % and 4 σ."""
    return steps.evidence(batch, "arm_step", MIN_SIGNIFICANCE)


REASON = ReasonTest("arm_discontinuity", Scope.FEATURE, ("step", "wave"), measure)
