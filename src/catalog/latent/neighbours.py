"""The nearest spectra in the latent space: what a strange one is to be compared with."""

import numpy as np
from scipy.spatial import cKDTree

from catalog.spectra import Array, Float, Text
from catalog.tables import Table

ORDINARY, UNUSUAL = "ordinary", "unusual"
UNUSED = 0.05
"""A dimension with less than this fraction of the widest one's spread is one that the model does
not use; dividing it by its own spread would turn its noise into distance."""
LEAF = 64


def nearest(latent: Float, target_id: Text, outlier: Array, k: int) -> Table:
    """Find each outlier's nearest ordinary spectra and its nearest fellow outliers.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means of the scored spectra, all from one model.
    target_id : ndarray of object, shape (N,)
        Each once: a target is not its own neighbour.
    outlier : ndarray of bool, shape (N,)
        Spectra that get neighbours; the others are the ordinary ones.
    k : int
        Neighbours of each kind, or as many as there are.

    Returns
    -------
    Table
        target_id, kind, position, neighbour, distance; per outlier in the order given, ordinary
        ones first, nearest first. Distances are exact, in units of the latents' standard
        deviations over all N; of equally near ones the first by name comes first.
    """
    points = standardised(latent)
    wanted = np.flatnonzero(outlier)
    parts = [
        _of_kind(points, target_id, wanted, np.flatnonzero(members), kind, k)
        for kind, members in ((ORDINARY, ~outlier), (UNUSUAL, outlier))
    ]
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(table.pop("place"), kind="stable")
    return {name: column[order] for name, column in table.items()}


def standardised(latent: Float) -> Float:
    """Give latents (N, D) on one scale: each dimension that is used in its standard deviations."""
    points = latent.astype(np.float64)
    spread = points.std(axis=0)
    widest = float(spread.max(initial=0.0)) or 1.0
    scaled: Float = points / np.where(spread > UNUSED * widest, spread, widest)
    return scaled


def _of_kind(
    points: Float, target_id: Text, wanted: Array, members: Array, kind: str, k: int
) -> Table:
    """Neighbours of the wanted points among the members, themselves struck out."""
    among_themselves = kind == UNUSUAL
    n_near = max(0, min(k, members.size - among_themselves))
    index = np.empty((wanted.size, 0), np.int64)
    if n_near and wanted.size:
        tree = cKDTree(points[members], leafsize=LEAF)
        # One more where the point itself is in the tree; it need not be the first among copies.
        _, found = tree.query(points[wanted], k=n_near + among_themselves, workers=-1)
        index = _without_self(members[found.reshape(wanted.size, -1)], wanted, n_near)
    distance = np.linalg.norm(points[index] - points[wanted][:, None], axis=2)
    names = target_id[index].astype(str)
    order = np.lexsort((names, distance), axis=1)
    index, distance = (np.take_along_axis(a, order, axis=1) for a in (index, distance))
    return {
        "place": np.repeat(wanted, n_near),
        "target_id": np.repeat(target_id[wanted], n_near),
        "kind": np.full(index.size, kind, dtype=object),
        "position": np.tile(np.arange(1, n_near + 1), wanted.size),
        "neighbour": target_id[index].ravel(),
        "distance": distance.ravel(),
    }


def _without_self(index: Array, own: Array, n_near: int) -> Array:
    """Strike each point from its list (n, m); from a list that lacks it, the farthest."""
    if index.shape[1] == n_near:
        return index
    struck = index == own[:, None]
    struck[~struck.any(axis=1), -1] = True
    kept: Array = index[~struck].reshape(-1, n_near)
    return kept
