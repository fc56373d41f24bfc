"""Steps told by a smooth curve, fitted to a spectrum that is divided by what is expected of it."""

import numpy as np

from catalog.measures._join import MAD, Difference, Join, median, without_peaks
from catalog.spectra import Arm, Float

REACH = 700.0
"""Å: how far the spectrum is used on either side of an overlap."""
BIN = 10.0
"""Å: native pixels are averaged to bins before the curve is fitted. A narrow line then fills one
bin or two, which the fit rejects."""
MIN_BINS = 10
"""Least good bins on each side of a join: 100 Å."""
SKY = 0.1
"""Error of the curve's step in units of a single pixel's noise: what sky subtraction leaves is
correlated over an arm, and no number of pixels averages it away."""
A_BAND = (7590.0, 7700.0)
"""Å, vacuum, observed: here the atmosphere's oxygen takes up to all light, and what its correction
leaves is no part of a smooth curve. It lies next to DESI's join of the r and z arms."""

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
_SOFT_CLIP = 3.0
"""σ beyond which a bin loses weight in the fit."""


def binned(arm: Arm, low: float, high: float) -> tuple[Float, Float, Float]:
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


def curve_step(join: Join) -> Difference:
    """Fit one smooth curve, times the expected shape, with a step at the join to both sides."""
    waves, fluxes, ivars, counts = [], [], [], []
    for arm, low, high in (
        (join.blue, join.low - REACH, join.low),
        (join.red, join.high, join.high + REACH),
    ):
        wave, flux, ivar = binned(arm, low, high)
        if wave.size < MIN_BINS:
            return Difference.none(len(join))
        shape = join.shape(wave)
        waves.append(wave)
        fluxes.append(flux / shape)
        ivars.append(without_peaks(fluxes[-1], ivar * shape**2))
        counts.append(np.count_nonzero(ivars[-1], axis=1))
    wave, flux, ivar = np.concatenate(waves), np.hstack(fluxes), np.hstack(ivars)
    noise = median(1 / np.sqrt(np.where(ivar > 0, ivar, 1.0)), ivar)
    enough = np.minimum(*counts) >= MIN_BINS
    # In units of each spectrum's own flux, so that one prior serves all.
    unit = np.where(enough, np.maximum(np.abs(median(flux, ivar)), noise), 1.0)
    basis = _basis((wave - (join.low + join.high) / 2) / (REACH + (join.high - join.low) / 2))
    fit = _fit(basis, flux / unit[:, None], np.where(enough, ivar.T, 0.0).T * unit[:, None] ** 2)
    n_pixels = BIN / np.median(np.diff(join.blue.wave))
    sky = (SKY * noise) ** 2 * n_pixels
    variance = fit.variance * unit**2 + sky
    level_variance = fit.level_variance * unit**2
    return Difference(fit.value * unit, variance, fit.level * unit, level_variance).where(enough)


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


def _fit(basis: Float, flux: Float, ivar: Float) -> Difference:
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
        rough = (MAD * median(off, weight)) ** 2 * freedom - median(noise2, weight)
        total = noise2 + np.maximum(rough, 0.0)[:, None]
        far = np.maximum(off / np.sqrt(total) / _SOFT_CLIP, 1.0)
        weight = np.where(ivar > 0, 1 / (total * far**2), 0.0)
    at_join = np.concatenate([[0.0, 1.0, 0.0], _modes(np.zeros(1))[:, 0]])
    level_variance = np.einsum("i,nij,j->n", at_join, covariance, at_join)
    return Difference(coefficients[:, 0], variances[:, 0], coefficients @ at_join, level_variance)
