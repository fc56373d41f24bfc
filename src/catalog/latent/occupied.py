"""The region of the latent space that real spectra occupy: outside it, a decoder makes things up.

Nicolaou et al. 2025, section 6: "care should be taken to primarily sample from places in the latent
space that are occupied by training examples".
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from catalog.latent.neighbours import LEAF, UNUSED
from catalog.spectra import Array, Float

SHARE = 0.99
"""Share of the real spectra that are inside."""
NEIGHBOURS = 20
"""As many as isolation (`lof`) counts."""
SAMPLE = 50_000
"""Spectra that are looked for, at most: a sample has a radius of its own that is as telling."""
MEASURED = 5_000
"""Spectra whose own distances tell what is usual."""


@dataclass(frozen=True)
class Occupied:
    """Where the latent means (N, D) of real spectra lie.

    Attributes
    ----------
    mean, deviation : ndarray of shape (D,)
        Of the latent means.
    low, high : ndarray of shape (D,)
        Range that holds `SHARE` of them, dimension by dimension.
    whitening : ndarray of shape (D, D)
        (latent - mean) @ whitening has unit covariance; unused dimensions stay small.
    radius : float
        `SHARE` of the real spectra are within this distance of the mean there: a rough limit,
        for those who have no spectra at hand.
    reach : float
        `SHARE` of the real spectra have their k-th neighbour within this distance there.
    """

    mean: Float
    deviation: Float
    low: Float
    high: Float
    whitening: Float
    radius: float
    reach: float
    _tree: cKDTree
    _k: int

    def distance(self, points: Float) -> Float:
        """Distance of points (n, D) to their k-th nearest real spectrum, whitened, (n,)."""
        found, _ = self._tree.query((points - self.mean) @ self.whitening, k=[self._k])
        distance: Float = found[:, 0]
        return distance

    def outside(self, points: Float) -> Array:
        """Mark points (n, D) that real spectra do not surround.

        They are farther from their k-th real neighbour than 99 % of real spectra are from theirs.
        """
        far: Array = self.distance(points) > self.reach
        return far


def occupied(latent: Float, seed: int) -> Occupied:
    """Measure where real spectra lie.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means of one model; N at least 3.
    seed : int
        Chooses the sample, where there are more than `SAMPLE`.
    """
    points = latent.astype(np.float64)
    mean, edge = points.mean(axis=0), (1 - SHARE) / 2
    low, high = np.quantile(points, [edge, 1 - edge], axis=0)
    whitening = _whitening(points)
    order = np.random.default_rng(seed).permutation(len(points))[:SAMPLE]
    white = (points[order] - mean) @ whitening
    tree = cKDTree(white, leafsize=LEAF)
    k = min(NEIGHBOURS, len(white) - 1)
    own, _ = tree.query(white[:MEASURED], k=[k + 1])  # the nearest is the spectrum itself
    return Occupied(
        mean=mean,
        deviation=points.std(axis=0),
        low=low,
        high=high,
        whitening=whitening,
        radius=float(np.quantile(np.linalg.norm(white, axis=1), SHARE)),
        reach=float(np.quantile(own, SHARE)),
        _tree=tree,
        _k=k,
    )


def _whitening(points: Float) -> Float:
    """Axes of the covariance over their deviations; those that are not used, over the widest."""
    values, axes = np.linalg.eigh(np.atleast_2d(np.cov(points, rowvar=False)))
    spread = np.sqrt(np.maximum(values, 0.0))
    widest = float(spread.max()) or 1.0
    white: Float = axes / np.where(spread > UNUSED * widest, spread, widest)
    return white
