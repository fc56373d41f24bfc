"""Local outlier factor of the latent means: the paper's second score, isolation."""

import numpy as np
from scipy.spatial import cKDTree

from catalog.scores import Score
from catalog.spectra import Array, Float

COPY = 1e-6
"""A point whose k-distance is below this fraction of the median has k copies of itself around it.
Without a guard its density is infinite and everything near it is flagged."""
COPY_QUANTILE = 1e-3
"""Such a point gets this quantile of the other points' k-distances: dense, as the densest are."""


def lof(latent: Float, neighbours: int) -> Float:
    """Ratio of the neighbours' local density to a point's own, (N,); higher is more isolated.

    About 1 inside a population. The paper's negative outlier factor is minus this. Neighbours are
    exact (k-d tree). With N ≤ k, all other points are the neighbours; a single point has score 1.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means.
    neighbours : int
        k; 20 in the paper.

    Notes
    -----
    Breunig et al. 2000, definitions 3-7; Nicolaou et al. 2025, section 5.2.2.
    """
    n_points = latent.shape[0]
    k = min(neighbours, n_points - 1)
    if k < 1:
        return np.ones(n_points)
    distance, index = _nearest(np.ascontiguousarray(latent, np.float64), k)
    k_distance = _without_copies(distance[:, -1])
    reach = np.maximum(distance, k_distance[index])
    # The tiny term is scikit-learn's: it keeps a population of copies finite.
    density = 1.0 / (reach.mean(axis=1) + 1e-10)
    factor: Float = density[index].mean(axis=1) / density
    return factor


def _without_copies(k_distance: Float) -> Float:
    copies = k_distance < COPY * np.median(k_distance)
    if not copies.any():
        return k_distance
    return np.where(copies, np.quantile(k_distance[~copies], COPY_QUANTILE), k_distance)


def _nearest(points: Float, k: int) -> tuple[Float, Array]:
    """Distances and indices (N, k) of each point's k nearest others, nearest first.

    A point is asked for k + 1 neighbours and struck from its own list; among copies the tree may
    list another copy first, or not list the point at all, so it is found by index, and where it is
    absent the farthest goes instead.
    """
    tree = cKDTree(points, balanced_tree=False)
    order = np.argsort(points[:, 0], kind="stable")  # near queries together use the cache better
    distance = np.empty((len(points), k + 1))
    index = np.empty((len(points), k + 1), np.int64)
    distance[order], index[order] = tree.query(points[order], k=k + 1, workers=-1)
    own = index == np.arange(len(points))[:, None]
    own[~own.any(axis=1), -1] = True
    return distance[~own].reshape(-1, k), index[~own].reshape(-1, k)


SCORE = Score(
    name="lof",
    title="Isolation",
    description="How much emptier the latent space is around a spectrum than around its nearest "
    "neighbours (local outlier factor). About 1 inside a population.",
    source="Breunig et al. 2000; Nicolaou et al. 2025, arXiv:2506.17376, section 5.2.2",
    paper_name="NOF",
    paper_sign=-1,
    of_population=lof,
)
