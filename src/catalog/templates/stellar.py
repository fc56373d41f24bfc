"""Stellar light of galaxies, into the ultraviolet."""

import numpy as np

from catalog.simulate import galaxies, rest_grid, stellar_populations
from catalog.spectra import Float
from catalog.templates.ultraviolet import to_ultraviolet

# Age in Gyr, [Fe/H], attenuation A_V in mag, velocity dispersion in km/s.
POPULATIONS = (
    (0.006, 0.0, 0.0, 90.0), (0.006, 0.0, 1.5, 90.0), (0.03, 0.0, 0.0, 90.0),
    (0.15, 0.0, 0.0, 90.0), (0.15, 0.0, 1.5, 90.0), (0.3, 0.0, 0.0, 90.0), (0.6, 0.0, 0.0, 90.0),
    (0.6, 0.0, 1.5, 90.0), (1.0, 0.0, 0.0, 120.0), (1.8, -0.35, 0.0, 120.0), (1.8, 0.0, 1.0, 120.0),
    (3.0, 0.0, 0.0, 150.0), (5.0, -0.8, 0.0, 150.0), (5.0, 0.35, 1.0, 150.0),
    (8.5, 0.0, 0.0, 200.0), (13.0, -1.6, 0.0, 120.0), (13.0, 0.0, 0.0, 100.0),
    (13.0, 0.35, 0.0, 280.0), (13.0, 0.0, 1.0, 200.0),
)  # fmt: skip
HOSTS = ((0.3, 0.0, 0.0, 120.0), (3.0, 0.0, 0.0, 150.0), (13.0, 0.0, 0.0, 200.0))
DUST_SLOPE = 0.8


def populations(
    which: tuple[tuple[float, float, float, float], ...] = POPULATIONS,
) -> tuple[Float, Float]:
    """Wavelength (L,), Å, and spectra (K, L) of stellar populations from 1,200 Å on."""
    age, feh, dust, sigma = np.array(which).T
    nearest = np.abs(np.log10(age)[:, None] - stellar_populations.LOG_AGES).argmin(axis=1)
    weights = np.eye(stellar_populations.LOG_AGES.size)[nearest]
    alpha = np.where(age > 2, 0.2, 0.0)
    flux = stellar_populations.mix(weights, feh, alpha)
    slope = np.full(dust.size, DUST_SLOPE)
    flux = flux * galaxies.attenuation(rest_grid.WAVE_REST, dust, slope)
    return to_ultraviolet(rest_grid.WAVE_REST, rest_grid.broaden(flux, sigma))


def host_galaxies(wave: Float) -> Float:
    """Spectra (K, L) of a few populations at given wavelengths: galaxies around quasars."""
    own, flux = populations(HOSTS)
    return np.array([np.interp(wave, own, row, left=0.0) for row in flux])
