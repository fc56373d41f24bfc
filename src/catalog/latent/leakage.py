"""What latent dimensions tell of each other: disentangled ones would tell nothing.

Sedaghat et al. (2021), section 4.2: with too small a weight of the divergence, pairs of dimensions
share information.
"""

import numpy as np
from scipy import stats

from catalog.latent.information import FALSE_SHARE, LEAST_KNOWN, neighbours
from catalog.latent.information.measured import probability
from catalog.spectra import Array, Float
from catalog.tables import Table

PAIRS_TIMES_SPECTRA = 8_000_000
"""What all pairs are measured on together: 10,000 spectra for up to 40 dimensions."""
FEWEST = 1_000
"""Spectra that each pair is measured on at least, where there are as many."""


def measure(latent: Float, informative: Array, permutations: int, seed: int) -> Table:
    """Measure all pairs of informative dimensions by nearest neighbours.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means, in random order: where there are many pairs, the first spectra serve all.
    informative : ndarray of bool, shape (D,)
        Dimensions to measure.
    permutations : int
        Shuffled copies that tell what chance gives.

    Returns
    -------
    Table
        The table `latent_leakage`. `correlation` is of ranks (Spearman), with its sign;
        significant is q < 0.05 with all pairs counted (Benjamini & Hochberg 1995).
    """
    number = np.flatnonzero(informative)
    first, second = np.triu_indices(number.size, 1)
    if not first.size or len(latent) < LEAST_KNOWN:
        return _table(number[first[:0]], number[:0], *(np.empty(0) for _ in range(4)))
    room = max(FEWEST, PAIRS_TIMES_SPECTRA // first.size)
    part = latent[:room, number].astype(np.float64)
    value, null = neighbours.between(part, permutations=permutations, seed=seed)
    shared = value[first, second]
    p = probability(shared, np.tile(null, (shared.size, 1)))
    ranks = stats.rankdata(part, axis=0)
    correlation = np.corrcoef(ranks, rowvar=False)[first, second]
    high = np.full(shared.size, np.percentile(null, 95))
    q = stats.false_discovery_control(p)
    return _table(number[first], number[second], shared, high, correlation, q)


def _table(a: Array, b: Array, shared: Float, high: Float, correlation: Float, q: Float) -> Table:
    return {
        "dimension_a": a.astype(np.int64) + 1,
        "dimension_b": b.astype(np.int64) + 1,
        "information": shared,
        "null_high": high,
        "correlation": correlation,
        "significant": q < FALSE_SHARE,
    }


def disentanglement(information: Float) -> float:
    """Give one number for all pairs: 1 if no dimension tells of another, 0 if each tells all.

    One less the mean of √(1 − exp(−2 I)), the size of the correlation that Gaussians with as much
    information I (P,), nat, would have (Linfoot 1957). NaN without pairs.
    """
    if not information.size:
        return float("nan")
    return float(1 - np.sqrt(1 - np.exp(-2 * np.maximum(information, 0.0))).mean())
