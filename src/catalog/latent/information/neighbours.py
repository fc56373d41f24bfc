"""Mutual information from the distances to nearest neighbours.

Kraskov, Stögbauer & Grassberger (2004), arXiv:cond-mat/0305641, equation 8, for numbers; Ross
(2014), doi:10.1371/journal.pone.0087357, for classes. Exact, and of normal scores: neither the unit
of a label nor a logarithm changes the number.
"""

from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma

from catalog.latent.information._scores import normal_scores, null_size
from catalog.latent.information.measured import Measured
from catalog.spectra import Array, Float

NEIGHBOURS = 3
PARTS = 10
"""Parts that a sample is cut into for its error."""
PARTITIONS = 3
"""How often it is cut."""
_BELOW = 1 - 1e-10
"""Distances are compared with ones that were computed otherwise: what is as far is not nearer."""


def information(x: Float, y: Float, *, discrete: bool = False, seed: int = 0) -> float:
    """Estimate the mutual information of x (n,) and y (n,), nat; y are codes 0 … if discrete.

    `seed` decides the order of equal values.
    """
    scores = normal_scores(x, seed)
    if discrete:
        return _of_classes(scores, y.astype(np.int64))
    return _of_numbers(scores, normal_scores(y, seed + 1))


def measure(
    latent: Float, label: Float, *, discrete: bool, permutations: int, seed: int
) -> Measured:
    """Measure all dimensions (n, D) against one label (n,).

    Of normal scores, what chance gives depends only on n and, for classes, on their sizes: so one
    set of shuffled copies is the null of every dimension. The error is by Holmes & Nemenman (2019),
    doi:10.1103/PhysRevE.100.022404: the estimates of disjoint parts scatter by the square root of
    their number more than that of the whole does; a bootstrap would make neighbours of copies.
    """
    n, n_dimensions = latent.shape
    other = label.astype(np.int64) if discrete else normal_scores(label, seed + 1)
    estimate = _of_classes if discrete else _of_numbers
    value, error = np.empty(n_dimensions), np.empty(n_dimensions)
    for dimension in range(n_dimensions):
        scores = normal_scores(latent[:, dimension], seed)
        value[dimension] = estimate(scores, other)
        error[dimension] = _error(scores, other, seed, discrete=discrete)
    null = (
        _null_of_classes(other, permutations, seed)
        if discrete
        else _null(null_size(n), permutations, seed)
    )
    return Measured(value, error, np.tile(null, (n_dimensions, 1)), n)


def between(latent: Float, *, permutations: int, seed: int) -> tuple[Float, Float]:
    """Measure all pairs of dimensions of (n, D): nat (D, D), and their common null (B,)."""
    n, n_dimensions = latent.shape
    scores = [normal_scores(each, seed) for each in latent.T]
    value = np.zeros((n_dimensions, n_dimensions))
    for a in range(n_dimensions):
        for b in range(a):
            value[a, b] = value[b, a] = _of_numbers(scores[a], scores[b])
    return value, _null(null_size(n), permutations, seed)


def _of_numbers(x: Float, y: Array) -> float:
    n = len(x)
    tree = cKDTree(np.column_stack([x, y]), leafsize=32)
    distance = tree.query(tree.data, k=[NEIGHBOURS + 1], p=np.inf)[0][:, 0] * _BELOW
    within = digamma(_within(x, distance)) + digamma(_within(y, distance))
    return float(digamma(NEIGHBOURS) + digamma(n) - within.mean())


def _within(values: Float, distance: Float) -> Array:
    """Count (n,) the values nearer than a distance to each, itself among them."""
    ordered = np.sort(values)
    upper = np.searchsorted(ordered, values + distance, side="right")
    counts: Array = upper - np.searchsorted(ordered, values - distance, side="left")
    return counts


def _of_classes(x: Float, code: Array) -> float:
    """Equation 2 of Ross (2014). A class of one spectrum tells nothing, and is left out."""
    sizes = np.bincount(code)
    kept = sizes[code] > 1
    x, code = x[kept], code[kept]
    neighbours = np.minimum(NEIGHBOURS, sizes[code] - 1)
    distance = np.empty(len(x))
    for each in np.unique(code):
        mine = np.flatnonzero(code == each)
        distance[mine] = _to_neighbour(x[mine], int(neighbours[mine[0]]))
    within = _within(x, distance * _BELOW)
    mean = (digamma(neighbours) - digamma(sizes[code]) - digamma(within)).mean()
    return float(digamma(len(x)) + mean)


def _to_neighbour(values: Float, k: int) -> Float:
    """Distance (n,) from each value to its k-th nearest, in one dimension."""
    order = np.argsort(values, kind="stable")
    padded = np.concatenate([np.full(k, -np.inf), values[order], np.full(k, np.inf)])
    n = len(values)
    here = padded[k : k + n]
    windows = [
        np.maximum(here - padded[k - a : k - a + n], padded[2 * k - a : 2 * k - a + n] - here)
        for a in range(k + 1)
    ]
    distance = np.empty(n)
    distance[order] = np.min(windows, axis=0)
    return distance


def _error(x: Float, y: Array, seed: int, *, discrete: bool) -> float:
    estimate = _of_classes if discrete else _of_numbers
    rng = np.random.default_rng(seed)
    n_parts = min(PARTS, len(x) // (4 * NEIGHBOURS))
    if n_parts < 2:  # one part has no scatter
        return float("nan")
    variances = [
        np.var([estimate(x[rows], y[rows]) for rows in np.array_split(order, n_parts)], ddof=1)
        for order in (rng.permutation(len(x)) for _ in range(PARTITIONS))
    ]
    return float(np.sqrt(np.mean(variances) / n_parts))


@lru_cache(maxsize=64)
def _null(n: int, permutations: int, seed: int) -> Float:
    rng = np.random.default_rng(seed)
    scores = normal_scores(np.arange(n, dtype=np.float64), seed)
    null = np.array([_of_numbers(scores, rng.permutation(scores)) for _ in range(permutations)])
    null.flags.writeable = False
    return null


def _null_of_classes(code: Array, permutations: int, seed: int) -> Float:
    rng = np.random.default_rng(seed)
    scores = normal_scores(np.arange(code.size, dtype=np.float64), seed)
    return np.array([_of_classes(scores, rng.permutation(code)) for _ in range(permutations)])
