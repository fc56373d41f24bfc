"""Anomalies that the instrument or its reduction made: steps, bad regions, sky residuals."""

from dataclasses import replace

import numpy as np

from catalog.simulate import instrument
from catalog.simulate.observed import Row

JOIN = 5780.0
"""Å, observed: the middle of the overlap of DESI's b and r arms."""


def arm_step(row: Row, strength: float, _: np.random.Generator) -> tuple[Row, float]:
    """Miscalibrate the bluest arm, or what is blueward of 5780 Å in a spectrum of one arm."""
    flux, ivar = list(row.flux), list(row.ivar)
    factor = np.ones_like(row.wave[0]) + strength
    if len(row.wave) == 1:
        factor = np.where(row.wave[0] < JOIN, factor, 1.0)
    flux[0], ivar[0] = flux[0] * factor, ivar[0] / factor**2
    return replace(row, flux=tuple(flux), ivar=tuple(ivar)), np.nan


def bad_region(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Spoil consecutive pixels without saying so in ivar: a negative dip, or noise ten times σ.

    The detail is the observed wavelength of the centre, negative for a dip.
    """
    arm = int(rng.integers(len(row.wave)))
    wave, flux, ivar = row.wave[arm], row.flux[arm].copy(), row.ivar[arm]
    n_pixels = min(round(strength), wave.size // 2)
    start = int(rng.integers(wave.size // 20, wave.size - n_pixels))
    part = slice(start, start + n_pixels)
    centre = float(wave[start + n_pixels // 2])
    good = ivar[part] > 0
    sigma = np.divide(1, np.sqrt(ivar[part]), out=np.zeros(n_pixels), where=good)
    is_dip = rng.uniform() < 0.5
    if is_dip:
        edge = np.minimum(np.arange(n_pixels) + 1, n_pixels - np.arange(n_pixels)) / 6
        depth = rng.uniform(1.3, 3.0) * row.level(centre, 150.0) + 6 * float(np.median(sigma))
        change = -depth * np.minimum(edge, 1.0)
    else:
        change = np.sqrt(99.0) * sigma * rng.standard_normal(n_pixels)
    flux[part] += np.where(good, change, 0.0)
    fluxes = tuple(flux if i == arm else f for i, f in enumerate(row.flux))
    return replace(row, flux=fluxes), -centre if is_dip else centre


def sky_residuals(row: Row, strength: float, _: np.random.Generator) -> tuple[Row, float]:
    """Leave a comb of residuals at the night-sky lines; strength is their height in σ."""
    fluxes = []
    for wave, flux, ivar in zip(row.wave, row.flux, row.ivar, strict=True):
        good = ivar > 0
        sigma = np.divide(1, np.sqrt(ivar), out=np.zeros_like(wave), where=good)
        lines = np.interp(wave, instrument.WAVE, instrument.SKY_LINES)
        fluxes.append(flux + strength * sigma * lines / (lines + 8.0))
    return replace(row, flux=tuple(fluxes)), np.nan
