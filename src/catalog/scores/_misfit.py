"""How far a spectrum is from its reconstruction, in units of what was to be expected of each bin.

Every function takes residuals (N, L) and weights (N, L), inverse variances that are 0 where there
is no information, and gives NaN where a spectrum has no bin to tell from.
"""

import numpy as np

from catalog.basis import total_weight
from catalog.scores import Sample
from catalog.spectra import Array, Float

LINE_REACH_KM_S = 300.0
"""Half the width of the window around a line: Ortiz & Boquien 2025 mask 250 to 300 km/s."""
SPEED_OF_LIGHT_KM_S = 299_792.458


def weights(sample: Sample) -> Float:
    """Inverse variance of each residual, (N, L): noise and the model's own scatter, added."""
    return total_weight(sample.encodings.ivar, sample.encodings.scatter)


def mean_square(resid: Float, weight: Float) -> Float:
    """Mean over the bins with information of weight·resid², (N,); 1 for noise as expected."""
    n_valid = np.count_nonzero(weight > 0, axis=1)
    total = np.einsum("nl,nl,nl->n", weight, resid, resid, dtype=np.float64)
    return ratio(total, n_valid)


def ratio(total: Float, count: Array) -> Float:
    """Mean (N,) of `count` numbers of sum `total`; NaN where there are none."""
    mean: Float = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return mean


def near_lines(wave: Float, line_waves: Float) -> Array:
    """Mark the bins (L,) whose centre lies within 300 km/s of any of the lines; both in Å."""
    if not line_waves.size:
        return np.zeros(wave.size, bool)
    velocity = (wave[:, None] / line_waves - 1.0) * SPEED_OF_LIGHT_KM_S
    return np.asarray((np.abs(velocity) <= LINE_REACH_KM_S).any(axis=1))
