"""Two sides of a place where a spectrum may jump: their pixels, and what they say of it."""

from dataclasses import dataclass

import numpy as np

from catalog.measures import Expected
from catalog.spectra import Arm, Array, Float

MIN_OVERLAP = 10
"""Least good pixels that two arms must share for their difference to count."""
CLIP = 4.0
"""σ beyond which a pixel of the overlap, or a bin against its neighbours, is rejected."""
MAD = 1.4826
"""Standard deviation over median absolute deviation of a normal distribution."""


@dataclass(frozen=True)
class Join:
    """Two arms of N spectra, the range in which they meet (Å), and what is expected of them."""

    blue: Arm
    red: Arm
    low: float
    high: float
    z: Float
    expected: Expected | None

    def __len__(self) -> int:
        return len(self.z)

    def shape(self, wave: Float) -> Float:
        """Give the expected flux at observed wavelengths (B,), relative to the join's: (N, B).

        Never below a fifth of its median, since a noisy zero must not be divided by.
        """
        if self.expected is None:
            return np.ones((len(self), wave.size))
        known = np.isfinite(self.z)[:, None]
        middle = (self.low + self.high) / 2
        rest = np.append(wave, middle) / np.where(known, 1 + self.z[:, None], 1.0)
        grid, flux = self.expected.wave, self.expected.flux
        place = np.interp(rest, grid, np.arange(grid.size))
        left = np.minimum(place.astype(np.int64), grid.size - 2)
        before, after = (np.take_along_axis(flux, left + i, axis=1) for i in (0, 1))
        shape = before + (after - before) * (place - left)
        level = np.median(shape, axis=1, keepdims=True)
        shape = np.maximum(shape, 0.2 * level)
        usable = known & (level > 0)
        return np.where(usable, shape[:, :-1] / np.where(usable, shape[:, -1:], 1.0), 1.0)


@dataclass(frozen=True)
class Difference:
    """Red minus blue at a join, the flux there, in its unit, and the variances of both: each (N,).

    Where nothing was measured the variances are infinite.
    """

    value: Float
    variance: Float
    level: Float
    level_variance: Float

    @classmethod
    def none(cls, n_rows: int) -> "Difference":
        """Nothing measured."""
        nought, infinite = np.zeros(n_rows), np.full(n_rows, np.inf)
        return cls(nought, infinite, nought, infinite)

    def where(self, known: Array) -> "Difference":
        """Keep what is known (N,), and call the rest not measured."""
        return Difference(
            np.where(known, self.value, 0.0),
            np.where(known, self.variance, np.inf),
            np.where(known, self.level, 0.0),
            np.where(known, self.level_variance, np.inf),
        )


def shared_pixels(join: Join) -> Difference:
    """Compare the pixels that two arms share, matched by wavelength to a thousandth of an Å."""
    arms = (join.blue, join.red)
    keys = [np.round(arm.wave * 1000).astype(np.int64) for arm in arms]
    _, *at = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    if at[0].size < MIN_OVERLAP:
        return Difference.none(len(join))
    blue, red = (arm.flux[:, i].astype(np.float64) for arm, i in zip(arms, at, strict=True))
    ivar = [arm.ivar[:, i].astype(np.float64) for arm, i in zip(arms, at, strict=True)]
    total = ivar[0] + ivar[1]
    weight = np.divide(ivar[0] * ivar[1], total, out=np.zeros_like(total), where=total > 0)
    # A line is no place to compare arms: they differ in resolution, and in sky lines by the sky.
    weight = without_peaks((red + blue) / 2, 4 * weight) / 4
    off = (red - blue - median(red - blue, weight)[:, None]) * np.sqrt(weight)
    noise = np.maximum(MAD * median(np.abs(off), weight), 1.0)
    weight = np.where(np.abs(off) < CLIP * noise[:, None], weight, 0.0)
    total = weight.sum(axis=1)
    known = np.count_nonzero(weight, axis=1) >= MIN_OVERLAP
    total = np.where(known, total, 1.0)
    value = (weight * (red - blue)).sum(axis=1) / total
    level = (weight * (red + blue) / 2).sum(axis=1) / total
    return Difference(value, noise**2 / total, level, noise**2 / total / 4).where(known)


def median(values: Float, weight: Float) -> Float:
    """Median over the last axis of the values of positive weight; 0 where there are none."""
    good = weight > 0
    ordered = np.sort(np.where(good, values, np.inf), axis=-1)
    n_good = np.count_nonzero(good, axis=-1)[..., None]
    upper = np.minimum(n_good // 2, values.shape[-1] - 1)
    pair = np.concatenate([np.maximum(n_good - 1, 0) // 2, upper], axis=-1)
    middle = np.take_along_axis(ordered, pair, axis=-1).mean(axis=-1)
    return np.where(n_good[..., 0] > 0, middle, 0.0)


def without_peaks(flux: Float, ivar: Float) -> Float:
    """Give ivar (N, B) with 0 where flux stands out of the running median of nine: lines, hits."""
    width = min(9, flux.shape[1])
    windows = np.lib.stride_tricks.sliding_window_view
    medians = median(windows(flux, width, axis=1), windows(ivar, width, axis=1))
    at = np.clip(np.arange(flux.shape[1]) - width // 2, 0, medians.shape[1] - 1)
    excess = np.abs(flux - medians[:, at])
    noise = 1 / np.sqrt(np.where(ivar > 0, ivar, 1.0))
    scatter = MAD * median(excess, ivar)[:, None]
    return np.where(excess > CLIP * np.maximum(noise, scatter), 0.0, ivar)
