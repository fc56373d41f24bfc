"""Anomalies that add light of the sky to a spectrum: lines, bumps, a second object."""

import numpy as np

from catalog.simulate import lines, nebular
from catalog.simulate.observed import Light, Row, add_light
from catalog.spectra import Float

INSTRUMENT_SIGMA = 0.77
"""Å: DESI's line spread."""


def _comb(wave: Float, flux: Float, sigma_km_s: float) -> Light:
    """Gaussian lines at observed wavelengths (K,) with integrated fluxes (K,)."""
    sigma = np.hypot(wave * sigma_km_s / lines.LIGHT_KM_S, INSTRUMENT_SIGMA)
    height = flux / (np.sqrt(2 * np.pi) * sigma)

    def light(at: Float) -> Float:
        total = np.zeros_like(at)
        for centre, width, peak in zip(wave, sigma, height, strict=True):
            near = np.abs(at - centre) < 7 * width
            total[near] += peak * np.exp(-0.5 * ((at[near] - centre) / width) ** 2)
        return total

    return light


def _gas(oxygen: float, ionisation: float, active: float, dust: float) -> tuple[Float, Float]:
    """Rest wavelengths of all nebular lines and their fluxes over that of Hα, dimmed by dust."""
    gas = nebular.Gas(*(np.array([x]) for x in (oxygen, ionisation, active, 0.8)))
    wave, ratio = nebular.line_ratios(gas)
    dimmed = ratio[0] * 10 ** (-0.4 * dust * (wave / 5500.0) ** -0.9)
    return wave, dimmed / dimmed[np.argmin(np.abs(wave - lines.balmer(3)))]


def extreme_halpha(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Add light of a giant H II region; strength is the rest equivalent width of Hα, Å."""
    wave, ratio = _gas(rng.uniform(7.9, 8.4), rng.uniform(0.1, 0.4), 0.0, rng.uniform(0.0, 0.8))
    halpha = strength * (1 + row.z) * row.level(lines.balmer(3) * (1 + row.z))
    light = _comb(wave * (1 + row.z), halpha * ratio, rng.uniform(40, 90))
    return add_light(row, light, rng), np.nan


def broad_lines(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Add broad Balmer lines; strength is their FWHM in km/s, the detail Hα's width in Å."""
    width = float(np.exp(rng.uniform(np.log(80), np.log(300))))
    flux = width * (1 + row.z) * row.level(lines.balmer(3) * (1 + row.z))
    decrement = rng.uniform(3.0, 4.5)
    centre = np.array([lines.balmer(n) for n in (3, 4, 5, 6)]) * (1 + row.z)
    ratio = np.array([1.0, 1 / decrement, 0.45 / decrement, 0.22 / decrement])
    shift = 1 + rng.normal(0, 200) / lines.LIGHT_KM_S
    light = _comb(centre * shift, flux * ratio, strength / 2.3548)
    return add_light(row, light, rng), width


def double_peaked(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Add narrow lines in two components; strength is their separation in km/s."""
    wave, ratio = _gas(8.6, 0.0, rng.uniform(0.3, 1.0), rng.uniform(0.0, 1.0))
    total = rng.uniform(40, 120) * (1 + row.z) * row.level(lines.balmer(3) * (1 + row.z))
    blue = rng.uniform(0.35, 0.65)
    sigma = strength * rng.uniform(0.18, 0.28)
    for side, share in ((-0.5, blue), (0.5, 1 - blue)):
        centre = wave * (1 + row.z) * (1 + side * strength / lines.LIGHT_KM_S)
        row = add_light(row, _comb(centre, share * total * ratio, sigma), rng)
    return row, np.nan


# Absorption and emission humps of a type Ia supernova near maximum, rest Å: centre, width, depth
# (Filippenko 1997, section 3.1; negative depths are humps).
_SUPERNOVA = (
    (3750, 70, 0.75), (3960, 60, -0.35), (4080, 40, 0.20), (4330, 80, 0.45), (4600, 90, -0.2),
    (4830, 110, 0.45), (5050, 70, -0.15), (5300, 55, 0.2), (5480, 55, 0.25), (5640, 60, -0.1),
    (5780, 50, 0.15), (6130, 75, 0.55), (6350, 110, -0.15), (7500, 120, 0.25), (8250, 160, 0.5),
    (8620, 150, -0.25),
)  # fmt: skip


def type_ia(rest: Float, teff: float, speed: float = 1.0) -> Float:
    """Flux of a type Ia supernova near maximum at rest wavelengths (Å), in no unit.

    `speed` scales the wavelengths of its humps and troughs: 0.99 is 3,000 km/s faster.
    """
    # Iron-group elements absorb most of a supernova's ultraviolet light.
    flux = 1 / rest**5 / np.expm1(1.438777e8 / (rest * teff)) / (1 + np.exp((3450 - rest) / 120))
    for centre, width, depth in _SUPERNOVA:
        flux = flux * (1 - depth * np.exp(-0.5 * ((rest - centre * speed) / width) ** 2))
    result: Float = flux
    return result


def supernova(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Add a type Ia supernova; strength is its peak flux over the host's median."""
    teff, fast = rng.uniform(8000, 13_000), 1 - rng.uniform(-0.012, 0.012)
    peak = strength * row.median()

    def light(at: Float) -> Float:
        return type_ia(at / (1 + row.z), teff, fast)

    top = float(light(np.arange(3600.0, 9800.0, 4.0)).max())
    return add_light(row, lambda at: peak / top * light(at), rng), np.nan


def blend(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Add an object's lines behind the host; strength is the brightest one's width in Å."""
    z_behind = rng.uniform(row.z + 0.15, max(0.85, row.z + 0.3))
    wave, ratio = _gas(rng.uniform(8.1, 8.6), rng.uniform(-0.1, 0.3), 0.0, rng.uniform(0, 0.8))
    at = wave * (1 + z_behind)
    seen = (at > row.wave[0][0]) & (at < row.wave[-1][-1])
    at, ratio = at[seen], ratio[seen]
    brightest = int(np.argmax(ratio))
    flux = strength * row.level(float(at[brightest])) * ratio / ratio[brightest]
    return add_light(row, _comb(at, flux, rng.uniform(50, 150)), rng), z_behind
