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
LEAST = 25
"""Spectra that a class needs for a usual value of its own; those of smaller ones are compared with
all, and lead the list for being rare."""
MANY = 1500
"""Spectra from which on a class has a median and an upper spread of its own."""
QUANTILES = (0.05, 0.25, 0.5, 0.8)


@dataclass(frozen=True)
class _Usual:
    """Running quantiles of a score, (M, 4), at log S/N (M,)."""

    log_snr: Float
    quantiles: Float

    def at(self, snr: Float) -> Float:
        """Quantiles (4, N) at S/N (N,)."""
        where = _log(snr)
        found: Float = np.stack([np.interp(where, self.log_snr, q) for q in self.quantiles.T])
        return found


def standardise(score: Float, snr: Float, spec_class: Text) -> Float:
    """Distance (N,) of each score above the usual, in units of the usual upper spread.

    The usual value is the running median over S/N within the class, the spread that from the
    median to the 80th percentile. In a small class a third of the members may be strange, as white
    dwarfs, carbon stars and cataclysmic variables are among stars: there both are inferred from
    the 5th and 25th percentiles, which they hardly move, as these lie in the largest class.
    """
    tiny = 1e-9 * (1.0 + float(np.abs(score).max()))  # scores that are all the same are all usual
    classes = spec_class.astype(str)
    everybody = _usual(score, snr).at(snr)
    result: Float = (score - everybody[2]) / np.maximum(everybody[3] - everybody[2], tiny)
    names, counts = np.unique(classes, return_counts=True)
    largest = classes == names[np.argmax(counts)]
    lowest, low, middle, high = _usual(score[largest], snr[largest]).at(snr[largest])
    to_median = float(np.median((middle - low) / np.maximum(low - lowest, tiny)))
    to_spread = float(np.median((high - middle) / np.maximum(low - lowest, tiny)))
    for name in names[counts >= LEAST]:
        mine = classes == name
        lowest, low, middle, high = _usual(score[mine], snr[mine]).at(snr[mine])
        spread = high - middle
        if mine.sum() < MANY:
            middle = low + to_median * (low - lowest)
            spread = to_spread * (low - lowest)
        result[mine] = (score[mine] - middle) / np.maximum(spread, tiny)
    return result


def _usual(score: Float, snr: Float) -> _Usual:
    n_knots = int(np.clip(score.size // PER_KNOT, 1, MOST_KNOTS))
    groups: list[Array] = np.array_split(np.argsort(snr, kind="stable"), n_knots)
    centres = np.array([np.median(_log(snr[group])) for group in groups])
    quantiles = np.array([np.quantile(score[group], QUANTILES) for group in groups])
    if n_knots > 2 * SMOOTH:
        quantiles = gaussian_filter1d(quantiles, SMOOTH, axis=0, mode="nearest")
    return _Usual(centres, quantiles)


def _log(snr: Float) -> Float:
    """Log of the S/N; a spectrum of noise alone has one near or below zero."""
    result: Float = np.log(np.maximum(snr, 1e-3))
    return result
