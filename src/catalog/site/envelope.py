"""A line's outline: the lowest and highest value of every column of bins, so that nothing is lost.

A spectrum of 300,000 bins has a hundred and more for each column of a screen. A mean would wash its
lines out; the outline shows how deep and how high they go.
"""

from dataclasses import dataclass

import numpy as np

from catalog.site.plots.axes import Float, extremes

LONG = 5_000
"""Bins up to which a spectrum is one file of numbers, and no outline is needed."""
N_COLUMNS = 2400
"""Columns at most: twice those of a wide screen, for a first step into the spectrum."""


def is_long(n_bins: int) -> bool:
    """Whether a spectrum has too many bins to be sent at once."""
    return n_bins > LONG


@dataclass(frozen=True)
class Envelope:
    """Lowest and highest value of each column, (C,) each; not a number where it has none."""

    low: Float
    high: Float


def width_of(n_bins: int) -> int:
    """Bins per column: as few as give no more than `N_COLUMNS` columns."""
    return -(-n_bins // N_COLUMNS)


def envelope(values: Float, width: int) -> Envelope:
    """Find a line's outline.

    Parameters
    ----------
    values : ndarray of shape (L,)
        Not a number where there is none.
    width : int
        Bins per column; the last may have fewer.
    """
    starts = np.arange(0, values.size, width)
    known = np.isfinite(values)
    some = np.logical_or.reduceat(known, starts)
    low = np.minimum.reduceat(np.where(known, values, np.inf), starts)
    high = np.maximum.reduceat(np.where(known, values, -np.inf), starts)
    return Envelope(np.where(some, low, np.nan), np.where(some, high, np.nan))


def typical(values: Float, width: int) -> Float:
    """Median of each column's numbers, (C,); not a number where it has none."""
    n_columns = -(-values.size // width)
    wide = np.full(n_columns * width, np.nan)
    wide[: values.size] = values
    ordered = np.sort(wide.reshape(n_columns, width), axis=1)  # not-a-numbers come last
    count = np.isfinite(ordered).sum(axis=1)
    middle = ordered[np.arange(n_columns), np.maximum(count - 1, 0) // 2]
    return np.where(count > 0, middle, np.nan)


def shape(values: Float, n_windows: int) -> tuple[Float, Float]:
    """Places, in bins, and values of a small picture's line.

    Its lowest and highest in each window, so that lines are kept; of a long spectrum the middle of
    each: a window has lines without number, and the picture would be a comb.
    """
    if is_long(values.size):
        width = -(-values.size // n_windows)
        middle = typical(values, width)
        return (np.arange(middle.size) + 0.5) * width, middle
    chosen = extremes(values, n_windows)
    return chosen.astype(float), values[chosen]
