"""Simulated high-resolution stellar spectra with three planted factors, whose truth is known.

A forest of absorption lines that deepen or fade with temperature and move with radial velocity, and
narrower lines of the Earth's atmosphere that stay where they are and deepen with what lies in the
line of sight. The factors are independent and Gaussian, and every label is its factor with Gaussian
errors, so that what a label can tell of its factor is a known number. Nothing here is an
atmosphere model, and nothing of it is real.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.signal import oaconvolve

from catalog.spectra import Float

SPEED_OF_LIGHT_KM_S = 299_792.458
STEP = 0.01
"""Å, of HARPS's one-dimensional spectra."""
FIRST_WAVE = 5000.0
"""Å: where a grid begins that is shorter than `FULL`."""
FULL = 313_000
"""Pixels of a HARPS spectrum, 3785-6910 Å."""
FULL_FIRST_WAVE = 3785.0
CORRELATION = 0.95
"""Of a label with its factor."""
LINES_PER_ANGSTROM = 2.5
STELLAR_WIDTH_KM_S = 3.0
"""Standard deviation of a stellar line: FWHM 7 km/s."""
TELLURIC_WIDTH_KM_S = 1.5
TELLURIC_SHARE = 0.5
"""Share of the range that bands of the Earth's atmosphere cover."""
BAND = 6.0
"""Å, width of such a band."""
NODES = np.linspace(-4.0, 4.0, 17)
"""Temperatures (in deviations) at which the forest's opacity is worked out; between, it is linear
in the temperature."""
RADIAL_VELOCITY, TEMPERATURE, TELLURIC = "radial_velocity", "teff", "water"
LABELS: dict[str, tuple[float, float, str]] = {
    RADIAL_VELOCITY: (12.0, 2.0, "km/s"),
    TEMPERATURE: (5500.0, 350.0, "K"),
    TELLURIC: (10.0, 2.5, "mm"),
}
"""Mean, standard deviation and unit of the factors."""


@dataclass(frozen=True)
class HighResolution:
    """N spectra on a grid, their factors and their labels.

    flux, ivar : (N, L), of a continuum of 1; factors, labels : (N,) each, in the units of `LABELS`.
    """

    wave: Float
    flux: Float
    ivar: Float
    factors: dict[str, Float]
    labels: dict[str, Float]


@dataclass(frozen=True)
class Sky:
    """What all spectra of a set share: opacities on a grid even in ln(wavelength).

    stellar : (17, M), at each of `NODES`; telluric : (M,), in the observer's frame.
    """

    log_wave: Float
    stellar: Float
    telluric: Float


def information() -> float:
    """Mutual information of a label and its factor, nat: −½ ln(1 − ρ²) of Gaussians."""
    return float(-0.5 * np.log(1.0 - CORRELATION**2))


def grid(n_bins: int) -> Float:
    """Wavelengths (n_bins,) in Å: HARPS's own if there is room for them, else a part of them."""
    first = FULL_FIRST_WAVE if n_bins >= FULL else FIRST_WAVE
    wave: Float = first + STEP * np.arange(n_bins)
    return wave


def sky(wave: Float, seed: int) -> Sky:
    """Draw the lines that a grid's stars and air have."""
    rng = np.random.default_rng([seed, 0])
    margin = 1e-4 * np.log(10.0)
    low, high = np.log(wave[0]) - margin, np.log(wave[-1]) + margin
    step = STEP / wave[-1] / 2
    log_wave = low + step * np.arange(int((high - low) / step) + 1)
    n_lines = max(3, int(LINES_PER_ANGSTROM * (wave[-1] - wave[0])))
    places = rng.integers(0, log_wave.size, n_lines)
    depths = 10 ** rng.uniform(-1.7, 0.3, n_lines)
    response = rng.normal(-0.1, 0.12, n_lines)  # hotter: most lines fade, some deepen
    stellar = np.zeros((NODES.size, log_wave.size))
    for opacity, node in zip(stellar, NODES, strict=True):
        np.add.at(opacity, places, depths * np.exp(response * node))
    return Sky(
        log_wave,
        np.array([_broadened(each, STELLAR_WIDTH_KM_S, step) for each in stellar], np.float32),
        _broadened(_bands(log_wave, rng), TELLURIC_WIDTH_KM_S, step).astype(np.float32),
    )


def _bands(log_wave: Float, rng: np.random.Generator) -> Float:
    """Opacity of the air's lines, each in one pixel: they come in bands."""
    wave = np.exp(log_wave)
    n_bands = max(1, int(TELLURIC_SHARE * (wave[-1] - wave[0]) / BAND))
    opacity = np.zeros(log_wave.size)
    for centre in rng.uniform(wave[0], wave[-1], n_bands):
        places = rng.normal(centre, BAND / 3, int(2 * BAND))
        inside = places[(places > wave[0]) & (places < wave[-1])]
        np.add.at(
            opacity,
            np.searchsorted(wave, inside),
            10 ** rng.uniform(-1.0, 0.0, inside.size),
        )
    return opacity


def _broadened(opacity: Float, width_km_s: float, step: float) -> Float:
    """Give lines that are one pixel wide a Gaussian profile of unit height."""
    sigma = width_km_s / SPEED_OF_LIGHT_KM_S / step
    reach = int(5 * sigma) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    broad: Float = oaconvolve(opacity, kernel, mode="same")
    return np.maximum(broad, 0.0)


def draw(n_spectra: int, n_bins: int, seed: int, snr: float = 60.0) -> HighResolution:
    """Make spectra.

    Parameters
    ----------
    n_spectra, n_bins : int
        N and L.
    seed : int
        Of lines, factors, errors and noise.
    snr : float
        Median signal-to-noise ratio per pixel; that of a spectrum is from half to twice as much.
    """
    wave = grid(n_bins)
    shared = sky(wave, seed)
    rng = np.random.default_rng([seed, 1])
    factors, labels = _factors(n_spectra, rng)
    flux = np.empty((n_spectra, n_bins), np.float32)
    ivar = np.empty((n_spectra, n_bins), np.float32)
    ratios = snr * 2 ** rng.uniform(-1, 1, n_spectra)
    for i, clean in enumerate(_clean(shared, wave, factors)):
        noise = np.sqrt(clean) / ratios[i]
        flux[i] = clean + noise * rng.normal(size=n_bins)
        ivar[i] = 1 / noise**2
    return HighResolution(wave, flux, ivar, factors, labels)


def _factors(n_spectra: int, rng: np.random.Generator) -> tuple[dict[str, Float], dict[str, Float]]:
    """Draw factors, and labels: a standardised factor times ρ, with an error of √(1 − ρ²)."""
    factors, labels = {}, {}
    for name, (mean, deviation, _) in LABELS.items():
        factor, error = rng.normal(size=(2, n_spectra))
        factors[name] = mean + deviation * factor
        seen = CORRELATION * factor + np.sqrt(1 - CORRELATION**2) * error
        labels[name] = mean + deviation * seen
    return factors, labels


def _clean(shared: Sky, wave: Float, factors: dict[str, Float]) -> Iterator[Float]:
    """Give each spectrum without noise, under the arch of an echelle's blaze."""
    log_wave, half = np.log(wave), (wave[-1] - wave[0]) / 2
    blaze = 1.0 - 0.2 * ((wave - wave[0]) / half - 1.0) ** 2
    mean, deviation, _ = LABELS[TEMPERATURE]
    heat = np.clip((factors[TEMPERATURE] - mean) / deviation, NODES[0], NODES[-1])
    # Amounts of water are never negative: their logarithm is what varies evenly.
    middle, spread, _ = LABELS[TELLURIC]
    column = np.exp(0.4 * (factors[TELLURIC] - middle) / spread)
    air = np.interp(log_wave, shared.log_wave, shared.telluric)
    for i, velocity in enumerate(factors[RADIAL_VELOCITY]):
        low = min(int((heat[i] - NODES[0]) / (NODES[1] - NODES[0])), NODES.size - 2)
        share = (heat[i] - NODES[low]) / (NODES[1] - NODES[0])
        opacity = (1 - share) * shared.stellar[low] + share * shared.stellar[low + 1]
        at_rest = log_wave - velocity / SPEED_OF_LIGHT_KM_S
        star = np.interp(at_rest, shared.log_wave, opacity)
        yield blaze * np.exp(-star - column[i] * air)
