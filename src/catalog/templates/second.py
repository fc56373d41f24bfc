"""Emission lines of a second object, on top of the best fit of the first."""

from functools import cache

import numpy as np
import scipy.fft
from scipy.ndimage import median_filter

from catalog.simulate.lines import LIGHT_KM_S
from catalog.spectra import Array, Float
from catalog.templates import fit, library
from catalog.templates.emission import GROUPS, NARROW, line_profiles
from catalog.templates.fit import Target
from catalog.templates.grid import FINE_PER_BIN, FINE_STEP, LOG_WAVE, N_BINS, WAVE
from catalog.templates.library import Prepared
from catalog.templates.peaks import RED_END

Z_HIGH = 1.4
"""Highest redshift at which two groups of lines are still seen."""
LEAST_SIGMA = 5.0
"""Least significance of each of two groups of lines."""
APART = 0.01
"""In ln(1 + z): nearer to the first object's redshift, lines are its own."""
OWN = 900.0
"""km/s: half-width around the first object's lines that is left out."""
LEVEL = 61
"""Bins of the running median that is taken off what the fit leaves."""


@cache
def _lines() -> tuple[int, Float, Float]:
    """Length of the transforms, and those of the groups of lines and of their squares."""
    n_shifts = int(np.log1p(Z_HIGH) / (FINE_PER_BIN * FINE_STEP)) + 1
    n_rest = N_BINS + n_shifts - 1
    step = FINE_PER_BIN * FINE_STEP
    wave = np.exp(LOG_WAVE[-1] - step * np.arange(n_rest)[::-1])
    rows = np.array([line_profiles(wave, group, 1.3 * NARROW) for group in GROUPS.values()])
    rows /= np.maximum(rows.max(axis=1, keepdims=True), 1e-30)
    length = scipy.fft.next_fast_len(n_rest, real=True)
    first, second = (scipy.fft.rfft(part, length, axis=1) for part in (rows, rows**2))
    return n_shifts, np.conj(first), np.conj(second)


def second_redshift(
    target: Target, first: Prepared, step: int, z: float
) -> tuple[float, float, int]:
    """Find emission lines at another redshift than the first object's.

    At each redshift each group of lines is fitted on its own to what the fit of the first object
    leaves; its gain is (Σ wrg)² / Σ wg². Two groups must each be significant. At the best redshift
    both objects are then fitted at once.

    Parameters
    ----------
    first, step
        Family and fine step of the first object's fit.
    z
        Redshift that the survey gives to it.

    Returns
    -------
    z, gain, n_lines
        The second redshift, by how much its lines lower χ², and how many groups of them are
        significant; NaN, 0 and 0 where none are.
    """
    chi2, model = fit.fit_at(target, first, step)
    weight = np.where((WAVE < RED_END) & ~_own_lines(z), target.weight, 0.0)
    left = np.where(weight > 0, target.flux - model, 0.0)
    left = np.where(weight > 0, left - median_filter(left, LEVEL, mode="nearest"), 0.0)
    sigma, shift = _significance(left, weight)
    n_groups = np.count_nonzero(sigma > LEAST_SIGMA, axis=0)
    gain = np.where(sigma > LEAST_SIGMA, sigma**2, 0.0).sum(axis=0)
    allowed = (n_groups >= 2) & (np.abs(shift - np.log1p(z)) > APART)
    if not allowed.any():
        return float("nan"), 0.0, 0
    best = int(np.argmax(np.where(allowed, gain, -1.0)))
    behind = round(float(shift[best]) / FINE_STEP)
    both = min(
        (_both(target, first, step, behind + offset), behind + offset) for offset in (-1, 0, 1)
    )
    return float(np.expm1(both[1] * FINE_STEP)), chi2 - both[0], int(n_groups[best])


def _own_lines(z: float) -> Array:
    """Mark the bins around the first object's lines, whose profiles templates may miss."""
    waves = np.array([wave for group in GROUPS.values() for wave in group])
    off = np.abs(LOG_WAVE[:, None] - np.log(waves * (1 + z)))
    near: Array = np.any(off < OWN / LIGHT_KM_S, axis=1)
    return near


def _both(target: Target, first: Prepared, step: int, behind: int) -> float:
    """χ² of the first object and the lines of a galaxy at another fine step together."""
    galaxy = library.prepared("galaxy")
    lines = galaxy.at(behind)[galaxy.n_continuum :]
    design = np.vstack([first.polynomials, first.at(step), lines])
    return fit.chi2_of(target, fit.solve(target, design, len(first.polynomials)) @ design)


def _significance(left: Float, weight: Float) -> tuple[Float, Float]:
    """Significance (groups, S) of each group of lines at each shift ln(1 + z) (S,)."""
    n_shifts, groups, squares = _lines()
    length = scipy.fft.next_fast_len(N_BINS + n_shifts - 1, real=True)
    moment = _correlated(groups, weight * left, length, n_shifts)
    norm = _correlated(squares, weight, length, n_shifts)
    seen = norm > 1e-3 * np.maximum(norm.max(axis=1, keepdims=True), 1e-30)
    sigma = np.where(seen, moment / np.sqrt(np.where(seen, norm, 1.0)), 0.0)
    return sigma, FINE_PER_BIN * FINE_STEP * np.arange(n_shifts)[::-1]


def _correlated(conjugate: Float, data: Float, length: int, n_shifts: int) -> Float:
    """Σ_i data[i] · row[k, i + s], (K, S)."""
    product = np.conj(scipy.fft.rfft(data, length) * conjugate)
    return np.asarray(scipy.fft.irfft(product, length, axis=1))[:, :n_shifts]
