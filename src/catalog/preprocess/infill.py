"""Filling masked bins by iterative principal component analysis, fitted once and then frozen.

Yip et al. 2004, AJ 128, 585, section 3. A filled bin is there for the network's input only: its
ivar stays 0, so no score and no loss ever sees it.
"""

from dataclasses import dataclass

import numpy as np

from catalog.principal import principal_axes, weighted_products
from catalog.spectra import Array, Float

TOLERANCE = 1e-4
"""Iteration ends when the filled bins change by less than this fraction of the spectra's rms."""
MAX_ITERATIONS = 20
CHUNK = 2**25
"""Numbers of spectra that are filled together: 30,000 spectra of a thousand bins, or a hundred of
three hundred thousand. Bounds memory."""


@dataclass(frozen=True)
class Infill:
    """Mean spectrum and components of unit-norm spectra.

    mean : (L,); components : (K, L), orthonormal; variances : (K,), of the coefficients.
    """

    mean: Float
    components: Float
    variances: Float

    def fill(self, flux: Float, ivar: Float) -> Float:
        """Replace masked bins (ivar 0) by the weighted fit of mean and components.

        The fit is of s·mean + Σ b_k·component_k, with the scale s free, so that a spectrum needs no
        norm before its holes are filled. The variances act as a prior: a spectrum with few good
        bins gets a typical shape rather than a wild one.

        Parameters
        ----------
        flux, ivar : ndarray of shape (N, L)
            In any flux unit.

        Returns
        -------
        ndarray of shape (N, L), float64
            flux where ivar > 0, the fit elsewhere.
        """
        result: Float = np.array(flux, np.float64)
        rows = np.flatnonzero((ivar <= 0).any(axis=1) & (ivar > 0).any(axis=1))
        together = max(1, CHUNK // flux.shape[1])
        for start in range(0, rows.size, together):
            part = rows[start : start + together]
            holes = ivar[part] <= 0
            fitted = self._fit(result[part], ivar[part].astype(np.float64))
            result[part] = np.where(holes, fitted, result[part])
        result[(ivar <= 0).all(axis=1)] = 0.0
        return result

    def _fit(self, flux: Float, ivar: Float) -> Float:
        basis = np.vstack([self.mean, self.components])  # (K+1, L)
        good = ivar > 0
        scale = _scale_to(self.mean, flux, good)[:, None]
        flux, ivar = flux / scale, ivar * scale**2
        # Cap the weights: in a bright spectrum model error, not noise, limits the fit.
        ivar = np.minimum(ivar, 1e3 * _median_good(ivar)[:, None])
        normal = weighted_products(ivar, basis)  # (N, K+1, K+1)
        prior = np.concatenate([[1e-12], 1.0 / np.maximum(self.variances, 1e-12)])
        normal += np.diag(prior)
        right = (ivar * flux) @ basis.T  # (N, K+1)
        coefficients = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
        fitted: Float = coefficients @ basis * scale
        return fitted


def _median_good(ivar: Float) -> Float:
    return np.nanmedian(np.where(ivar > 0, ivar, np.nan), axis=1)


def _scale_to(mean: Float, flux: Float, good: Array) -> Float:
    """Factor (N,) by which a spectrum is brighter than the mean, over its good bins."""
    along = np.where(good, flux * mean, 0.0).sum(axis=1)
    norm = np.where(good, mean**2, 0.0).sum(axis=1)
    rms = np.sqrt(np.where(good, flux**2, 0.0).sum(axis=1) / np.maximum(norm, 1e-300))
    # A spectrum that is negative on average has no such factor; its rms still sets the unit.
    scale: Float = np.maximum(np.abs(along / np.maximum(norm, 1e-300)), 0.05 * rms)
    return np.where(scale > 0, scale, 1.0)


def fit(flux: Float, ivar: Float, n_components: int) -> Infill:
    """Fit mean and components to spectra with holes, alternating between filling and analysing.

    Parameters
    ----------
    flux, ivar : ndarray of shape (N, L)
        Training spectra in any flux unit; ivar 0 in masked bins.
    n_components : int
        K; fewer are used where there are fewer spectra.
    """
    some = (ivar > 0).any(axis=1)
    flux, ivar = flux[some].astype(np.float64), ivar[some].astype(np.float64)
    holes = ivar <= 0
    n_components = min(n_components, max(1, flux.shape[0] - 1))
    filled = _interpolate(flux, holes)
    model = _components(unit_norm(filled)[0], n_components)
    if not holes.any():
        return model
    for _ in range(MAX_ITERATIONS):
        before = filled[holes]
        filled = np.where(holes, model.fill(flux, ivar), flux)
        model = _components(unit_norm(filled)[0], n_components)
        change = np.sqrt(np.mean((filled[holes] - before) ** 2))
        if change < TOLERANCE * np.sqrt(np.mean(flux[~holes] ** 2)):
            break
    return model


def _components(spectra: Float, n_components: int) -> Infill:
    """Mean, first components and their variances."""
    mean = spectra.mean(axis=0)
    components, squares = principal_axes(spectra - mean, n_components)
    return Infill(mean, components, squares / max(1, len(spectra) - 1))


def _interpolate(flux: Float, holes: Array) -> Float:
    """Fill holes linearly, beyond the ends with the end's value: the iteration's start only."""
    n_bins = flux.shape[1]
    bins = np.arange(n_bins)
    before = np.maximum.accumulate(np.where(holes, -1, bins), axis=1)
    after = np.minimum.accumulate(np.where(holes, n_bins, bins)[:, ::-1], axis=1)[:, ::-1]
    left = np.where(before < 0, np.minimum(after, n_bins - 1), before)
    right = np.where(after == n_bins, left, after)
    at_left, at_right = (np.take_along_axis(flux, side, axis=1) for side in (left, right))
    share = (bins - left) / np.maximum(right - left, 1)
    return np.where(holes, at_left + share * (at_right - at_left), flux)


def unit_norm(flux: Float) -> tuple[Float, Float]:
    """Divide each spectrum by its Euclidean norm; a spectrum of zeros keeps norm 1.

    Returns
    -------
    flux : ndarray of shape (N, L)
    norm : ndarray of shape (N,)
        In the unit of the flux that came in.
    """
    norm = np.linalg.norm(flux, axis=1)
    norm = np.where(norm > 0, norm, 1.0)
    return flux / norm[:, None], norm
