"""Spectra on the survey's pixels -> binned spectra in the rest frame, with their quality."""

from dataclasses import dataclass

import numpy as np

from catalog.preprocess.grid import Grid
from catalog.preprocess.resample import resample
from catalog.spectra import Arm, Array, Float, Quality, Spectra, coadd

MOST_FLUX, MOST_IVAR = 1e9, 1e12
"""Beyond these, in the survey's unit, a pixel is a fault of arithmetic, not light. In single
precision their products would overflow later, where nobody knows the pixel any more."""
CHUNK = 512
"""Spectra that are resampled together: enough to be fast, few enough to stay in the cache."""
MOST_PIXELS = 2**22
"""Pixels, or bins, that are resampled together; fewer spectra are where they are longer."""


@dataclass(frozen=True)
class Binned:
    """N spectra on the rest-frame grid, in the survey's flux unit, before infill.

    flux, ivar : (N, L), float32, 0 in masked bins and in spectra that are flagged.
    snr : (N,), median of flux·√ivar over the good bins, per bin; NaN where there is none.
    coverage : (N,), fraction of the grid's bins that have data.
    quality : (N,), the reader's flags and those of this stage.
    """

    flux: Float
    ivar: Float
    snr: Float
    coverage: Float
    quality: Array


@dataclass(frozen=True)
class Limits:
    """Which spectra are scored: see `catalog.recipe.sections.SelectSection`."""

    z_min: float
    z_max: float
    snr_min: float
    coverage_min: float


def bin_spectra(spectra: Spectra, grid: Grid, bin_valid_min: float, limits: Limits) -> Binned:
    """Shift to the rest frame, resample, measure S/N and coverage, and flag what is not scored.

    Only spectra that may be scored are resampled: a survey file is full of sky fibres and of
    targets that the recipe does not select.
    """
    quality = spectra.quality | _redshift_flags(spectra.z, limits)
    n_bins = grid.wave.size
    flux = np.zeros((len(spectra), n_bins), np.float32)
    ivar = np.zeros((len(spectra), n_bins), np.float32)
    rows = np.flatnonzero(quality == 0)
    joined = coadd(spectra.arms)
    together = max(1, min(CHUNK, MOST_PIXELS // max(n_bins, joined.wave.size)))
    for start in range(0, rows.size, together):
        part = rows[start : start + together]
        flux[part], ivar[part] = bin_arm(joined, part, spectra.z[part], grid, bin_valid_min)
    snr = median_snr(flux, ivar)
    coverage = (ivar > 0).mean(axis=1)
    quality[rows] |= _content_flags(snr[rows], coverage[rows], limits)
    return Binned(flux, ivar, snr, coverage, quality)


def bin_arm(
    arm: Arm, rows: Array, z: Float, grid: Grid, bin_valid_min: float
) -> tuple[Float, Float]:
    """Resample some rows of one arm, or of a whole spectrum, onto the rest-frame grid.

    Parameters
    ----------
    arm : Arm
        Flux and ivar (N, P) on the survey's own pixels.
    rows : ndarray of int, shape (n,)
        Which of the N.
    z : ndarray of shape (n,)
        Their redshifts.
    bin_valid_min : float
        Fraction of a bin that good pixels must cover, or the bin is masked.

    Returns
    -------
    tuple of ndarray, each (n, L)
        Flux in the survey's unit and ivar, both 0 in masked bins.
    """
    edges = grid.edges * (1.0 + z[:, None])
    sane = _without_absurd(arm.flux[rows], arm.ivar[rows])
    binned = resample(arm.wave, *sane, edges, bin_valid_min)
    return binned[0], binned[1]


def _without_absurd(flux: Float, ivar: Float) -> tuple[Float, Float]:
    """Flux and ivar (N, P) with both 0 where either cannot be a measurement."""
    sane = (np.abs(flux) < MOST_FLUX) & (ivar < MOST_IVAR)
    return np.where(sane, flux, 0.0), np.where(sane, ivar, 0.0)


def median_snr(flux: Float, ivar: Float) -> Float:
    """Median signal-to-noise ratio per bin, median(flux·√ivar) over good bins, of shape (N,).

    Not median(|flux|·√ivar), which gives 0.67 for pure noise. NaN where no bin is good.
    """
    ratio = np.where(ivar > 0, flux * np.sqrt(ivar), np.nan)
    result = np.full(flux.shape[0], np.nan)
    some = (ivar > 0).any(axis=1)
    if some.any():
        result[some] = np.nanmedian(ratio[some], axis=1)
    return result


def _redshift_flags(z: Float, limits: Limits) -> Array:
    known = np.isfinite(z)
    outside = known & ((z < limits.z_min) | (z > limits.z_max))
    flags = np.where(known, 0, Quality.NO_REDSHIFT.value)
    return flags | np.where(outside, Quality.REDSHIFT_RANGE.value, 0)


def _content_flags(snr: Float, coverage: Float, limits: Limits) -> Array:
    empty = ~np.isfinite(snr)
    flags = np.where(empty, Quality.NO_DATA.value, 0)
    flags |= np.where(~empty & (coverage < limits.coverage_min), Quality.LOW_COVERAGE.value, 0)
    faint = ~empty & (np.nan_to_num(snr) < limits.snr_min)
    result: Array = flags | np.where(faint, Quality.LOW_SNR.value, 0)
    return result
