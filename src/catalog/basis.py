"""A linear model of spectra: weighted principal components with model scatter, fitted robustly.

Where the autoencoder starts from, what class and redshift tests compare with, and the baseline that
it has to beat. Weights are 1 / (noise variance + model scatter), so that neither faint spectra nor
bright ones decide the components alone.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import eigh, qr

from catalog.principal import blocks, pairs, principal_axes, weighted_products
from catalog.spectra import Array, Float

ITERATIONS = 5
"""Rounds of coefficients, components and scatter in turn; the fit changes by under 0.1 % after."""
OUTLYING = 5.0
"""A bin off by more than this many σ tells nothing about the model's usual scatter."""
LEAST_SCATTER = 1e-3
"""Model scatter is at least this fraction of a spectrum's rms: no model is better than 0.1 %."""
CHUNK = 2048
"""Spectra that are solved together; bounds memory at CHUNK x K² numbers."""


@dataclass(frozen=True)
class Basis:
    """Mean, components and scatter of unit-norm spectra.

    mean : (L,); components : (K, L), orthonormal; variances : (K,), of the coefficients; scatter :
    (L,), variance of a bin that neither the components nor the noise explain; n_spectra : number
    of spectra it was fitted to.
    """

    mean: Float
    components: Float
    variances: Float
    scatter: Float
    n_spectra: int

    def weights(self, ivar: Float) -> Float:
        """Inverse of noise plus scatter, (N, L); 0 where ivar is 0."""
        return total_weight(ivar, self.scatter)

    def coefficients(self, flux: Float, ivar: Float) -> Float:
        """Weighted least-squares coefficients (N, K) of unit-norm spectra (N, L).

        Weak ridges at each component's own variance keep a spectrum with large holes from a wild
        fit; with data in every bin they change nothing that could be measured.
        """
        ridge = np.diag(1.0 / np.maximum(100.0 * self.variances, 1e-12))
        parts = [np.empty((0, len(self.components)), np.float32)]
        for start in range(0, len(flux), CHUNK):
            rows = slice(start, start + CHUNK)
            weight = self.weights(ivar[rows])
            normal = weighted_products(weight, self.components) + ridge
            right = (weight * (flux[rows] - self.mean)) @ self.components.T
            solved = np.linalg.solve(normal.astype(np.float64), right[:, :, None])[:, :, 0]
            parts.append(solved.astype(np.float32))
        return np.concatenate(parts)

    def reconstruct(self, coefficients: Float) -> Float:
        """Spectra (N, L) of coefficients (N, K)."""
        recon: Float = self.mean + coefficients @ self.components
        return recon

    def chi2(self, flux: Float, ivar: Float) -> Float:
        """Mean weighted square of the residual per valid bin, (N,), scatter included."""
        resid = flux - self.reconstruct(self.coefficients(flux, ivar))
        n_valid = np.maximum((ivar > 0).sum(axis=1), 1)
        result: Float = (self.weights(ivar) * resid**2).sum(axis=1) / n_valid
        return result


def padded(basis: Basis, n_components: int) -> Basis:
    """Give a basis of so many components at least; those that are added are zero, and unused.

    A release of a handful of spectra has fewer components than an autoencoder has latents.
    """
    missing = n_components - len(basis.components)
    if missing <= 0:
        return basis
    none = np.zeros((missing, len(basis.mean)), basis.components.dtype)
    return replace(
        basis,
        components=np.vstack([basis.components, none]),
        variances=np.append(basis.variances, np.zeros(missing, basis.variances.dtype)),
    )


def total_weight(ivar: Float, scatter: Float) -> Float:
    """Inverse variance (N, L) of a residual: noise and model scatter add; 0 where ivar is 0."""
    weight: Float = ivar / (1.0 + ivar * scatter)
    return weight


def fit(flux: Float, ivar: Float, n_components: int, trim: float) -> Basis:
    """Fit a basis, leave out the worst-fitted spectra, and fit again, twice.

    Left in, a handful of strange spectra buys itself a component (and is then strange no more).

    Parameters
    ----------
    flux, ivar : ndarray of shape (N, L)
        Training spectra of unit norm; ivar 0 in masked bins, whose flux is not used.
    n_components : int
        K; at most N - 1 are used.
    trim : float
        Fraction left out.

    Notes
    -----
    Alternating weighted least squares: Bailey 2012, PASP 124, 1015, with scatter added to the
    noise.
    """
    kept = np.ones(len(flux), bool)
    for _ in range(3):
        basis = _fit(flux[kept], ivar[kept], min(n_components, max(1, int(kept.sum()) - 1)))
        kept = best_fitted(basis.chi2(flux, ivar), trim)
    return basis


def best_fitted(misfit: Float, trim: float) -> Array:
    """Mark (N,) all but the worst-fitted fraction.

    Of all spectra together, not of each class: where strange objects gather in a small class, as
    white dwarfs and cataclysmic variables do among the stars, a share of that class is too few.
    """
    # A misfit that is not finite is for the fit to refuse: here it would leave nothing to fit.
    kept: Array = ~(misfit > np.quantile(misfit, 1.0 - trim))
    return kept


def _fit(flux: Float, ivar: Float, n_components: int) -> Basis:
    flux, ivar = np.asarray(flux, np.float32), np.asarray(ivar, np.float32)
    basis = _start(flux, n_components)
    for _ in range(ITERATIONS):
        coefficients = basis.coefficients(flux, ivar)
        basis = _regress(flux, ivar, coefficients, basis)
    return basis


def _start(flux: Float, n_components: int) -> Basis:
    """Plain principal components of the infilled spectra."""
    mean = flux.mean(axis=0)
    centred = flux.astype(np.float64)
    centred -= centred.mean(axis=0)
    components, squares = principal_axes(centred, n_components)
    least = np.full(len(mean), LEAST_SCATTER**2 / len(mean))
    variances = (squares / len(flux)).astype(np.float32)
    return Basis(mean, components.astype(np.float32), variances, least, len(flux))


def _regress(flux: Float, ivar: Float, coefficients: Float, basis: Basis) -> Basis:
    """Mean and components that fit best at given coefficients; then principal axes, and scatter."""
    design = np.hstack([np.ones((len(flux), 1), np.float32), coefficients])
    weight = basis.weights(ivar)
    right = (weight * flux).T @ design
    solution = _regression(design, weight, right)
    mean, components = solution[0], solution[1:]
    resid = flux - design @ solution.astype(np.float32)
    axes, mixing = qr(components.T, mode="economic")
    rotated = coefficients @ mixing.T
    centre = rotated.mean(axis=0)
    values, turn = eigh(np.atleast_2d(np.cov((rotated - centre).T, bias=True)))
    order = np.argsort(values)[::-1]
    return Basis(
        (mean + axes @ centre).astype(np.float32),
        np.ascontiguousarray((axes @ turn[:, order]).T).astype(np.float32),
        np.maximum(values[order], 0.0).astype(np.float32),
        _scatter(resid, ivar, basis.scatter).astype(np.float32),
        len(flux),
    )


def _regression(design: Float, weight: Float, right: Float) -> Float:
    """Weighted least-squares spectra (K+1, L) of a design (N, K+1), a bin at a time."""
    size = design.shape[1]
    products = pairs(design.T).T
    solution = np.empty((size, weight.shape[1]))
    for bins in blocks(weight.shape[1], size):
        normal = (weight[:, bins].T @ products).reshape(-1, size, size).astype(np.float64)
        normal += 1e-9 * np.trace(normal, axis1=1, axis2=2).mean() * np.eye(size)
        solution[:, bins] = np.linalg.solve(normal, right[bins, :, None])[:, :, 0].T
    return solution


def _scatter(resid: Float, ivar: Float, before: Float) -> Float:
    """Variance (L,) of residuals in excess of their noise, from bins that are not outlying."""
    weight = total_weight(ivar, before)
    usual = (ivar > 0) & (weight * resid**2 < OUTLYING**2)
    noise = np.divide(1.0, ivar, out=np.zeros_like(resid), where=ivar > 0)
    excess = np.where(usual, resid**2 - noise, 0.0).sum(axis=0, dtype=np.float64)
    mean = excess / np.maximum(usual.sum(axis=0), 1)
    scatter: Float = np.maximum(mean, LEAST_SCATTER**2 / resid.shape[1])
    return scatter
