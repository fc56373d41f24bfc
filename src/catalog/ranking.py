"""Scores -> ranks, percentiles and thresholds."""

import math

import numpy as np

from catalog.spectra import Array, Float, Text

UNRANKED = -1
"""Rank of a spectrum whose score could not be told."""


def ranks(score: Float, target_id: Text) -> Array:
    """Rank (N,) of each score: 1 is the highest, -1 where the score is NaN.

    Ties go by identifier, so order never varies.
    """
    known = np.flatnonzero(~np.isnan(score))
    order = np.lexsort((target_id[known].astype(str), -score[known]))
    result = np.full(score.size, UNRANKED, np.int64)
    result[known[order]] = np.arange(1, known.size + 1)
    return result


def percentiles(rank: Array) -> Float:
    """Per cent of the others that are less unusual, (N,): 100 for rank 1, 0 for the last.

    NaN where there is no rank.
    """
    n_ranked = int((rank > 0).sum())
    result = 100.0 * (n_ranked - rank) / max(1, n_ranked - 1)
    return np.where(rank > 0, result, np.nan)


def count(fraction: float, n_spectra: int) -> int:
    """Give the number of spectra in a fraction of them; at least one."""
    return max(1, math.floor(fraction * n_spectra))


def threshold(score: Float, fraction: float) -> float:
    """Give the score that the given fraction of spectra, at least one, reach or exceed.

    NaN where no score is known. Nicolaou et al. 2025, section 5.2: the most extreme 1 % by each
    score are outliers.
    """
    known = score[~np.isnan(score)]
    if not known.size:
        return math.nan
    n_above = count(fraction, known.size)
    return float(np.partition(known, -n_above)[-n_above])
