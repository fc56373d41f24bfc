"""Noise of spectra that come without errors, estimated from how neighbouring pixels differ."""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import uniform_filter1d

from catalog.spectra import Array, Float

_THIRD_DIFFERENCE = np.array([-1.0, 3.0, -3.0, 1.0])
# Median absolute value of a normal variable of unit deviation.
_MEDIAN_ABSOLUTE = 0.6744897501960817
_FEWEST = 24
"""A window with fewer third differences gives no estimate; its neighbours stand in."""


def third_difference_gain(correlation: Sequence[float]) -> float:
    """Give the standard deviation of the third difference of noise of unit deviation.

    Parameters
    ----------
    correlation : sequence of float
        Correlation of the noise of pixels 1, 2, 3 apart: (0, 0, 0) for independent pixels, for
        which the gain is √20.
    """
    lags = (1.0, *correlation)
    c = _THIRD_DIFFERENCE
    variance = sum(c[i] * c[j] * lags[abs(i - j)] for i in range(4) for j in range(4))
    return float(np.sqrt(variance))


def estimate(flux: Float, valid: Array, window: int, correlation: Sequence[float]) -> Float:
    """Noise per pixel, in the unit of `flux`, from third differences in running windows.

    Parameters
    ----------
    flux : ndarray of shape (N, L)
        Spectra on an evenly sampled grid.
    valid : ndarray of bool, shape (N, L)
        Pixels to use; differences that touch another pixel are left out.
    window : int
        Width of the running windows, in pixels; they overlap by half.
    correlation : sequence of float
        Of the noise, at 1, 2 and 3 pixels: neighbours that were interpolated from the same detector
        pixels differ by less than their noise, which the estimate must put back.

    Returns
    -------
    ndarray of shape (N, L)
        Standard deviation, ≥ 0, linear between window centres; NaN for a spectrum without enough
        valid pixels.

    Notes
    -----
    A third difference removes any parabola, and most of a line that is resolved. The median
    absolute value ignores the few pixels where a strong line survives. Spectral detail at the
    resolution limit survives in part, so that the noise of line-rich spectra comes out too large,
    never too small.
    """
    n_rows, length = flux.shape
    window = min(window, length - 3)
    difference = np.where(valid, flux, np.nan)
    for _ in range(3):
        difference = np.diff(difference, axis=1)
    starts = np.unique(np.linspace(0, length - 3 - window, _n_windows(length, window)).astype(int))
    windows = np.lib.stride_tricks.sliding_window_view(np.abs(difference), window, axis=1)
    level = _median_of_valid(windows[:, starts])
    level /= _MEDIAN_ABSOLUTE * third_difference_gain(correlation)
    centres = starts + (window + 2) / 2
    pixels = np.arange(length)
    noise = np.full((n_rows, length), np.nan)
    for row in range(n_rows):
        known = np.isfinite(level[row])
        if known.any():
            noise[row] = np.interp(pixels, centres[known], level[row, known])
    return noise


def estimated_ivar(
    flux: Float, valid: Array, window: int, correlation: Sequence[float], floor: float
) -> Float:
    """Inverse variance from the estimated noise and a floor, (N, L); 0 where neither is known.

    Parameters
    ----------
    flux, valid, window, correlation
        As for `estimate`.
    floor : float
        Smallest noise, as a fraction of the mean flux of the window.
    """
    level = uniform_filter1d(np.where(valid, np.abs(flux), 0), window, axis=1)
    share = uniform_filter1d(valid.astype(np.float64), window, axis=1)
    least = floor * np.divide(level, share, out=np.zeros_like(level), where=share > 0)
    variance = estimate(flux, valid, window, correlation) ** 2 + least**2
    ivar: Float = np.divide(1, variance, out=np.zeros_like(variance), where=variance > 0)
    return ivar


def _n_windows(length: int, window: int) -> int:
    return max(1, 2 * (length - 3) // window)


def _median_of_valid(values: Float) -> Float:
    """Median along the last axis without its NaNs; NaN where fewer than `_FEWEST` are left."""
    ordered = np.sort(values, axis=-1)  # NaN sorts to the end
    count = np.isfinite(ordered).sum(axis=-1)
    low = np.maximum(count - 1, 0) // 2
    high = np.minimum(count // 2, ordered.shape[-1] - 1)
    middle = [np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (low, high)]
    return np.where(count >= _FEWEST, (middle[0] + middle[1]) / 2, np.nan)
