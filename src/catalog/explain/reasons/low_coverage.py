"""Missing wavelengths make the spectrum look unusual."""

from catalog.explain import sentences, whole
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

MAX_COVERAGE = 0.9
"""Fraction of the model's bins with data; above it, what is filled in hardly moves a spectrum."""


def measure(batch: Outliers) -> Evidence:
    """Spectra with many filled-in bins that the reconstruction fits within the noise elsewhere."""
    holds = (batch.coverage < MAX_COVERAGE) & ~batch.misfits
    share = sentences.texts(holds, sentences.percentage, batch.coverage)
    return whole.evidence(holds, 100 * batch.coverage, "%", share=share)


REASON = ReasonTest("low_coverage", Scope.CLASS, ("share",), measure)
