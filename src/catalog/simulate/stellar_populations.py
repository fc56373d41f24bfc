"""Simple stellar populations: the light of stars born together, by age, metallicity and [α/Fe].

An isochrone is made of the main sequence up to the turn-off, weighted by Kroupa's initial mass
function (2001), and of evolved stars whose share of the light follows the fuel-consumption theorem
(Renzini & Buzzoni 1986) as tabulated below. Its purpose is the right sequence of spectra, from blue
with a Balmer break to red with a 4000 Å break, not a calibration of ages.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from catalog.simulate import stars
from catalog.simulate.rest_grid import WAVE_REST
from catalog.spectra import Float

LOG_AGES: Float = np.log10(
    [0.003, 0.006, 0.012, 0.03, 0.07, 0.15, 0.3, 0.6, 1.0, 1.8, 3.0, 5.0, 8.5, 13.0]
)
"""Log10 of the library's ages in Gyr."""
METALLICITIES: Float = np.array([-1.6, -0.8, -0.35, 0.0, 0.35])
"""[Fe/H] of the library."""
ALPHAS: Float = np.array([0.0, 0.4])
"""[α/Fe] of the library."""

# Main sequence: mass, Teff in K, luminosity, all solar (Cox 2000, table 15.8, rounded).
_MASS = np.array([0.1, 0.15, 0.3, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2, 3, 5, 9, 15, 30, 60])
_TEFF = np.array(
    [
        2850,
        3050,
        3400,
        3750,
        4500,
        5200,
        5770,
        6250,
        7100,
        8800,
        12e3,
        17e3,
        23.5e3,
        30e3,
        38e3,
        45e3,
    ]
)
_LUMINOSITY = np.array(
    [1e-3, 3e-3, 0.011, 0.04, 0.15, 0.42, 1.0, 2.1, 5.0, 18, 90, 600, 4.3e3, 2.2e4, 1.3e5, 6e5]
)


class Evolved(NamedTuple):
    """A phase after the main sequence: Teff at solar metallicity, log g, share of evolved light."""

    teff: float
    logg: float
    share: float


_OLD = (
    Evolved(5300, 3.7, 0.16), Evolved(4850, 3.0, 0.20), Evolved(4750, 2.4, 0.26),
    Evolved(4350, 1.8, 0.20), Evolved(3850, 1.0, 0.11), Evolved(3450, 0.5, 0.07),
)  # fmt: skip
_MIDDLE = (
    Evolved(6800, 3.4, 0.15), Evolved(5000, 2.6, 0.45), Evolved(4400, 1.8, 0.15),
    Evolved(3700, 0.8, 0.15), Evolved(3300, 0.3, 0.10),
)  # fmt: skip
_YOUNG = (Evolved(12_000, 2.5, 0.45), Evolved(5600, 1.2, 0.2), Evolved(3900, 0.5, 0.35))
# Share of evolved stars in the bolometric light, by log10 age in Gyr.
_EVOLVED_AGE = np.log10([0.003, 0.008, 0.05, 0.3, 1.0, 2.0, 13.0])
_EVOLVED_SHARE = np.array([0.02, 0.25, 0.25, 0.35, 0.6, 0.62, 0.72])


def _turn_off_mass(age_gyr: float) -> float:
    """Most massive star still on the main sequence: 10 Gyr × fuel / luminosity."""
    lifetime = 10.0 * _MASS / _LUMINOSITY
    return float(np.exp(np.interp(-np.log(age_gyr), -np.log(lifetime), np.log(_MASS))))


def _main_sequence(age_gyr: float) -> tuple[Float, Float, Float]:
    """Teff, log g and light of twelve points up to the turn-off, per solar mass formed."""
    top = _turn_off_mass(age_gyr)
    edges = np.geomspace(0.1, top, 13)
    mass = np.sqrt(edges[1:] * edges[:-1])
    number = np.where(mass < 0.5, 0.444 * mass**-1.3, 0.222 * mass**-2.3) * np.diff(edges)
    luminosity = np.exp(np.interp(np.log(mass), np.log(_MASS), np.log(_LUMINOSITY)))
    teff = np.exp(np.interp(np.log(mass), np.log(_MASS), np.log(_TEFF)))
    # Stars near the turn-off have brightened and cooled a little.
    near = (mass / top) ** 6
    luminosity, teff = luminosity * (1 + 0.8 * near), teff * (1 - 0.05 * near)
    logg = 4.44 + np.log10(mass) + 4 * np.log10(teff / stars.SUN_TEFF) - np.log10(luminosity)
    return teff, logg, number * luminosity


def _evolved(age_gyr: float, feh: float, light: float) -> tuple[Float, Float, Float]:
    """Teff, log g and light of evolved stars that go with a main sequence of the given light."""
    phases = _YOUNG if age_gyr < 0.1 else _MIDDLE if age_gyr < 1.4 else _OLD
    teff, logg, share = np.array(phases).T
    fraction = np.interp(np.log10(age_gyr), _EVOLVED_AGE, _EVOLVED_SHARE)
    if age_gyr > 1.4:
        teff = teff * (1 - 0.055 * feh - 0.02 * np.log10(age_gyr / 8))
        if feh < -1:  # a blue horizontal branch takes a part of the clump's light
            teff = np.append(teff, 8500.0)
            logg, share = np.append(logg, 3.2), np.append(share, 0.15)
    return teff, logg, light * fraction / (1 - fraction) * share / share.sum()


def _population(age_gyr: float, feh: float, alpha: float) -> tuple[stars.Stars, Float]:
    teff, logg, light = _main_sequence(age_gyr)
    teff = teff * (1 - 0.04 * feh)
    teff_ev, logg_ev, light_ev = _evolved(age_gyr, feh, float(light.sum()))
    teff = np.concatenate([teff, teff_ev])
    # Evolved stars have dredged up nitrogen, but little carbon.
    sample = stars.Stars(
        teff, np.concatenate([logg, logg_ev]), *(np.full(teff.size, x) for x in (feh, alpha, 0.0))
    )
    return sample, np.concatenate([light, light_ev]) / (teff / stars.SUN_TEFF) ** 4


@cache
def library() -> Float:
    """Spectra of all populations on `WAVE_REST`, per solar mass formed.

    Returns
    -------
    ndarray of shape (ages, metallicities, alphas, L), float32
        L_λ in solar luminosities per Å.
    """
    shape = (LOG_AGES.size, METALLICITIES.size, ALPHAS.size, WAVE_REST.size)
    result = np.empty(shape, dtype=np.float32)
    # One thread: the table outlives the caller's limits, and its last bits must not depend on them.
    with threadpool_limits(limits=1):
        for i, j, k in np.ndindex(*shape[:3]):
            sample, weight = _population(
                float(10 ** LOG_AGES[i]), float(METALLICITIES[j]), float(ALPHAS[k])
            )
            result[i, j, k] = weight.astype(np.float32) @ stars.spectra(sample)
    return result


def _between(grid: Float, value: Float) -> Float:
    """Weights (N, grid) that interpolate linearly at each value; beyond the ends, the end."""
    at = np.interp(value, grid, np.arange(grid.size))
    result: Float = np.maximum(1 - np.abs(at[:, None] - np.arange(grid.size)), 0.0)
    return result


def mix(age_weights: Float, feh: Float, alpha: Float) -> Float:
    """Spectra of N galaxies' stars.

    Parameters
    ----------
    age_weights : ndarray of shape (N, ages)
        Mass formed at each of the library's ages.
    feh, alpha : ndarray of shape (N,)
        [Fe/H] and [α/Fe] of all its stars, in dex.

    Returns
    -------
    ndarray of shape (N, L), float32
        L_λ in solar luminosities per Å on `WAVE_REST`.
    """
    metal = _between(METALLICITIES, feh)
    weights = (
        age_weights[:, :, None, None]
        * metal[:, None, :, None]
        * _between(ALPHAS, alpha)[:, None, None]
    )
    table = library()
    flat = weights.reshape(len(feh), -1).astype(np.float32)
    spectra: Float = flat @ table.reshape(flat.shape[1], -1)
    return spectra
