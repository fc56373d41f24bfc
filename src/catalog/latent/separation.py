"""How far classes, of which training knew nothing, lie apart in the latent space."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from catalog.latent.labels import OBSERVING, Label
from catalog.latent.neighbours import standardised
from catalog.spectra import Array, Float
from catalog.tables import Table

NEIGHBOURS = 10
ALL = "all"
"""The mean over classes, each counted alike."""
MOST_CLASSES = 30
"""A label with more classes is a list of names rather than a classification."""
RESAMPLES = 500
SHUFFLES = 10
ROWS = 1_024
"""Spectra whose distances to all others are held at a time."""
_COLUMNS = {
    "label": object, "class": object, "metric": object, "value": np.float64, "low": np.float64,
    "high": np.float64, "chance": np.float64, "n": np.int64,
}  # fmt: skip


def measure(latent: Float, labels: Sequence[Label], seed: int) -> Table:
    """Measure purity and silhouette of every class of every discrete label.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means; distances are in the standard deviations of each dimension, as those of the
        table `neighbours`.
    labels : sequence of Label
        Of the same N spectra; numbers and labels of many classes are passed over. Of labels of kind
        `observing` only the mean is given: whether the map is parted by petal or tile.

    Returns
    -------
    Table
        The table `class_separation`. Purity is the mean share of a spectrum's 10 nearest others
        that are of its class; silhouette is (b − a) / max(a, b), with its mean distances a to its
        own class and b to the nearest other (Rousseeuw 1987). Both are exact. Intervals are of
        95 %, by drawing the spectra of each class again with the others in their places; chance is
        exact for purity, and the mean of ten shuffles for the silhouette.
    """
    rows: list[tuple[object, ...]] = []
    for label in labels:
        known = np.isfinite(label.value)
        if not label.discrete or not 1 < len(label.classes) <= MOST_CLASSES:
            continue
        code, points = label.value[known].astype(np.int64), standardised(latent[known])
        shuffles = np.random.default_rng(seed)
        shuffled = [shuffles.permutation(code) for _ in range(SHUFFLES)]
        own, *by_chance = silhouettes(points, [code, *shuffled])
        chance = {"silhouette": _means(by_chance, shuffled), "purity": _pure_by_chance(code)}
        values = {"silhouette": own, "purity": purities(points, code)}
        for metric, value in values.items():
            rows += _rows(label, metric, value, code, chance[metric], seed)
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    return {
        name: np.array(column, kind)
        for (name, kind), column in zip(_COLUMNS.items(), columns, strict=True)
    }


def purities(points: Float, code: Array) -> Float:
    """Share (N,) of each point's nearest others that are of its class."""
    k = min(NEIGHBOURS, len(points) - 1)
    near = cKDTree(points, leafsize=64).query(points, k=k + 1)[1]
    itself = near == np.arange(len(points))[:, None]
    itself[~itself.any(axis=1), -1] = True  # one of many copies may miss itself
    shares: Float = (code[near[~itself].reshape(-1, k)] == code[:, None]).mean(axis=1)
    return shares


def silhouettes(points: Float, codes: Sequence[Array]) -> list[Float]:
    """Silhouette (N,) of each point under each of several divisions into classes."""
    n = len(points)
    members = [np.equal.outer(code, np.arange(code.max() + 1)).astype(np.float32) for code in codes]
    stacked = np.concatenate(members, axis=1)
    squares = (points**2).sum(axis=1)
    sums = np.empty((n, stacked.shape[1]))
    for start in range(0, n, ROWS):
        part = slice(start, start + ROWS)
        distance = squares[part, None] + squares - 2 * points[part] @ points.T
        np.sqrt(np.maximum(distance, 0.0), out=distance)
        sums[part] = distance.astype(np.float32) @ stacked
    edges = np.cumsum([each.shape[1] for each in members])[:-1]
    return [
        _silhouette(each, code) for each, code in zip(np.split(sums, edges, 1), codes, strict=True)
    ]


def _silhouette(sums: Float, code: Array) -> Float:
    sizes, here = np.bincount(code), (np.arange(len(code)), code)
    own = sums[here] / np.maximum(sizes[code] - 1, 1)
    others = sums / np.maximum(sizes, 1)
    others[here] = np.inf
    nearest = others.min(axis=1)
    scale = np.maximum(own, nearest)
    result: Float = np.where(scale > 0, (nearest - own) / np.where(scale > 0, scale, 1.0), 0.0)
    result[sizes[code] == 1] = 0.0
    return result


def _means(values: Sequence[Float], codes: Sequence[Array]) -> Float:
    """Mean of each class, averaged over shuffles."""
    each = [np.bincount(c, v) / np.bincount(c) for v, c in zip(values, codes, strict=True)]
    means: Float = np.mean(each, axis=0)
    return means


def _pure_by_chance(code: Array) -> Float:
    chance: Float = (np.bincount(code) - 1) / (len(code) - 1)
    return chance


def _rows(
    label: Label, metric: str, value: Float, code: Array, chance: Float, seed: int
) -> list[tuple[object, ...]]:
    rng = np.random.default_rng(seed)
    parts = [value[code == each] for each in range(len(label.classes))]
    drawn = np.array([_resampled(part, rng) for part in parts])
    means = np.array([part.mean() for part in parts])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=1)
    whole = np.percentile(drawn.mean(axis=0), [2.5, 97.5])
    first = (label.name, ALL, metric, means.mean(), *whole, chance.mean(), len(code))
    if label.kind == OBSERVING:
        return [first]
    return [
        first,
        *(
            (label.name, name, metric, means[i], low[i], high[i], chance[i], parts[i].size)
            for i, name in enumerate(label.classes)
        ),
    ]


def _resampled(values: Float, rng: np.random.Generator) -> Float:
    """Means (B,) of values drawn again with replacement."""
    drawn = [values[rng.integers(0, values.size, values.size)].mean() for _ in range(RESAMPLES)]
    return np.array(drawn)
