"""Astronomaly's relevance: a person's word near what was rated, the machine's far from it."""

import math

import numpy as np
from scipy.spatial.distance import cdist

from catalog.relevance import gaussian_process
from catalog.spectra import Array, Float

TOP = 5.0
"""Upper end of ratings and of scores; the lower end is 0."""
LEAST, RANGE = 0.1, 0.85
"""f_u runs from 0.1 to 0.95: a dislike hides nothing for good, a like is never certain."""
ALPHA = 0.2
"""How fast the person's word fades with distance; the formula's one free parameter. In ten
dimensions almost every object is about as far from its nearest label as any other, so with 1, the
default of Astronomaly's code, ratings hardly count: of simulated lists of six kinds, two of them
liked, the 50 best after 50 ratings hold 53 % of the liked kinds, with 0.5 83 %, with 0.2 98 %."""
UNUSED = 0.05
"""A dimension with less than this fraction of the widest one's spread is one that the model does
not use; dividing it by its own spread would turn its noise into distance."""


def scores(n_objects: int) -> Float:
    """Give the anomaly scores (N,) of objects in order of rank: 5 for the first, evenly towards 0.

    Astronomaly puts scores on the scale of the ratings. Published objects are all among the most
    unusual, so their percentiles lie within a few per cent of 100 and would say nothing.
    """
    return TOP * (1 - np.arange(n_objects) / max(1, n_objects))


def standardised(latent: Float) -> Float:
    """Put latents (N, D) in units of their spread over the objects; rows with a NaN stay so."""
    known = np.isfinite(latent).all(axis=1)
    points = np.full(latent.shape, np.nan)
    if known.any():
        chosen = latent[known].astype(np.float64)
        spread = chosen.std(axis=0)
        widest = float(spread.max(initial=0.0)) or 1.0
        points[known] = chosen / np.where(spread > UNUSED * widest, spread, widest)
    return points


def relevance(score: Float, rating: Float, distance: Float) -> Float:
    """Weigh scores by predicted ratings and by the distance to what was rated.

    s tanh(exp(α d₀) - 1 + arctanh f_u), with f_u = 0.1 + 0.85 u/5 and d₀ the distance over its
    mean. At a rated object d₀ = 0 and the score is multiplied by f_u; far from all of them tanh is
    1, and the machine's score stands.

    Parameters
    ----------
    score : ndarray of shape (N,)
        Anomaly scores, 0 to 5; higher is more unusual.
    rating : ndarray of shape (N,)
        Predicted ratings u. Cut to 0..5: a regression may leave the scale, and from 5.3 on f_u is
        1 or more, where arctanh is not defined.
    distance : ndarray of shape (N,)
        To the nearest rated object; infinite where it is not known, which the mean leaves out.

    Returns
    -------
    ndarray of shape (N,)
        0 to 5.

    Notes
    -----
    Lochner & Bassett (2021), Astronomy and Computing 36, 100481, section on active learning;
    `LEAST` and `RANGE` are the constants of their code.
    """
    f_u = LEAST + RANGE * np.clip(rating, 0.0, TOP) / TOP
    finite = distance[np.isfinite(distance)]
    mean = float(finite.mean()) if finite.size else 0.0
    # Where every object is at a rated one, all distances are 0 and so is their mean.
    relative = np.divide(distance, mean) if mean > 0 else np.where(distance > 0, math.inf, 0.0)
    with np.errstate(over="ignore"):
        grown = np.exp(ALPHA * relative)
    found: Float = score * np.tanh(grown - 1 + np.arctanh(f_u))
    return found


def nearest(points: Float, rated: Float) -> Float:
    """Distance (N,) of each point to the nearest rated one."""
    found = np.empty(len(points))
    for at in range(0, len(points), gaussian_process.BLOCK):
        block = slice(at, at + gaussian_process.BLOCK)
        found[block] = cdist(points[block], rated).min(axis=1)
    return found


def order(values: Array) -> Array:
    """Give rows by value (N,), highest first, NaN last; equals by row.

    Values are compared to nine decimals, so that rounding decides no order.
    """
    rounded = np.rint(np.where(np.isnan(values), -math.inf, values) * 1e9)
    found: Array = np.argsort(-rounded, kind="stable")
    return found
