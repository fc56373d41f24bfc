"""One dimension varied, the others at the mean: where to decode, and what changes on the way.

Sedaghat et al. 2021, section 4; Nicolaou et al. 2025, figure 20 and table 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.latent.occupied import Occupied
from catalog.spectra import Array, Float
from catalog.tables import Table

DEAD_BAND = 0.05
"""A change below this fraction of the largest along any dimension counts as none."""


@dataclass(frozen=True)
class Route:
    """Points to decode: S steps for each of d dimensions.

    dimension, step : (d * S,), dimensions counted from 1, step 0 is the mean; value : of the
    latent; points : (d * S, D); outside : real spectra do not surround the point, or it is beyond
    the range of 99 % of them in its dimension.
    """

    dimension: Array
    step: Array
    value: Float
    points: Float
    outside: Array


def route(region: Occupied, dimensions: Sequence[int], deviations: float, n_steps: int) -> Route:
    """Give the points along some dimensions, the others at the mean of the latent means.

    Parameters
    ----------
    region : Occupied
        Of the real spectra.
    dimensions : sequence of int
        Counted from 1.
    deviations : float
        How far to go either way, in standard deviations of the dimension.
    n_steps : int
        An odd number.
    """
    half = n_steps // 2
    steps = np.arange(-half, half + 1)
    which = np.repeat(np.asarray(dimensions, np.int64), n_steps)
    step = np.tile(steps, len(dimensions))
    rows, column = np.arange(which.size), which - 1
    points = np.tile(region.mean, (which.size, 1))
    points[rows, column] += deviations * step / half * region.deviation[column]
    value = points[rows, column]
    beyond = (value < region.low[column]) | (value > region.high[column])
    return Route(which, step, value, points, beyond | region.outside(points))


def ends(path: Route) -> tuple[Array, Array]:
    """Rows of each dimension's lowest and highest step that real spectra surround, (d,) each.

    What a decoder draws beyond them is its own invention. Where they surround fewer than two steps,
    the outermost steps count.
    """
    low, high = [], []
    for dimension in np.unique(path.dimension):
        rows = np.flatnonzero(path.dimension == dimension)
        inside = rows[~path.outside[rows]]
        chosen = inside if inside.size > 1 else rows
        low.append(chosen[0])
        high.append(chosen[-1])
    return np.array(low), np.array(high)


def most_used(latent: Float, most: int) -> tuple[int, ...]:
    """Give the dimensions of the largest median absolute deviation, at most so many, in order.

    Where spectra are long, decoding along all of many dimensions would fill the catalogue with
    spectra that do not change.
    """
    spread = np.median(np.abs(latent - np.median(latent, axis=0)), axis=0)
    chosen = np.argsort(-spread, kind="stable")[:most]
    return tuple(int(each) + 1 for each in np.sort(chosen))


def changes(
    dimensions: Sequence[int], low: Float, high: Float, names: Sequence[str], least: Float
) -> Table:
    """Tell what rises and falls from the lowest step to the highest.

    Parameters
    ----------
    dimensions : sequence of int
        The d dimensions.
    low, high : ndarray of shape (d, F)
        Features there; not a number where one cannot be measured.
    names : sequence of str
        Of the F features.
    least : ndarray of shape (F,)
        A change smaller than this is none, however small the others are.

    Returns
    -------
    Table
        dimension, feature, change, sign: 1 up, -1 down, 0 none, which is also below `DEAD_BAND` of
        the largest change of that feature along any dimension.
    """
    change = high - low
    known = np.nan_to_num(change)
    size = np.abs(known)
    counts = size >= np.maximum(DEAD_BAND * size.max(axis=0, initial=0.0), least)
    sign = np.where(counts, np.sign(known), 0).astype(np.int64)
    return {
        "dimension": np.repeat(np.asarray(dimensions, np.int64), len(names)),
        "feature": np.tile(np.array(names, dtype=object), len(dimensions)),
        "change": change.ravel(),
        "sign": sign.ravel(),
    }
