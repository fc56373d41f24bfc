"""Which part of the latent space real spectra occupy: a distance in which directions are alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from catalog.site.atlas import Atlas
from catalog.store.records import Float

SHARE = 0.99
"""Of real spectra, which lie within the radius."""
LEAST_VARIANCE = 1e-9
"""Relative to the largest: what lies below it is no direction that can be told from noise."""


@dataclass(frozen=True)
class Occupied:
    """Whitened coordinates of the dimensions in use, and how far real spectra reach in them.

    Attributes
    ----------
    dimensions
        From 1: those in use, or all where none is.
    mean
        Of these dimensions (K,).
    whitening
        (K, K): latents less the mean, times its transpose, have unit covariance.
    radius
        `SHARE` of real spectra are no farther than this from the mean, so measured (Mahalanobis).
    """

    dimensions: tuple[int, ...]
    mean: Float
    whitening: Float
    radius: float


def occupied_of(atlas: Atlas) -> Occupied:
    """Measure where real spectra lie, in batches over all of them."""
    used = tuple(each.dimension for each in atlas.dimensions if each.informative)
    dimensions = used or tuple(each.dimension for each in atlas.dimensions)
    mean, covariance = _moments(atlas, dimensions)
    whitening = _whitening(covariance)
    squares = [
        np.square((points - mean) @ whitening.T).sum(axis=1)
        for points in _points(atlas, dimensions)
    ]
    radius = float(np.sqrt(np.quantile(np.concatenate([np.zeros(1), *squares]), SHARE)))
    return Occupied(dimensions, mean, whitening, radius)


def _points(atlas: Atlas, dimensions: tuple[int, ...]) -> Iterator[Float]:
    """Latents (m, K) of the placed spectra, some at a time."""
    for columns in atlas.catalogue.map_batches([each - 1 for each in dimensions]):
        points = np.stack(columns, axis=1)
        yield points[np.isfinite(points).all(axis=1)]


def _moments(atlas: Atlas, dimensions: tuple[int, ...]) -> tuple[Float, Float]:
    """Mean (K,) and covariance (K, K) of all spectra."""
    size = len(dimensions)
    n, total, products = 0, np.zeros(size), np.zeros((size, size))
    for points in _points(atlas, dimensions):
        n += len(points)
        total += points.sum(axis=0)
        products += points.T @ points
    if n < 2:
        return np.zeros(size), np.eye(size)
    mean = total / n
    return mean, products / n - np.outer(mean, mean)


def _whitening(covariance: Float) -> Float:
    values, vectors = np.linalg.eigh(covariance)
    kept = np.maximum(values, LEAST_VARIANCE * max(values[-1], np.finfo(float).tiny))
    # The largest part of each direction points upwards, so that every machine writes the same.
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(values))])
    whitening: Float = (vectors * signs / np.sqrt(kept)).T
    return whitening
