"""Galaxies: stars of many ages, gas, dust and motion, each varying continuously."""

from dataclasses import dataclass

import numpy as np

from catalog.simulate import lines, nebular
from catalog.simulate.rest_grid import WAVE_REST, broaden
from catalog.simulate.stellar_populations import LOG_AGES, mix
from catalog.spectra import Float

HALPHA_PER_STAR_FORMATION = 4.7e7
"""Hα luminosity in solar luminosities per solar mass a year (Kennicutt & Evans 2012)."""


@dataclass(frozen=True)
class Galaxies:
    """Parameters of N galaxies, each (N,).

    Attributes
    ----------
    log_ssfr
        Log10 specific star-formation rate, 1/yr.
    log_age_old, age_spread
        Log10 age in Gyr at which the old stars formed, and its spread in dex.
    log_burst
        Log10 factor of the star-formation rate 30-600 Myr ago over today's.
    feh, alpha
        Stellar abundances, dex.
    dust, dust_slope, dust_gas
        Stars' attenuation A_V in mag, its power-law slope, and the gas's A_V.
    sigma_stars, sigma_gas, velocity_gas
        km/s.
    gas
        Line ratios.
    log_active
        Log10 of nuclear Hα over the stars' continuum at Hα, Å; -3 for none.
    """

    log_ssfr: Float
    log_age_old: Float
    age_spread: Float
    log_burst: Float
    feh: Float
    alpha: Float
    dust: Float
    dust_slope: Float
    dust_gas: Float
    sigma_stars: Float
    sigma_gas: Float
    velocity_gas: Float
    gas: nebular.Gas
    log_active: Float

    def __len__(self) -> int:
        """N, the number of galaxies."""
        return len(self.log_ssfr)


def _age_weights(galaxies: Galaxies) -> Float:
    """Mass formed at each library age, (N, ages), for a unit mass of old stars."""
    x = (LOG_AGES - galaxies.log_age_old[:, None]) / galaxies.age_spread[:, None]
    old = np.exp(-0.5 * x**2)
    old /= old.sum(axis=1, keepdims=True)
    edges = np.concatenate([[-4.0], (LOG_AGES[1:] + LOG_AGES[:-1]) / 2, [1.14]])
    years = 1e9 * np.diff(10**edges)
    rate = np.where(LOG_AGES < 0.55, 1.0, 0.0) * 10 ** galaxies.log_ssfr[:, None]
    recent = (np.log10(0.02) < LOG_AGES) & (np.log10(0.8) > LOG_AGES)
    burst = np.where(recent, 10 ** galaxies.log_burst[:, None], 1.0)
    return old + rate * burst * years


def attenuation(wave: Float, a_v: Float, slope: Float) -> Float:
    """Transmission (N, L) of dust with optical depth a power law in wavelength.

    Notes
    -----
    Charlot & Fall (2000), eq. 2; a slope of 0.7 is theirs, 1.3 that of the Small Magellanic Cloud.
    """
    shape = (wave[None, :] / 5500.0) ** -slope[:, None]
    return 10 ** (-0.4 * a_v[:, None] * shape)


def _halpha(galaxies: Galaxies, continuum: Float) -> tuple[Float, Float]:
    """Intrinsic Hα from young stars and from the nucleus, in library units times Å."""
    young = HALPHA_PER_STAR_FORMATION * 10**galaxies.log_ssfr
    return young, continuum * 10**galaxies.log_active


def spectra(galaxies: Galaxies) -> Float:
    """Spectra of N galaxies at rest on `WAVE_REST`, median 1.

    Returns
    -------
    ndarray of shape (N, L), float32
    """
    flux = mix(_age_weights(galaxies), galaxies.feh, galaxies.alpha)
    flux *= attenuation(WAVE_REST, galaxies.dust, galaxies.dust_slope).astype(np.float32)
    flux = broaden(flux, galaxies.sigma_stars)
    near = np.abs(WAVE_REST - 6564.6) < 60
    young, active = _halpha(galaxies, np.median(flux[:, near], axis=1))
    dimming = attenuation(np.array([6564.6]), galaxies.dust_gas, galaxies.dust_slope)[:, 0]
    # The nucleus's strength is given as observed, the stars' before dust.
    active = active / dimming
    share = active / np.maximum(young + active, 1e-30)
    gas = nebular.Gas(
        galaxies.gas.oxygen, galaxies.gas.ionisation, share, galaxies.gas.active_hardness
    )
    wave, ratio = nebular.line_ratios(gas)
    line_flux = ratio * ((young + active) / lines.BALMER_CASE_B[3])[:, None]
    line_flux *= attenuation(wave, galaxies.dust_gas, galaxies.dust_slope)
    nebular.add_lines(flux, wave, line_flux, galaxies.velocity_gas, galaxies.sigma_gas)
    normalised: Float = flux / np.median(flux, axis=1, keepdims=True)
    return normalised
