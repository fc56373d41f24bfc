"""log10 of the mean squared error of the reconstruction: the MaStar paper's score."""

import numpy as np

from catalog.scores import Sample, Scale, Score
from catalog.scores._misfit import mean_square
from catalog.spectra import Float

SMALLEST = 1e-20
"""Least error of which a logarithm is taken: far below what single precision can tell."""


def reconstruction_error(sample: Sample) -> Float:
    """log10 of the mean of (x − x̂)² over valid bins, (N,); NaN where no bin is valid.

    In units in which the mean square of a spectrum is 1: spectra of unit norm are multiplied by
    √L. −4 is an error of one per cent. The noise does not weigh, so that a spectrum of large
    errors scores high for its noise alone; that is the paper's score, and calibration by S/N is
    what takes it out.

    Notes
    -----
    Suzuki 2026, arXiv:2603.03734: reported as log10, with its percentiles over the release.
    """
    encodings = sample.encodings
    n_bins = encodings.flux.shape[1]
    valid = (encodings.ivar > 0).astype(np.float32)
    error = n_bins * mean_square(encodings.resid, valid)
    result: Float = np.log10(np.maximum(error, SMALLEST))
    return result


SCORE = Score(
    name="reconstruction_error",
    title="Reconstruction error (log₁₀)",
    description="Logarithm (base 10) of the mean squared difference between a spectrum and its "
    "reconstruction, as a fraction of the spectrum's mean square, whatever its noise. "
    "−4 is an error of one per cent, −2 of ten.",
    source="Suzuki 2026, arXiv:2603.03734",
    paper_name="log10 reconstruction error",
    logarithmic=True,
    scale=Scale.LINEAR,
    of_spectra=reconstruction_error,
)
