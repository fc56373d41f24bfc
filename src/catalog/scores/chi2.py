"""Reduced χ² of the reconstruction: the paper's error, over the bins that have data."""

from catalog.scores import Sample, Score
from catalog.scores._misfit import mean_square
from catalog.spectra import Float


def chi2(sample: Sample) -> Float:
    """Σ ivar·(x − x̂)² / number of valid bins, (N,); NaN where no bin is valid."""
    return mean_square(sample.encodings.resid, sample.encodings.ivar)


SCORE = Score(
    name="chi2",
    title="Reduced χ²",
    description="Mean squared difference between a spectrum and its reconstruction, in units of "
    "the noise, over the bins that have data. Noise alone gives 1.",
    source="Nicolaou et al. 2025, arXiv:2506.17376, equation 6, over valid bins",
    of_spectra=chi2,
)
