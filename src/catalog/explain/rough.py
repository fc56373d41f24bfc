"""Stretches in which a spectrum scatters far more than its errors say."""

import numpy as np

from catalog.explain import runs
from catalog.explain.evidence import Mask, Outliers
from catalog.explain.lines import near
from catalog.spectra import Float

LENGTHS = (8, 10, 12, 14, 17, 20, 24, 28, 33, 39, 46, 54, 64)
"""Bins of the stretches that are tried."""
MIN_SIGNIFICANCE = 10.0
"""(χ² - n) / √(2n) of the stretch."""
MIN_MEAN = 3.0
"""Least mean χ² per bin within, and how many times that outside."""
ONE_BIN = 0.5
"""Most of the stretch's χ² that a single bin may have: a spike is no rough stretch."""
EACH_SIDE = 0.2
"""Least part of the stretch's χ² above, and below, what is expected: a feature has one sign."""
LINE_HALF_WIDTH = 600.0
"""km/s: left out around major lines; those of weak ones do not look rough."""


def stretches(batch: Outliers) -> tuple[Mask, Float]:
    """Find the roughest stretch of each spectrum: its bins (N, L), none where no one is rough.

    Also gives (χ² - n) / √(2n) of it, (N,).
    """
    major = tuple(line for line in batch.lines if line.major)
    quiet = (batch.weight > 0) & ~near(major, batch.wave, LINE_HALF_WIDTH)
    chi2 = np.where(quiet, batch.contributions, 0.0)
    total, count = _summed(chi2), _summed(quiet)
    above = _summed(np.where(batch.residual > 0, chi2, 0.0))
    everywhere = total[:, -1] / np.maximum(count[:, -1], 1)
    best, rows = np.zeros(len(batch)), np.arange(len(batch))
    found = np.zeros(batch.weight.shape, bool)
    bins = np.arange(batch.wave.size)
    for length in LENGTHS:
        if length >= batch.wave.size or length < runs.least(batch.wave, length):
            continue
        inside = total[:, length:] - total[:, :-length]
        n = np.maximum(count[:, length:] - count[:, :-length], 1)
        up = (above[:, length:] - above[:, :-length]) / np.maximum(inside, 1e-30)
        sigma = (inside - n) / np.sqrt(2 * n)
        fair = (2 * n > length) & (inside > MIN_MEAN * n * np.maximum(1, everywhere)[:, None])
        sigma = np.where(fair & (up > EACH_SIDE) & (up < 1 - EACH_SIDE), sigma, 0.0)
        start = np.argmax(sigma, axis=1)
        here = (bins >= start[:, None]) & (bins < start[:, None] + length)
        spike = np.where(here, chi2, 0.0).max(axis=1) > ONE_BIN * inside[rows, start]
        better = (sigma[rows, start] > np.maximum(best, MIN_SIGNIFICANCE)) & ~spike
        best[better], found[better] = sigma[rows, start][better], here[better]
    return found, best


def _summed(values: Float | Mask) -> Float:
    """Cumulative sums (N, L + 1), beginning with 0."""
    return np.pad(np.cumsum(values, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
