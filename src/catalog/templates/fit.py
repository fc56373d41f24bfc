"""One family fitted to one spectrum at one redshift, and over all of them."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.linalg
import scipy.optimize

from catalog.spectra import Array, Float
from catalog.templates.least_squares import eliminated
from catalog.templates.library import Prepared, prepared, transforms, transmission

RIDGE = 1e-7
"""Relative weight that keeps templates apart which a spectrum cannot tell."""
LEAST_NORM = 1e-6
"""A template with less of its light than this in the spectrum's bins is left out."""


@dataclass(frozen=True)
class Target:
    """One spectrum on the common grid: flux x and weight w, (N_BINS,); w is 0 without data.

    `alike` is over how many bins errors are alike.
    """

    flux: Float
    weight: Float
    alike: float = 1.0


def scan(target: Target, name: str) -> Float:
    """χ² (S,) of a family's scan basis at each of its shifts, weights of either sign.

    In log wavelength the normal matrices of all shifts together are correlations of the
    spectrum's weights with products of templates, so a few hundred Fourier transforms give them.
    """
    family, known = prepared(name), transforms(name)
    size, n_free = len(family.scan), len(family.polynomials)
    n_shifts = len(family.steps)
    normal = np.zeros((size + n_free + 1, size + n_free + 1, n_shifts))
    for part, seen in ((known.red, 1.0), (known.blue, transmission())):
        if part is None:
            continue
        templates, products = part
        weight, dimmed = target.weight * seen**2, target.weight * seen
        normal[known.row, known.column] += _correlate(
            products, weight[None], known.length, n_shifts
        )[0]
        beside = np.vstack([dimmed * family.polynomials, dimmed * target.flux])
        normal[size:, :size] += _correlate(templates, beside, known.length, n_shifts)
    free = np.vstack([family.polynomials, target.flux])
    normal[size:, size:] = ((free * target.weight) @ free.T)[:, :, None]
    return eliminated(_scaled(normal))


def _correlate(conjugate: Float, data: Float, length: int, n_shifts: int) -> Float:
    """Σ_i data[m, i] · template[k, i + s], (M, K, S), from the conjugate transforms (K, F)."""
    transformed = scipy.fft.rfft(data, length, axis=1)
    product = np.conj(transformed[:, None] * conjugate)
    # The templates reach one bin further at either end than the shifts.
    return np.asarray(scipy.fft.irfft(product, length, axis=2))[:, :, 1 : 1 + n_shifts]


def _scaled(normal: Float) -> Float:
    """Bordered normal matrices with a unit diagonal and a ridge on it."""
    n_free = len(normal) - 1
    diagonal = normal[np.arange(n_free), np.arange(n_free)]
    least = LEAST_NORM * np.maximum(diagonal.max(axis=0), 1e-30)
    seen = diagonal > least
    scale = np.where(seen, 1 / np.sqrt(np.maximum(diagonal, least)), 0.0)
    normal[:n_free] *= scale[:, None]
    normal[:, :n_free] *= scale[None]
    normal[np.arange(n_free), np.arange(n_free)] = 1.0 + RIDGE
    return normal


def fit_at(
    target: Target, family: Prepared, step: int, *, with_lines: bool = True
) -> tuple[float, Float]:
    """χ² and model (N_BINS,) of templates with positive weights and free polynomials.

    Notes
    -----
    The polynomials are projected out of the normal matrix; what is left is a problem of
    non-negative least squares (Lawson & Hanson 1974, chapter 23).
    """
    rows = slice(None) if with_lines else slice(family.n_continuum)
    design = np.vstack([family.polynomials, family.at(step)[rows]])
    model = solve(target, design, len(family.polynomials)) @ design
    return chi2_of(target, model), model


def chi2_of(target: Target, model: Float) -> float:
    """χ² that a model (N_BINS,) leaves."""
    return float((target.weight * (target.flux - model) ** 2).sum())


def solve(target: Target, design: Float, n_free: int) -> Float:
    """Coefficients (K,) of a design (K, N_BINS) whose first `n_free` rows may have either sign."""
    weighted = design * target.weight
    normal, moment = weighted @ design.T, weighted @ target.flux
    diagonal = np.diag(normal)
    seen = diagonal > LEAST_NORM * max(diagonal.max(), 1e-30)
    scale = np.where(seen, 1 / np.sqrt(np.where(seen, diagonal, 1.0)), 0.0)
    normal = normal * scale[:, None] * scale[None]
    normal[np.diag_indices_from(normal)] = 1.0 + RIDGE
    return scale * _half_positive(normal, moment * scale, n_free)


def _half_positive(normal: Float, moment: Float, n_free: int) -> Float:
    """Solve for coefficients of which the first `n_free` may be negative and the others not."""
    free, cross = normal[:n_free, :n_free], normal[:n_free, n_free:]
    root = scipy.linalg.cho_factor(free)
    onto = scipy.linalg.cho_solve(root, np.column_stack([cross, moment[:n_free]]))
    rest = normal[n_free:, n_free:] - cross.T @ onto[:, :-1]
    wanted = moment[n_free:] - cross.T @ onto[:, -1]
    rest[np.diag_indices_from(rest)] += RIDGE
    lower = np.linalg.cholesky(rest)
    aim = scipy.linalg.solve_triangular(lower, wanted, lower=True)
    positive, _ = scipy.optimize.nnls(lower.T, aim)
    return np.concatenate([onto[:, -1] - onto[:, :-1] @ positive, positive])


def minima(chi2: Float, most: int, apart: int) -> Array:
    """Find the indices of the deepest local minima of χ² (S,), at least `apart` from each other."""
    found: list[int] = []
    below = chi2[1:] <= chi2[:-1]
    above = chi2[:-1] <= chi2[1:]
    inner = (np.r_[True, below] & np.r_[above, True])[: chi2.size]
    candidates = np.flatnonzero(inner)
    for index in candidates[np.argsort(chi2[candidates], kind="stable")]:
        if all(abs(index - other) >= apart for other in found):
            found.append(int(index))
        if len(found) == most:
            break
    return np.array(found, dtype=np.int64)
