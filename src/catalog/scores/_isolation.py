"""The local outlier factor: exact, of any number of points, with copies guarded."""

import numpy as np
from scipy.spatial import cKDTree

from catalog.spectra import Array, Float

COPY = 1e-6
"""A point whose k-distance is below this fraction of the median has k copies of itself around it.
Without a guard its density is infinite and everything near it is flagged."""
COPY_QUANTILE = 1e-3
"""Such a point gets this quantile of the other points' k-distances: dense, as the densest are."""
LEAF = 64
"""Points per leaf of the k-d tree: in ten dimensions, faster than the usual 16 by a third."""


def local_outlier_factor(points: Float, neighbours: int) -> Float:
    """Ratio of the neighbours' local density to a point's own, (N,); higher is more isolated.

    About 1 inside a population. Neighbours are exact (k-d tree). With N ≤ k, all other points are
    the neighbours; a single point has score 1.

    Parameters
    ----------
    points : ndarray of shape (N, D)
        Such as latent means.
    neighbours : int
        k; 20 in the paper.

    Notes
    -----
    Breunig et al. 2000, definitions 3-7; Nicolaou et al. 2025, section 5.2.2.
    """
    n_points = points.shape[0]
    k = min(neighbours, n_points - 1)
    if k < 1:
        return np.ones(n_points)
    order = _leaf_order(np.ascontiguousarray(points, np.float64))
    distance, index = _nearest(points[order].astype(np.float64), k)
    k_distance = _without_copies(distance[:, -1])
    reach = np.maximum(distance, k_distance[index])
    # The tiny term is scikit-learn's: it keeps a population of copies finite.
    density = 1.0 / (reach.mean(axis=1) + 1e-10)
    factor = np.empty(n_points)
    factor[order] = density[index].mean(axis=1) / density
    return factor


def _without_copies(k_distance: Float) -> Float:
    apart = k_distance > 0
    if not apart.any():
        return k_distance
    copies = k_distance < COPY * np.median(k_distance[apart])
    if not copies.any():
        return k_distance
    return np.where(copies, np.quantile(k_distance[~copies], COPY_QUANTILE), k_distance)


def _leaf_order(points: Float) -> Array:
    """Order that lays neighbours next to each other, (N,): leaf by leaf of a k-d tree.

    Searched in this order, a tree over points in this order finds most of what it needs in the
    processor's cache: two to three times as fast as in random order, with the same result.
    """
    order: Array = cKDTree(points, leafsize=LEAF, balanced_tree=False).indices
    return order


def _nearest(points: Float, k: int) -> tuple[Float, Array]:
    """Distances and indices (N, k) of each point's k nearest others, nearest first.

    A point is asked for k + 1 neighbours and struck from its own list; among copies the tree may
    list another copy first, or not list the point at all, so it is found by index, and where it is
    absent the farthest goes instead.
    """
    tree = cKDTree(points, leafsize=LEAF, balanced_tree=False)
    distance, index = tree.query(points, k=k + 1, workers=-1)
    own = index == np.arange(len(points))[:, None]
    own[~own.any(axis=1), -1] = True
    return distance[~own].reshape(-1, k), index[~own].reshape(-1, k)
