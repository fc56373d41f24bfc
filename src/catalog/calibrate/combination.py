"""Several scores' probabilities -> one, and the false-discovery rate of a list."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import false_discovery_control

from catalog.calibrate.probability import Calibrated, counted
from catalog.spectra import Float

MOST = 0.95
"""Probabilities above this count as this: near 1 the Cauchy statistic runs to minus infinity, and
one very ordinary score would cancel any strange one."""
LEAST_LOG = -600.0
"""Logarithm below which probabilities are no longer told apart."""
NEAR_ZERO = np.log(1e-8)
"""Below it tan((½ - p)π) is 1/(πp) to the last digit, and is formed so."""


def combine(several: Sequence[Calibrated]) -> Calibrated:
    """Combine several scores of N spectra into one; scores that are NaN are left out.

    The evidence of each is combined by the Cauchy statistic, the mean T of tan((½ - p)π), of which
    ½ - arctan(T)/π is near the least p times their number when that is small. T is then counted
    like a score of its own: so the combined probability holds whatever the scores' dependence, and
    whatever the release holds.

    Notes
    -----
    Liu & Xie 2020, Journal of the American Statistical Association 115, 393.
    """
    evidence = np.stack([each.evidence for each in several])
    known = np.isfinite(evidence)
    bounded = np.clip(np.where(known, evidence, 0.0), LEAST_LOG, np.log(MOST))
    small = bounded < NEAR_ZERO
    plain = np.tan((0.5 - np.exp(np.where(small, NEAR_ZERO, bounded))) * np.pi)
    terms = np.where(small, np.exp(-bounded) / np.pi, plain)
    n_known = known.sum(axis=0)
    total = np.where(known, terms, 0.0).sum(axis=0)
    mean = np.divide(total, n_known, out=np.full(n_known.size, np.nan), where=n_known > 0)
    combined = _log_cauchy(mean)
    return counted(-combined, combined)


def _log_cauchy(statistic: Float) -> Float:
    """Log of ½ - arctan(T)/π, to full precision for large T, where it is 1/(πT)."""
    large = statistic > 1 / np.exp(NEAR_ZERO)
    result: Float = np.where(
        large,
        -np.log(np.pi * np.where(large, statistic, 1.0)),
        np.log(0.5 - np.arctan(np.where(large, 0.0, statistic)) / np.pi),
    )
    return result


def false_discovery_rate(p: Float) -> Float:
    """Give the expected share of ordinary spectra in a list ending at each, (N,); NaN where p is.

    Notes
    -----
    Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57, 289. Valid for
    conformal p-values: Bates et al. 2023.
    """
    known = np.isfinite(p)
    result = np.full(p.size, np.nan)
    if known.any():
        result[known] = false_discovery_control(p[known])
    return result
