"""Paths through a pair of latent dimensions: what real spectra lie along them.

Nicolaou et al. 2025, section 5.4, whose tracks are drawn by hand and hold for its own model; here
they can also follow a feature, in whichever dimensions a model keeps it.
"""

from dataclasses import dataclass

import numpy as np

from catalog.spectra import Array, Float, Text

QUANTILES = (0.02, 0.25, 0.5, 0.75, 0.98)
"""Where the points of a track along a feature lie among the spectra, by what they have of it."""
WINDOW = 0.02
"""Fraction of the spectra whose median is such a point."""


@dataclass(frozen=True)
class Found:
    """What lies along P points.

    nearest, distance : row of the spectrum nearest to each, and how far it is, (P,); within : rows
    of all within the radius, a list per point.
    """

    nearest: Array
    distance: Float
    within: tuple[Array, ...]


def slope(change: Float, reach: Float) -> Float:
    """How much a feature changes per unit of each dimension, (D,); 0 where it is not known.

    Parameters
    ----------
    change : ndarray of shape (D,)
        Of the feature along each dimension's traversal; not a number where it is not known.
    reach : ndarray of shape (D,)
        Length of each traversal, in units of the latent.
    """
    known = np.isfinite(change) & (reach > 0)
    steep: Float = np.where(known, change, 0.0) / np.where(known, reach, 1.0)
    return steep


def along(latent: Float, steep: Float) -> tuple[tuple[int, int], Float]:
    """Lay a track along a feature, through where the spectra are.

    Parameters
    ----------
    latent : ndarray of shape (n, D)
        Latent means of the spectra that count; D at least 2.
    steep : ndarray of shape (D,)
        How much of the feature a unit of each dimension brings.

    Returns
    -------
    (across, up), points
        The two dimensions, from 0, that part these spectra most by this feature, the one that does
        so more first; and points (5, 2) of the pair, from little of it to much: each the median of
        the spectra around a quantile of what the pair predicts of the feature.
    """
    parting = np.abs(steep) * latent.std(axis=0)
    across, up = np.argsort(-parting, kind="stable")[:2].tolist()
    pair = latent[:, [across, up]].astype(np.float64)
    order = np.argsort(pair @ steep[[across, up]], kind="stable")
    half = max(2, round(WINDOW * order.size / 2))
    middles = [round(q * (order.size - 1)) for q in QUANTILES]
    windows = [order[max(0, at - half) : at + half + 1] for at in middles]
    return (across, up), np.stack([np.median(pair[rows], axis=0) for rows in windows])


def find(pair: Float, target_id: Text, points: Float, radius: float) -> Found:
    """Find the spectra near each point of a track.

    Parameters
    ----------
    pair : ndarray of shape (n, 2)
        Latent means in the two dimensions.
    target_id : ndarray of object, shape (n,)
        Of equally near spectra the first by name is the nearest.
    points : ndarray of shape (P, 2)
        In the same two dimensions.
    radius : float
        In units of the latents.
    """
    nearest, distance, within = [], [], []
    for point in points:
        away = np.linalg.norm(pair - point, axis=1)
        ties = np.flatnonzero(away == away.min())
        nearest.append(min(ties.tolist(), key=lambda row: str(target_id[row])))
        distance.append(float(away.min()))
        within.append(np.flatnonzero(away <= radius))
    return Found(np.array(nearest, np.int64), np.array(distance), tuple(within))


class Stacks:
    """Means of unit-norm spectra, taken a shard at a time; (P, L) numbers are all that is held.

    Every spectrum counts the same: weighted by their errors, the few brightest would be the mean.
    A bin counts where a spectrum has information there. Where none has, the filled-in flux does.
    """

    def __init__(self, n_points: int, n_bins: int) -> None:
        self._known = np.zeros((n_points, n_bins))
        self._n_known = np.zeros((n_points, n_bins), np.int64)
        self._all = np.zeros((n_points, n_bins))
        self._n = np.zeros(n_points, np.int64)

    def add(self, point: int, flux: Float, ivar: Float) -> None:
        """Add spectra (n, L) to the stack of a point; their order decides the last digits."""
        good = ivar > 0
        self._known[point] += np.where(good, flux, 0.0).sum(axis=0, dtype=np.float64)
        self._n_known[point] += good.sum(axis=0)
        self._all[point] += flux.sum(axis=0, dtype=np.float64)
        self._n[point] += len(flux)

    def means(self) -> Float:
        """Give the stacks, (P, L); not a number at points without a spectrum."""
        with np.errstate(invalid="ignore", divide="ignore"):
            filled = self._all / self._n[:, None]
            mean: Float = np.where(self._n_known > 0, self._known / self._n_known, filled)
        return mean.astype(np.float32)
