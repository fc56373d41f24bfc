"""Scores -> ranks, percentiles, thresholds, and the one order in which outliers are published."""

import math
from collections.abc import Mapping

import numpy as np

from catalog.spectra import Array, Float, Text


def ranks(score: Float, target_id: Text) -> Array:
    """Rank (N,) of each score: 1 is the highest. Ties go by identifier, so order never varies."""
    order = np.lexsort((target_id.astype(str), -score))
    result = np.empty(score.size, np.int64)
    result[order] = np.arange(1, score.size + 1)
    return result


def percentiles(rank: Array) -> Float:
    """Per cent of the others that are less unusual, (N,): 100 for rank 1, 0 for the last."""
    return 100.0 * (rank.size - rank) / max(1, rank.size - 1)


def threshold(score: Float, fraction: float) -> float:
    """Give the score that the given fraction of spectra, at least one, reach or exceed.

    Nicolaou et al. 2025, section 5.2: the most extreme 1 % by each score are outliers.
    """
    count = max(1, math.floor(fraction * score.size))
    return float(np.partition(score, -count)[-count])


def best_place(ranked: Mapping[str, Array], target_id: Text) -> Array:
    """Order by the better of an object's places in the scores' lists, then by the sum of places.

    The two scores of the paper find different things (reconstruction error: bright oddities;
    isolation: odd positions), so an object first in either list belongs before one that is second
    in both.
    """
    places = np.stack(list(ranked.values()))
    order = np.lexsort((target_id.astype(str), places.sum(axis=0), places.min(axis=0)))
    result = np.empty(target_id.size, np.int64)
    result[order] = np.arange(1, target_id.size + 1)
    return result
