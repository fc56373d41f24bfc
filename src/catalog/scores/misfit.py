"""Reduced χ² in which the model's own scatter counts as well as the noise."""

from catalog.scores import Sample, Score
from catalog.scores._misfit import mean_square, weights
from catalog.spectra import Float


def misfit(sample: Sample) -> Float:
    """Σ (x − x̂)² / (noise + scatter) / number of valid bins, (N,); NaN where no bin is valid.

    Without the scatter every bright spectrum is a misfit, since no model is better than a percent.
    """
    return mean_square(sample.encodings.resid, weights(sample))


SCORE = Score(
    name="misfit",
    title="Misfit",
    description="Mean squared difference between a spectrum and its reconstruction, in units of "
    "what noise and the model's usual error lead one to expect. About 1 is ordinary.",
    source="reduced χ² with the model's scatter added to the noise variance",
    of_spectra=misfit,
)
