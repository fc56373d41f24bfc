"""Weighted linear least squares on many residuals at once, and the profiles that are fitted."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from catalog.explain.lines import SPEED_OF_LIGHT
from catalog.spectra import Float

FWHM_PER_SIGMA = float(np.sqrt(8 * np.log(2)))
FAINTEST = 1e-12
"""Least part of a profile's square that must lie where there are data."""
SINGULAR = 1e-10
"""Smallest eigenvalue of the scaled normal matrix at which its parameters are told apart."""


@dataclass(frozen=True)
class Fit:
    """Linear fits to N spectra with K parameters.

    coefficients (N, K), covariance (N, K, K), drop (N,): by how much the fit lowers χ². Where the
    data do not determine the parameters, coefficients and drop are 0 and the variances infinite.
    """

    coefficients: Float
    covariance: Float
    drop: Float

    def significance(self, parameter: int) -> Float:
        """Value / standard deviation of one parameter (N,), signed."""
        deviation = np.sqrt(self.covariance[:, parameter, parameter])
        ratio: Float = self.coefficients[:, parameter] / deviation
        return ratio

    def at(self, point: Float) -> tuple[Float, Float]:
        """Value and standard deviation (N,) of the fitted sum, for each spectrum's row (N, K)."""
        value = np.einsum("nk,nk->n", self.coefficients, point)
        variance = np.einsum("nk,nkm,nm->n", point, np.nan_to_num(self.covariance), point)
        undetermined = ~np.isfinite(self.covariance[:, 0, 0])
        return value, np.where(undetermined, np.inf, np.sqrt(np.maximum(variance, 0)))


def fit(design: Float, weight: Float, data: Float) -> Fit:
    """Fit data (N, L) by a sum of the design's rows (K, L); weight (N, L) 0 skips a bin."""
    n_rows, n_parameters = weight.shape[0], design.shape[0]
    products = (design[:, None, :] * design[None, :, :]).reshape(n_parameters**2, -1)
    normal = (weight @ products.T).reshape(n_rows, n_parameters, n_parameters)
    moment = (weight * data) @ design.T
    diagonal = np.einsum("nkk->nk", normal)
    # Data only in a profile's far tails determine nothing, and their squares are lost in rounding.
    least = FAINTEST * weight.max(axis=1, initial=0.0)[:, None] * (design**2).sum(axis=1)
    scale = np.sqrt(np.where(diagonal > least, diagonal, 1.0))
    scaled = normal / (scale[:, :, None] * scale[:, None, :])
    determined = np.linalg.eigvalsh(scaled)[:, 0] > SINGULAR
    scaled[~determined] = np.eye(n_parameters)
    covariance = np.linalg.inv(scaled) / (scale[:, :, None] * scale[:, None, :])
    coefficients = np.einsum("nkm,nm->nk", covariance, moment)
    coefficients[~determined] = 0.0
    covariance[~determined] = np.diag(np.full(n_parameters, np.inf))
    return Fit(coefficients, covariance, np.einsum("nk,nk->n", coefficients, moment))


def polynomials(wave: Float, degree: int) -> Float:
    """Legendre polynomials of degree 0 to `degree` over the range of `wave`: (degree + 1, L)."""
    low, high = wave[0], wave[-1]
    x = 2 * (wave - low) / (high - low) - 1 if high > low else np.zeros_like(wave)
    return np.polynomial.legendre.legvander(x, degree).T


def gaussian(wave: Float, centre: float, sigma: float) -> Float:
    """Profile of a line of unit flux: its mean over each bin (L,), 1/Å.

    Averaged over the bin, not taken at its centre, since bins may be wider than the line.
    """
    half = np.gradient(wave) / 2
    above, below = (wave + half - centre) / sigma, (wave - half - centre) / sigma
    profile: Float = (ndtr(above) - ndtr(below)) / (2 * half)
    return profile


def sigma_of(centre: float, fwhm_km_s: float) -> float:
    """Give the standard deviation (Å) of a line at `centre` from its FWHM in km/s."""
    return centre * fwhm_km_s / SPEED_OF_LIGHT / FWHM_PER_SIGMA
