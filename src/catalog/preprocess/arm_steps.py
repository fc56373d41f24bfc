"""Steps in flux where two spectrograph arms meet, measured on native pixels before any coadding.

The coadd averages a step over the arms' overlap, and a model of whole spectra learns to draw it. On
the native pixels of each arm two independent pieces of evidence are left:

- where the arms overlap they saw the same light, so the mean difference of the pixels that they
  share is the step, whatever the spectrum does there;
- on either side of the overlap the spectrum, divided by what is expected of it, is a smooth curve
  but for the step.

DESI's overlap of the b and r arms is only 51 noisy pixels, so there the curve tells most; at the r
and z arms the 126 shared pixels do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.spectra import Arm, Array, Float

REACH = 700.0
"""Å: how far the spectrum is used on either side of an overlap."""
BIN = 10.0
"""Å: native pixels are averaged to bins before the curve is fitted. A narrow line then fills one
bin or two, which the fit rejects."""
MIN_BINS = 10
"""Least good bins on each side of a join: 100 Å."""
MIN_OVERLAP = 10
"""Least good pixels that two arms must share for their difference to count."""
FLOOR = 0.01
"""Relative error that every step has: ordinary calibration leaves steps of 0.5-1 % between arms,
which are no news however bright the spectrum."""
SKY = 0.1
"""Error of the curve's step in units of a single pixel's noise: what sky subtraction leaves is
correlated over an arm, and no number of pixels averages it away."""
A_BAND = (7590.0, 7700.0)
"""Å, vacuum, observed: here the atmosphere's oxygen takes up to all light, and what its correction
leaves is no part of a smooth curve. It lies next to DESI's join of the r and z arms."""

_CHUNK = 500
_N_MODES = 14
"""Smooth curves that are fitted; over 1,500 Å the shortest has a half-wave of about 120 Å."""
_DOMAIN = 1.2
"""The curves live on 1.2 times the fitted range, so that they are not pinned at its ends."""
_LENGTH = 0.2
"""Correlation length of the curve, in units of half the fitted range: about 140 Å."""
_WIGGLE = 0.01
"""Prior rms of the curve about a straight line, relative to the flux."""
_WIGGLE_WEIGHT = 2.0
"""Degrees of freedom for which that prior counts against a spectrum's own rms."""
_N_ITERATIONS = 4
_AGREE = 2.0
"""σ by which the two pieces of evidence may differ by chance."""
_CLIP = 4.0
"""σ beyond which a pixel of the overlap, or a bin against its neighbours, is rejected."""
_SOFT_CLIP = 3.0
"""σ beyond which a bin loses weight in the fit."""
_MAD = 1.4826
"""Standard deviation over median absolute deviation of a normal distribution."""


@dataclass(frozen=True)
class Expected:
    """Expected spectra: `wave` (L,), Å, rest frame, vacuum; `flux` (N, L) in any unit.

    Best a fit of each spectrum by a mean and a few components. A model that can draw a step at any
    wavelength would hide what is looked for.
    """

    wave: Float
    flux: Float


@dataclass(frozen=True)
class Steps:
    """Flux steps of N spectra at J joins, each (N, J); NaN where a step cannot be measured.

    Attributes
    ----------
    step
        (red − blue) / (mean of both): positive where the red side is too bright. A blue arm that
        is too bright by a factor 1.1 gives −0.095.
    error
        Its standard deviation: photons, the spectrum's roughness, `SKY` and `FLOOR`.
    """

    step: Float
    error: Float

    @property
    def significance(self) -> Float:
        """Step over its error, with the step's sign."""
        return self.step / self.error


def arm_steps(
    arms: tuple[Arm, ...],
    joins: Sequence[tuple[float, float]],
    z: Float,
    expected: Expected | None = None,
) -> Steps:
    """Measure the flux step at every join of two arms.

    Parameters
    ----------
    arms : tuple of Arm
        N spectra on native pixels.
    joins : sequence of (low, high)
        Å, observed: where neighbouring arms overlap, or the gap between them.
    z : ndarray of shape (N,)
        Redshifts, which bring `expected` to the observed frame; NaN where there is none.
    expected : Expected, optional
        Without it every spectrum is expected to be flat: its lines and breaks then add to the
        error, and a break that falls on a join (4000 Å at z = 0.45) may pass for a step.

    Returns
    -------
    Steps
        NaN where no arm ends or none begins at the join (a survey of one arm), or where the arms
        share fewer than `MIN_OVERLAP` good pixels and a side has fewer than `MIN_BINS` good bins.
    """
    step, error = np.full((2, len(z), len(joins)), np.nan)
    for j, (low, high) in enumerate(joins):
        sides = _sides(arms, (low + high) / 2)
        if sides is None:
            continue
        for start in range(0, len(z), _CHUNK):
            rows = slice(start, start + _CHUNK)
            blue, red = (Arm(a.name, a.wave, a.flux[rows], a.ivar[rows]) for a in sides)
            part = Expected(expected.wave, expected.flux[rows]) if expected else None
            step[rows, j], error[rows, j] = _measure(_Join(blue, red, low, high, z[rows], part))
    return Steps(step, error)


def _sides(arms: tuple[Arm, ...], middle: float) -> tuple[Arm, Arm] | None:
    """Give the arms that end and begin at a join; None where there are no such two."""
    blue = [arm for arm in arms if arm.wave[0] < middle and arm.wave.mean() < middle]
    red = [arm for arm in arms if arm.wave[-1] > middle and arm.wave.mean() > middle]
    if not blue or not red:
        return None
    return max(blue, key=lambda arm: float(arm.wave[-1])), min(
        red, key=lambda arm: float(arm.wave[0])
    )


@dataclass(frozen=True)
class _Join:
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
class _Difference:
    """Red minus blue at a join, the flux there, in its unit, and the variances of both: each (N,).

    Where nothing was measured the variances are infinite.
    """

    value: Float
    variance: Float
    level: Float
    level_variance: Float

    @classmethod
    def none(cls, n_rows: int) -> "_Difference":
        """Nothing measured."""
        nought, infinite = np.zeros(n_rows), np.full(n_rows, np.inf)
        return cls(nought, infinite, nought, infinite)

    def where(self, known: Array) -> "_Difference":
        """Keep what is known (N,), and call the rest not measured."""
        return _Difference(
            np.where(known, self.value, 0.0),
            np.where(known, self.variance, np.inf),
            np.where(known, self.level, 0.0),
            np.where(known, self.level_variance, np.inf),
        )


def _measure(join: _Join) -> tuple[Float, Float]:
    """Weigh both kinds of evidence: relative step and its error (N,)."""
    shared, curve = _overlap(join), _curve(join)
    # The overlap assumes nothing about the spectrum. Where the curve disagrees with it by far more
    # than both errors, the spectrum is rougher at the join than the curve took it to be.
    both = np.isfinite(shared.variance) & np.isfinite(curve.variance)
    chance = np.where(both, _AGREE**2 * (shared.variance + curve.variance), np.inf)
    rough = np.maximum((shared.value - curve.value) ** 2 - chance, 0.0)
    weights = 1 / np.stack([shared.variance, curve.variance + rough])
    level_weights = 1 / np.stack([shared.level_variance, curve.level_variance])
    value, variance = _weighted(np.stack([shared.value, curve.value]), weights)
    level, _ = _weighted(np.stack([shared.level, curve.level]), level_weights)
    # Of a spectrum lost in its noise no fraction can be told: its flux is taken to be its noise.
    level = np.maximum(level, np.sqrt(variance))
    return value / level, np.sqrt(variance / level**2 + FLOOR**2)


def _weighted(values: Float, weights: Float) -> tuple[Float, Float]:
    """Weighted mean over the first axis and its variance; NaN where all weights are 0."""
    total = weights.sum(axis=0)
    variance = np.divide(1.0, total, out=np.full_like(total, np.nan), where=total > 0)
    return (weights * values).sum(axis=0) * variance, variance


def _overlap(join: _Join) -> _Difference:
    """Compare the pixels that two arms share, matched by wavelength to a thousandth of an Å."""
    arms = (join.blue, join.red)
    keys = [np.round(arm.wave * 1000).astype(np.int64) for arm in arms]
    _, *at = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    if at[0].size < MIN_OVERLAP:
        return _Difference.none(len(join))
    blue, red = (arm.flux[:, i].astype(np.float64) for arm, i in zip(arms, at, strict=True))
    ivar = [arm.ivar[:, i].astype(np.float64) for arm, i in zip(arms, at, strict=True)]
    total = ivar[0] + ivar[1]
    weight = np.divide(ivar[0] * ivar[1], total, out=np.zeros_like(total), where=total > 0)
    # A line is no place to compare arms: they differ in resolution, and in sky lines by the sky.
    weight = _without_peaks((red + blue) / 2, 4 * weight) / 4
    off = (red - blue - _median(red - blue, weight)[:, None]) * np.sqrt(weight)
    noise = np.maximum(_MAD * _median(np.abs(off), weight), 1.0)
    weight = np.where(np.abs(off) < _CLIP * noise[:, None], weight, 0.0)
    total = weight.sum(axis=1)
    known = np.count_nonzero(weight, axis=1) >= MIN_OVERLAP
    total = np.where(known, total, 1.0)
    value = (weight * (red - blue)).sum(axis=1) / total
    level = (weight * (red + blue) / 2).sum(axis=1) / total
    return _Difference(value, noise**2 / total, level, noise**2 / total / 4).where(known)


def _median(values: Float, weight: Float) -> Float:
    """Median over the last axis of the values of positive weight; 0 where there are none."""
    good = weight > 0
    ordered = np.sort(np.where(good, values, np.inf), axis=-1)
    n_good = np.count_nonzero(good, axis=-1)[..., None]
    upper = np.minimum(n_good // 2, values.shape[-1] - 1)
    pair = np.concatenate([np.maximum(n_good - 1, 0) // 2, upper], axis=-1)
    middle = np.take_along_axis(ordered, pair, axis=-1).mean(axis=-1)
    return np.where(n_good[..., 0] > 0, middle, 0.0)


def _without_peaks(flux: Float, ivar: Float) -> Float:
    """Give ivar (N, B) with 0 where flux stands out of the running median of nine: lines, hits."""
    width = min(9, flux.shape[1])
    windows = np.lib.stride_tricks.sliding_window_view
    medians = _median(windows(flux, width, axis=1), windows(ivar, width, axis=1))
    at = np.clip(np.arange(flux.shape[1]) - width // 2, 0, medians.shape[1] - 1)
    excess = np.abs(flux - medians[:, at])
    noise = 1 / np.sqrt(np.where(ivar > 0, ivar, 1.0))
    scatter = _MAD * _median(excess, ivar)[:, None]
    return np.where(excess > _CLIP * np.maximum(noise, scatter), 0.0, ivar)


def _binned(arm: Arm, low: float, high: float) -> tuple[Float, Float, Float]:
    """Average native pixels to bins, the A band left out: wave (B,), flux and ivar (N, B)."""
    first, last = np.searchsorted(arm.wave, [low, high])
    starts = np.unique(np.searchsorted(arm.wave, np.arange(low, high, BIN)))
    starts = starts[starts < last] - first
    if not starts.size:
        return np.zeros(0), *np.zeros((2, len(arm.flux), 0))
    wave = arm.wave[first:last]
    usable = (wave < A_BAND[0]) | (wave > A_BAND[1])
    ivar = arm.ivar[:, first:last] * usable
    flux = np.add.reduceat(ivar * arm.flux[:, first:last], starts, axis=1, dtype=np.float64)
    total = np.add.reduceat(ivar, starts, axis=1, dtype=np.float64)
    centre = np.add.reduceat(wave, starts) / np.diff(np.append(starts, wave.size))
    return centre, np.divide(flux, total, out=np.zeros_like(flux), where=total > 0), total


def _curve(join: _Join) -> _Difference:
    """Fit one smooth curve, times the expected shape, with a step at the join to both sides."""
    waves, fluxes, ivars, counts = [], [], [], []
    for arm, low, high in (
        (join.blue, join.low - REACH, join.low),
        (join.red, join.high, join.high + REACH),
    ):
        wave, flux, ivar = _binned(arm, low, high)
        if wave.size < MIN_BINS:
            return _Difference.none(len(join))
        shape = join.shape(wave)
        waves.append(wave)
        fluxes.append(flux / shape)
        ivars.append(_without_peaks(fluxes[-1], ivar * shape**2))
        counts.append(np.count_nonzero(ivars[-1], axis=1))
    wave, flux, ivar = np.concatenate(waves), np.hstack(fluxes), np.hstack(ivars)
    noise = _median(1 / np.sqrt(np.where(ivar > 0, ivar, 1.0)), ivar)
    enough = np.minimum(*counts) >= MIN_BINS
    # In units of each spectrum's own flux, so that one prior serves all.
    unit = np.where(enough, np.maximum(np.abs(_median(flux, ivar)), noise), 1.0)
    basis = _basis((wave - (join.low + join.high) / 2) / (REACH + (join.high - join.low) / 2))
    fit = _fit(basis, flux / unit[:, None], np.where(enough, ivar.T, 0.0).T * unit[:, None] ** 2)
    n_pixels = BIN / np.median(np.diff(join.blue.wave))
    sky = (SKY * noise) ** 2 * n_pixels
    variance = fit.variance * unit**2 + sky
    level_variance = fit.level_variance * unit**2
    return _Difference(fit.value * unit, variance, fit.level * unit, level_variance).where(enough)


def _basis(x: Float) -> Float:
    """Step, straight line and curves at places x (B,) of −1 … 1: (K + 3, B)."""
    return np.vstack([np.sign(x) / 2, np.ones_like(x), x, _modes(x)])


def _modes(x: Float) -> Float:
    """Curves (K, B) whose sum with random weights of variance 1 is a smooth random process.

    The process is Gaussian, with a Matérn-3/2 kernel of variance 1, in the Hilbert-space
    approximation of Solin & Särkkä 2020, Statistics and Computing 30, 419.
    """
    frequency = np.pi * np.arange(1, _N_MODES + 1)[:, None] / (2 * _DOMAIN)
    rate = np.sqrt(3) / _LENGTH
    density = 4 * rate**3 / (rate**2 + frequency**2) ** 2
    curves: Float = np.sqrt(density / _DOMAIN) * np.sin(frequency * (x + _DOMAIN))
    return curves


def _fit(basis: Float, flux: Float, ivar: Float) -> _Difference:
    """Fit basis (K + 3, B), with a prior on its curves, to spectra (N, B).

    Two variances are each spectrum's own and found by iteration: that of the curves (MacKay 1992,
    Neural Computation 4, 415: squares of the coefficients over the number that the data determine)
    and that of a roughness of single bins, which is added to the noise.
    """
    n_free = len(basis)
    products = (basis[:, None] * basis[None]).reshape(n_free**2, -1)
    noise2 = 1 / np.where(ivar > 0, ivar, 1.0)
    n_good = np.count_nonzero(ivar, axis=1)
    prior = np.full((len(flux), n_free), 1e-9)
    prior[:, 3:] = 1 / _WIGGLE**2
    weight = ivar
    for _ in range(_N_ITERATIONS):
        normal = (weight @ products.T).reshape(-1, n_free, n_free)
        normal[:, range(n_free), range(n_free)] += prior
        covariance = np.linalg.inv(normal)
        coefficients = np.einsum("nij,nj->ni", covariance, (weight * flux) @ basis.T)
        variances = np.diagonal(covariance, axis1=1, axis2=2)
        told = np.maximum(_N_MODES - (variances * prior)[:, 3:].sum(axis=1), 0.0)
        size = (coefficients[:, 3:] ** 2).sum(axis=1) + _WIGGLE_WEIGHT * _WIGGLE**2
        prior[:, 3:] = ((told + _WIGGLE_WEIGHT) / size)[:, None]
        off = np.abs(flux - coefficients @ basis)
        freedom = n_good / np.maximum(n_good - 3 - told, 1.0)
        rough = (_MAD * _median(off, weight)) ** 2 * freedom - _median(noise2, weight)
        total = noise2 + np.maximum(rough, 0.0)[:, None]
        far = np.maximum(off / np.sqrt(total) / _SOFT_CLIP, 1.0)
        weight = np.where(ivar > 0, 1 / (total * far**2), 0.0)
    at_join = np.concatenate([[0.0, 1.0, 0.0], _modes(np.zeros(1))[:, 0]])
    level_variance = np.einsum("i,nij,j->n", at_join, covariance, at_join)
    return _Difference(coefficients[:, 0], variances[:, 0], coefficients @ at_join, level_variance)
