"""The most significant run of residuals of one sign: features that no single bin shows."""

from catalog.scores import Sample, Scale, Score
from catalog.scores._misfit import weights
from catalog.scores._windows import strongest
from catalog.spectra import Float


def coherent_misfit(sample: Sample) -> Float:
    """Largest squared significance of the mean residual over 4, 8 or 16 neighbouring bins, (N,).

    Variances are noise plus model scatter. NaN where no bin is valid.
    """
    return strongest(sample.encodings.resid, weights(sample))


SCORE = Score(
    name="coherent_misfit",
    title="Coherent misfit",
    description="Squared significance of the strongest run of 4, 8 or 16 neighbouring bins that "
    "lie above, or below, the reconstruction on average. Finds features that no single bin shows.",
    source="matched filter with a box, over all positions and three widths",
    scale=Scale.LINEAR,
    of_spectra=coherent_misfit,
)
