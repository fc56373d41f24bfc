"""Residuals that keep together: the most significant mean over windows of neighbouring bins."""

import numpy as np

from catalog.spectra import Float

WIDTHS = (4, 8, 16)
"""Bins: 16, 32 and 63 Å on the default grid, the widths of broad lines, bands and bad regions."""
CHUNK = 512
"""Spectra that are scanned together, so that their sums stay in the processor's cache."""


def strongest(resid: Float, weight: Float) -> Float:
    """Largest squared significance of the weighted mean residual over all windows, (N,).

    In a window with residuals r and inverse variances w the mean is Σwr/Σw, its variance 1/Σw, so
    its squared significance is (Σwr)²/Σw. Windows are 4, 8 and 16 bins wide, at every position;
    those wider than the spectrum are left out. NaN where no bin has a weight.

    Parameters
    ----------
    resid, weight : ndarray of shape (N, L)
        Residuals, and inverse variances of them, 0 where there is no information.
    """
    result = np.full(len(resid), np.nan)
    for start in range(0, len(resid), CHUNK):
        rows = slice(start, start + CHUNK)
        # Double precision: a window's sum is a small difference of two large ones.
        weighted = _cumulative(weight[rows] * resid[rows].astype(np.float64))
        weights = _cumulative(weight[rows])
        parts = [_significance(weighted, weights, width) for width in WIDTHS]
        result[rows] = np.where(weights[:, -1] > 0, np.max(parts, axis=0), np.nan)
    return result


def _cumulative(values: Float) -> Float:
    total = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, dtype=np.float64, out=total[:, 1:])
    return total


def _significance(weighted: Float, weights: Float, width: int) -> Float:
    """Largest (Σwr)²/Σw over the windows of one width, (N,); from cumulative sums (N, L + 1)."""
    above = weighted[:, width:] - weighted[:, :-width]
    below = weights[:, width:] - weights[:, :-width]
    # What rounding leaves of an empty window must not be divided by.
    least = 1e-12 * weights[:, -1:]
    ratio = np.divide(above**2, below, out=np.zeros_like(above), where=below > least)
    largest: Float = ratio.max(axis=1, initial=0.0)
    return largest
