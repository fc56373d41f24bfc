"""How far a score lies above what is usual for its class and signal-to-noise ratio."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from catalog.spectra import Array, Float, Text

PER_KNOT = 250
"""Spectra behind each point of the running quantiles in S/N."""
MOST_KNOTS = 40
SMOOTH = 1.5
"""Smoothing of the running quantiles, in points."""
LEAST = 60
"""Spectra that a class needs for a usual value of its own; fewer are compared with all."""
MANY = 1500
"""Spectra from which on a class has an upper spread of its own."""
QUANTILES = (0.16, 0.5, 0.8)


@dataclass(frozen=True)
class _Usual:
    """Running quantiles of a score, (M, 3), at log S/N (M,)."""

    log_snr: Float
    quantiles: Float

    def at(self, snr: Float) -> tuple[Float, Float, Float]:
        """Lower quantile, median and upper quantile (N,) at S/N (N,)."""
        where = _log(snr)
        low, middle, high = (np.interp(where, self.log_snr, q) for q in self.quantiles.T)
        return low, middle, high


def standardise(score: Float, snr: Float, spec_class: Text) -> Float:
    """Distance (N,) of each score above the usual, in units of the usual upper spread.

    The usual value is the running median over S/N within the class. The spread is that from the
    median to the 80th percentile in classes of many spectra; in smaller ones, where a few strange
    members could be the upper fifth, it is the spread below the median, times the ratio of the two
    spreads among all spectra.
    """
    everybody = _usual(score, snr)
    low, middle, high = everybody.at(snr)
    ratio = float(np.median((high - middle) / np.maximum(middle - low, _tiny(score))))
    result = (score - middle) / np.maximum(high - middle, _tiny(score))
    classes = spec_class.astype(str)
    for name in np.unique(classes):
        mine = classes == name
        if mine.sum() < LEAST:
            continue
        low, middle, high = _usual(score[mine], snr[mine]).at(snr[mine])
        spread = high - middle if mine.sum() >= MANY else ratio * (middle - low)
        result[mine] = (score[mine] - middle) / np.maximum(spread, _tiny(score))
    return result


def _usual(score: Float, snr: Float) -> _Usual:
    order = np.argsort(snr, kind="stable")
    n_knots = int(np.clip(score.size // PER_KNOT, 1, MOST_KNOTS))
    groups: list[Array] = np.array_split(order, n_knots)
    centres = np.array([np.median(_log(snr[group])) for group in groups])
    quantiles = np.array([np.quantile(score[group], QUANTILES) for group in groups])
    if n_knots > 2 * SMOOTH:
        quantiles = gaussian_filter1d(quantiles, SMOOTH, axis=0, mode="nearest")
    return _Usual(centres, quantiles)


def _log(snr: Float) -> Float:
    """Log of the S/N; a spectrum of noise alone has one near or below zero."""
    result: Float = np.log(np.maximum(snr, 1e-3))
    return result


def _tiny(score: Float) -> float:
    """Least spread: scores that are all the same are all usual."""
    return float(1e-9 * (1.0 + np.abs(score).max()))
