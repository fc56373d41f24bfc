"""What an estimator of mutual information gives."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from catalog.spectra import Float

LEAST = 1e-6
"""The smallest probability that is given."""
BELOW_ZERO = 0.1
"""A null that is nowhere below zero by more than this share of its mean begins at zero: integrals
are not exact."""


@dataclass(frozen=True)
class Measured:
    """Mutual information of D dimensions with one label, nat.

    value, error : (D,), the estimate and its standard error; null : (D, B), the same estimate of B
    shuffled copies of the label; n : spectra that it was measured on.
    """

    value: Float
    error: Float
    null: Float
    n: int


def probability(value: Float, null: Float) -> Float:
    """Probability (D,) that chance gives as much as each value (D,) or more; null is (D, B).

    Within the reach of the shuffled copies it is their count, (1 + those as large) / (1 + B).
    Beyond them, where the count would say 1 / (1 + B) of everything and no pair of a hundred could
    ever be significant, it is the tail of a gamma distribution (Pearson's third type) with their
    mean, deviation and skewness, which is what the estimates follow asymptotically. That part is no
    exact test: with a hundred copies, what it calls 0.001 may be 0.002, and nothing below `LEAST`
    can be told.
    """
    n_copies = null.shape[1]
    counted = (1 + (null >= value[:, None]).sum(axis=1)) / (1 + n_copies)
    mean, spread = null.mean(axis=1), null.std(axis=1, ddof=1)
    usable = spread > 0
    scale = np.where(usable, spread, 1.0)
    tail = stats.pearson3.sf(value, _skewness(null, mean, scale), mean, scale)
    beyond = usable & (value > null.max(axis=1))
    probabilities: Float = np.where(beyond, np.clip(tail, LEAST, counted), counted)
    return probabilities


def _skewness(null: Float, mean: Float, spread: Float) -> Float:
    """Skewness (D,), at least 0; where a null begins at zero, that of the gamma that does so.

    A hundred copies show too little of a tail as long as that of one degree of freedom, which is
    what a mixture of one Gaussian leaves of two independent variables.
    """
    from_zero = null.min(axis=1) > -BELOW_ZERO * mean
    standard = (null - mean[:, None]) / spread[:, None]
    measured = np.maximum((standard**3).mean(axis=1), 0.0)
    gamma = 2 * spread / np.where(from_zero, mean, 1.0)
    skewness: Float = np.where(from_zero, np.maximum(gamma, measured), measured)
    return skewness
