"""Observed spectra of known objects, by the simulator, with plain noise."""

import numpy as np

from catalog.simulate import galaxies, population, quasars, rest_grid, stars
from catalog.simulate.instrument import WAVE
from catalog.spectra import Arm


def arms(flux, snr, seed=0):
    """One arm of N spectra whose median signal-to-noise ratio per pixel is `snr`."""
    flux = np.atleast_2d(flux)
    noise = np.median(flux, axis=1, keepdims=True) / snr
    noisy = flux + noise * np.random.default_rng(seed).standard_normal(flux.shape)
    ivar = np.broadcast_to(1 / noise**2, flux.shape)
    return (Arm("coadd", WAVE, noisy.astype(np.float32), ivar.astype(np.float32)),)


def galaxy(z, kind="star_forming", seed=1):
    z = np.atleast_1d(z)
    drawn = population.draw_galaxies(np.full(z.size, kind, object), np.random.default_rng(seed))
    return rest_grid.observe(galaxies.spectra(drawn), z, WAVE)


def quasar(z, seed=2):
    z, rng = np.atleast_1d(z), np.random.default_rng(seed)
    return quasars.spectra(quasars.draw(z.size, rng), z, WAVE, rng)


def star(teff, logg=4.4, feh=-0.3, carbon=0.0, scale=None):
    one = (np.array([x], float) for x in (teff, logg, feh, 0.1, carbon))
    factors = {name: np.array([value]) for name, value in (scale or {}).items()}
    flux = stars.spectra(stars.Stars(*one), factors)
    flux = rest_grid.broaden(flux, np.array([60.0]))
    seen = rest_grid.observe(flux, np.zeros(1), WAVE)
    return seen / np.median(seen)
