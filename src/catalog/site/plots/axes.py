"""Where a value lands in a figure: scales, round ticks, and lines thinned without losing peaks."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Scale:
    """A linear scale from values [low, high] to coordinates [start, end]; start may exceed end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, values: Float) -> Float:
        """Coordinates of values, any shape."""
        return self.start + (values - self.low) * (self.end - self.start) / (self.high - self.low)

    def at(self, value: float) -> float:
        """Coordinate of one value, with one decimal: finer than any screen."""
        return round(
            self.start + (value - self.low) * (self.end - self.start) / (self.high - self.low), 1
        )


def ticks(low: float, high: float, wanted: int) -> tuple[float, ...]:
    """Round numbers within [low, high], about as many as wanted: 1, 2 or 5 times a power of ten."""
    rough = (high - low) / max(1, wanted)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(i * step, 12) for i in range(first, last + 1))


def tick_text(value: float, step: float) -> str:
    """Write a tick's text with as many decimals as the step between ticks has."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    return f"{value:,.{decimals}f}".replace("-", "−")


def padded(values: Float, share: float = 0.06) -> tuple[float, float]:
    """Limits a little wider than the finite values; (0, 1) where there are none."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    margin = (high - low) * share or abs(high) * share or 1.0
    return low - margin, high + margin


def extremes(values: Float, n_windows: int) -> npt.NDArray[np.int64]:
    """Find the lowest and highest value of each window: a line thinned by them keeps its peaks.

    Parameters
    ----------
    values : ndarray of shape (L,)
        Not-a-number is never chosen while its window holds a number.
    n_windows : int
        Windows of (nearly) equal width; at most 2 * n_windows indices come back.
    """
    if values.size <= 2 * n_windows:
        return np.arange(values.size, dtype=np.int64)
    width = -(-values.size // n_windows)
    padding = n_windows * width - values.size
    wide = np.pad(values.astype(float), (0, padding), constant_values=np.nan).reshape(-1, width)
    low = np.where(np.isfinite(wide), wide, np.inf).argmin(axis=1)
    high = np.where(np.isfinite(wide), wide, -np.inf).argmax(axis=1)
    starts = np.arange(wide.shape[0]) * width
    chosen = np.unique(np.concatenate([starts + low, starts + high]))
    return chosen[chosen < values.size].astype(np.int64)


def straightened(x: Float, y: Float, tolerance: float) -> npt.NDArray[np.int64]:
    """Find the points that a line needs: between them it is straight, to a tolerance along y.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Coordinates, x rising. Where any y is not a number, every point is needed.
    tolerance : float
        Farthest that a left-out point may lie from the line through the others, in units of y.

    Returns
    -------
    ndarray
        Rising indices, the first and the last point among them.
    """
    everywhere = np.arange(y.size)
    if y.size <= 2 or not np.isfinite(y).all():
        return everywhere
    kept = np.array([0, y.size - 1])
    while True:
        off = np.abs(y - np.interp(x, x[kept], y[kept]))
        worst = np.maximum.reduceat(off, kept[:-1])
        stretch = np.searchsorted(kept, everywhere, side="right") - 1
        far = (worst > tolerance)[np.minimum(stretch, worst.size - 1)]
        peaks = np.flatnonzero(far & (off == worst[np.minimum(stretch, worst.size - 1)]))
        if peaks.size == 0:
            return kept
        kept = np.union1d(kept, peaks)


def runs(bins: npt.NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """First and last of every stretch of consecutive numbers in a rising array of shape (n,)."""
    if bins.size == 0:
        return ()
    parts = np.split(bins, np.flatnonzero(np.diff(bins) > 1) + 1)
    return tuple((int(part[0]), int(part[-1])) for part in parts)


def edges(wave: Float, first: int, last: int) -> tuple[float, float]:
    """Where the bins first..last begin and end, half a bin beyond their centres `wave` (L,)."""
    before = np.diff(wave[first : first + 2]).sum() / 2
    after = np.diff(wave[max(0, last - 1) : last + 1]).sum() / 2
    return float(wave[first] - before), float(wave[last] + after)
