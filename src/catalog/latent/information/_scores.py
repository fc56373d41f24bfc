"""Values to normal scores: mutual information does not change, and one null serves all pairs."""

import numpy as np
from scipy.special import ndtri

from catalog.spectra import Float


def normal_scores(values: Float, seed: int) -> Float:
    """Replace values (n,) by quantiles of the normal distribution at their ranks.

    Mutual information is the same after any strictly increasing map of either variable, so nothing
    is lost; and all variables now have the same n values, so what chance gives depends on n alone.
    Equal values are put in a random order.
    """
    tie_breaker = np.random.default_rng(seed).random(len(values))
    rank = np.empty(len(values))
    rank[np.lexsort((tie_breaker, values))] = np.arange(len(values))
    scores: Float = ndtri((rank + 0.5) / len(values))
    return scores


def null_size(n: int) -> int:
    """Round n down to two figures: labels that are known for nearly as many spectra share a null.

    It is at most 5 % wider than that of n, so what is significant by it is so by that, too.
    """
    unit = int(10 ** max(len(str(n)) - 2, 0))
    return n // unit * unit
