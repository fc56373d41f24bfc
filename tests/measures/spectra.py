"""Spectra with known noise on DESI's pixels, to which a test gives its light."""

from collections.abc import Callable

import numpy as np

from catalog.measures import Expected, Native
from catalog.spectra import Arm, Float

WAVE = {
    "b": 3600 + 0.8 * np.arange(2751),
    "r": 3600 + 0.8 * np.arange(2700, 5026),
    "z": 3600 + 0.8 * np.arange(4900, 7781),
}
JOINS = ((5760.0, 5800.0), (7520.0, 7620.0))


def native(
    light: Callable[[Float], Float],
    n: int = 1,
    snr: float = 20.0,
    seed: int = 0,
    expected: Expected | None = None,
) -> Native:
    """N noisy draws of light(wave), whose noise is 1/snr everywhere."""
    rng = np.random.default_rng(seed)
    arms = []
    for name, wave in WAVE.items():
        flux = light(wave) + rng.standard_normal((n, wave.size)) / snr
        ivar = np.full(flux.shape, snr**2, np.float32)
        arms.append(Arm(name, wave, flux.astype(np.float32), ivar))
    return Native(tuple(arms), np.zeros(n), JOINS, expected)


def flat(wave: Float) -> Float:
    return np.ones_like(wave)


def line(centre: float, width: float, sigma: float) -> Callable[[Float], Float]:
    """A continuum of 1 with a Gaussian line of an equivalent width in Å, negative in absorption."""

    def light(wave: Float) -> Float:
        profile = np.exp(-0.5 * ((wave - centre) / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
        return 1 + width * profile

    return light
