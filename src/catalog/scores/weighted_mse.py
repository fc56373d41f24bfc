"""Weighted mean squared error of the reconstruction: the paper's first score."""

import numpy as np

from catalog.scores import Sample, Score
from catalog.spectra import Float


def weighted_mse(sample: Sample) -> Float:
    """Mean over all L bins of ivar·(x − x̂)², of shape (N,); higher is more unusual.

    Bins with ivar 0 count in L but add nothing, as in the paper; 1 is what noise alone gives a
    fully covered spectrum.

    Notes
    -----
    Nicolaou et al. 2025, arXiv:2506.17376, equation 6.
    """
    encodings = sample.encodings
    error: Float = np.mean(encodings.ivar * encodings.resid**2, axis=1)
    return error


SCORE = Score(
    name="weighted_mse",
    title="Reconstruction error",
    description="Mean squared difference between a spectrum and its reconstruction, in units of "
    "the noise, over all bins. Noise alone gives 1.",
    source="Nicolaou et al. 2025, arXiv:2506.17376, equation 6",
    paper_name="weighted MSE",
    of_spectra=weighted_mse,
)
