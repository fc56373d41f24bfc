"""Misfit of a spectrum's better 97 %: blind to a few bad bins, not to an odd spectrum."""

import numpy as np

from catalog.scores import Sample, Score
from catalog.scores._misfit import ratio, weights
from catalog.spectra import Float

TRIM = 0.03
"""Fraction of a spectrum's valid bins left out: Ortiz & Boquien 2025."""


def trimmed_chi2(sample: Sample) -> Float:
    """Mean of (x − x̂)² / (noise + scatter) without the worst 3 % of the valid bins, (N,).

    NaN where no bin is valid. Of n valid bins the ⌊0.03 n⌋ worst are left out.

    Notes
    -----
    Ortiz & Boquien 2025, A&A 703, A242.
    """
    weight = weights(sample)
    square = np.where(weight > 0, weight * sample.encodings.resid**2, np.inf)
    square.sort(axis=1)  # bins without data come last
    n_valid = np.count_nonzero(weight > 0, axis=1)
    n_kept = n_valid - np.floor(TRIM * n_valid).astype(np.int64)
    kept = np.arange(square.shape[1]) < n_kept[:, None]
    return ratio(np.sum(square, axis=1, where=kept), n_kept)


SCORE = Score(
    name="trimmed_chi2",
    title="Trimmed misfit",
    description="The misfit without the worst 3 % of a spectrum's bins. High where a spectrum is "
    "odd throughout, not where a few of its bins are bad.",
    source="Ortiz & Boquien 2025, A&A 703, A242",
    of_spectra=trimmed_chi2,
)
