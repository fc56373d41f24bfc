"""Means of the flux in windows of wavelength, and ratios of such means with their errors."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from catalog.spectra import Arm, Float

Window = tuple[float, float]
Parts = tuple[tuple[float, float, float], ...]
"""Weight, from, to: windows in Å whose means are added with weights. Weights sum to 1."""

MIN_COVERED = 0.7
"""Least fraction of a window that good pixels must cover."""
MIN_SIGNIFICANCE = 3.0
"""σ: what a ratio is taken relative to must be seen that clearly."""


@dataclass(frozen=True)
class Means:
    """Mean flux of N spectra in one window and its variance, (N,); NaN where too few are good."""

    value: Float
    variance: Float


def mean(arms: tuple[Arm, ...], window: Window) -> Means:
    """Average the good pixels in a window (Å), those at its ends by the fraction inside.

    Arms that cover the window enough are averaged by their inverse variances.
    """
    weights, total = np.zeros((2, len(arms[0].flux)))
    for arm in arms:
        value, variance = _of_arm(arm, window)
        known = variance > 0
        weight = np.divide(1.0, variance, out=np.zeros_like(variance), where=known)
        weights += weight
        total += np.where(known, weight * value, 0.0)
    weights = np.where(weights > 0, weights, np.nan)
    return Means(total / weights, 1 / weights)


def _of_arm(arm: Arm, window: Window) -> tuple[Float, Float]:
    """Mean and variance (N,) in one arm; both 0 where too few of its good pixels are inside."""
    low, high = window
    first, last = np.searchsorted(arm.wave, [low, high])
    near = slice(max(int(first) - 1, 0), int(last) + 1)
    wave = arm.wave[near]
    if wave.size < 2:
        return np.zeros(len(arm.flux)), np.zeros(len(arm.flux))
    edges = (wave[1:] + wave[:-1]) / 2
    edges = np.concatenate([[2 * wave[0] - edges[0]], edges, [2 * wave[-1] - edges[-1]]])
    inside = np.maximum(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0.0)
    ivar = arm.ivar[:, near].astype(np.float64)
    share = np.where(ivar > 0, inside, 0.0)
    covered = share.sum(axis=1)
    enough = covered >= MIN_COVERED * (high - low)
    covered = np.where(enough, covered, 1.0)
    variance = np.divide(share**2, ivar, out=np.zeros_like(ivar), where=ivar > 0).sum(axis=1)
    value = (share * arm.flux[:, near]).sum(axis=1) / covered
    return np.where(enough, value, 0.0), np.where(enough, variance / covered**2, 0.0)


def means(arms: tuple[Arm, ...], windows: Iterable[Window]) -> dict[Window, Means]:
    """Average each window once, however many ratios use it."""
    return {window: mean(arms, window) for window in dict.fromkeys(windows)}


def windows_of(*sums: Parts) -> list[Window]:
    """List the windows of some weighted sums."""
    return [(low, high) for parts in sums for _, low, high in parts]


def _sum(parts: Parts, known: dict[Window, Means]) -> Means:
    value = sum(weight * known[low, high].value for weight, low, high in parts)
    variance = sum(weight**2 * known[low, high].variance for weight, low, high in parts)
    return Means(np.asarray(value), np.asarray(variance))


def ratio(above: Parts, below: Parts, known: dict[Window, Means]) -> tuple[Float, Float]:
    """Ratio of two weighted sums of windows' means, and its standard deviation, (N,) each.

    NaN where a window has too few good pixels, or where what is divided by is not seen at 3 σ: the
    ratio of noise to noise says nothing.
    """
    top, bottom = _sum(above, known), _sum(below, known)
    seen = bottom.value > MIN_SIGNIFICANCE * np.sqrt(bottom.variance)
    level = np.where(seen, bottom.value, np.nan)
    value = top.value / level
    return value, np.sqrt(top.variance + value**2 * bottom.variance) / level
