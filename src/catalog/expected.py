"""What an ordinary spectrum would look like that agrees with most of a given one.

A model that is fitted to all of a spectrum bends towards what is strange in it: its components draw
half of an extreme line, and spoil the continuum to do so. Fitted robustly, and with coefficients
that ordinary spectra have, the linear model follows the part that is ordinary, and the strange part
stands out of it whole.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from catalog.basis import Basis, total_weight
from catalog.principal import weighted_products
from catalog.spectra import Array, Float

ITERATIONS = 30
GENTLE = 8
"""First iterations, in which outlying bins lose weight but none is rejected for good."""
REJECTED = 3.0
"""Bins off by more than this many times the spectrum's usual misfit have no weight in the end."""
RUN = 3
"""Bins over whose mean a misfit is looked for too: what is strange covers more than one bin."""
ORDINARY = 4.0
"""Standard deviations beyond which no coefficient may go. Among ordinary spectra hardly one in a
thousand has any that far out; what has an extreme line needs twenty to draw it."""
NORMAL_MEDIAN = 0.9
"""Median of the larger of |x| and |mean of three|·√3 for normal noise, about."""
LEAST_LEVEL = 0.02
"""Of the mean spectrum, in a spectrum of unit norm; below, there is no continuum to speak of."""
CONTINUUM = 75
"""Bins of the running median: ten times a broad line's at least, so that none is left in it."""
CHUNK = 1024
"""Spectra that are fitted together; bounds memory."""


@dataclass(frozen=True)
class Expected:
    """Ordinary spectra that agree with most of N given ones.

    flux : (N, L); scatter : (N, L), variance by which ordinary spectra miss it beside their noise;
    agrees : (N,), fraction of the valid bins that it was fitted to.
    """

    flux: Float
    scatter: Float
    agrees: Float


def expected(basis: Basis, flux: Float, ivar: Float) -> Expected:
    """Fit a linear model robustly, to the part of each spectrum that it can fit.

    Parameters
    ----------
    basis : Basis
        Fitted to other spectra.
    flux, ivar : ndarray of shape (N, L)
        Unit norm; ivar 0 where there is no data.

    Returns
    -------
    Expected
        The mean spectrum where a spectrum has no data.

    Notes
    -----
    Iteratively reweighted least squares: Cauchy-like weights first, Tukey's bisquare then, of each
    bin's misfit or of the mean of three, whichever is larger, in units of the spectrum's median
    misfit (not below its noise). The level is free, since an extreme line takes most of a unit
    norm and leaves the continuum little. The components' own variances are the coefficients' prior,
    and none may go beyond four standard deviations, so that what is expected stays ordinary.
    """
    drawn, scatter = np.empty((2, *flux.shape), np.float32)
    agrees = np.empty(len(flux))
    for start in range(0, len(flux), CHUNK):
        rows = slice(start, start + CHUNK)
        found = _fit(basis, flux[rows].astype(np.float64), ivar[rows].astype(np.float64))
        drawn[rows], scatter[rows], agrees[rows] = found.flux, found.scatter, found.agrees
    return Expected(drawn, scatter, agrees)


def _fit(basis: Basis, flux: Float, ivar: Float) -> Expected:
    valid = ivar > 0
    design = np.vstack([basis.mean, basis.components]).astype(np.float64)
    trust: Float = _smooth_part(flux, basis.weights(ivar))
    held: Float = np.zeros((len(flux), len(basis.components)))
    level = _level(design[0], flux, ivar * trust)
    scatter: Float = np.empty_like(flux)
    drawn: Float = np.empty_like(flux)
    for iteration in range(ITERATIONS):
        scatter = level[:, None] ** 2 * basis.scatter
        weight = total_weight(ivar, scatter)
        limit = ORDINARY * level[:, None] * np.sqrt(basis.variances.astype(np.float64))
        coefficients, held = _coefficients(design, flux, weight * trust, limit, held)
        drawn = coefficients @ design
        level = np.maximum(coefficients[:, 0], LEAST_LEVEL)
        away = _away((flux - drawn) * np.sqrt(weight), valid)
        trust = (1 + away**2) ** -2 if iteration < GENTLE else np.maximum(1 - away**2, 0.0) ** 2
    n_valid = np.maximum(np.count_nonzero(valid, axis=1), 1)
    agrees = np.count_nonzero((trust > 0) & valid, axis=1) / n_valid
    some = np.any(valid, axis=1)[:, None]
    return Expected(np.where(some, drawn, basis.mean), scatter, agrees)


def _level(mean: Float, flux: Float, weight: Float) -> Float:
    """Weighted least-squares level (N,) of the mean spectrum in each spectrum."""
    square = (weight * mean**2).sum(axis=1)
    level = np.divide(
        (weight * flux * mean).sum(axis=1), square, out=np.ones(len(flux)), where=square > 0
    )
    above: Float = np.maximum(level, LEAST_LEVEL)
    return above


def _smooth_part(flux: Float, weight: Float) -> Float:
    """Trust (N, L) in bins that lie on the spectrum's running median: a start without its lines.

    From a fit to all bins the strongest lines would decide the outcome, since it is they that a
    least-squares fit draws best, and the continuum that it then finds strange.
    """
    median = median_filter(flux.astype(np.float64), size=(1, CONTINUUM), mode="nearest")
    chi = (flux - median) * np.sqrt(weight)
    return np.maximum(1 - _away(chi, weight > 0) ** 2, 0.0) ** 2


def _away(chi: Float, valid: Array) -> Float:
    """Misfit of each bin (N, L) in units of the one at which it is rejected."""
    padded = np.pad(chi, ((0, 0), (RUN // 2, RUN // 2)))
    total = sum(padded[:, i : i + chi.shape[1]] for i in range(RUN))
    size = np.maximum(np.abs(chi), np.abs(total) / np.sqrt(RUN))
    usual = np.ones(len(chi))
    some = valid.any(axis=1)
    usual[some] = np.nanmedian(np.where(valid[some], size[some], np.nan), axis=1) / NORMAL_MEDIAN
    away: Float = size / (REJECTED * np.maximum(usual, 1.0)[:, None])
    return away


def _coefficients(
    design: Float, flux: Float, weight: Float, limit: Float, held: Float
) -> tuple[Float, Float]:
    """Least-squares coefficients (N, 1 + K) of mean and components, none beyond its limit (N, K).

    `held` (N, K) tells which are held at their limit: +1 at the upper, -1 at the lower, 0 free. One
    is let go where the fit would draw it back inside. Both are brought up to date in every
    iteration.
    """
    size = len(design)
    normal = weighted_products(weight, design)
    right = (weight * flux) @ design.T
    diagonal = np.arange(size)
    prior = np.hstack([np.full((len(flux), 1), 1e-6), (ORDINARY / np.maximum(limit, 1e-9)) ** 2])
    normal[:, diagonal, diagonal] += prior
    bound = np.hstack([np.zeros((len(flux), 1)), held * limit])
    fixed = np.hstack([np.zeros((len(flux), 1), bool), held != 0])
    bordered = np.where(fixed[:, :, None], np.eye(size), normal)
    solved = np.linalg.solve(bordered, np.where(fixed, bound, right)[:, :, None])[:, :, 0]
    pull = (right - np.einsum("nkm,nm->nk", normal, solved))[:, 1:]
    held = np.where(pull * held < 0, 0.0, held)
    held = np.where(np.abs(solved[:, 1:]) > limit, np.sign(solved[:, 1:]), held)
    solved[:, 1:] = np.clip(solved[:, 1:], -limit, limit)
    return solved, held
