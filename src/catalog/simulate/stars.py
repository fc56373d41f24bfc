"""Stellar spectra from formulae: Planck continua behind atomic, molecular and hydrogen opacity.

A star's residual flux is r + (1 - r) / (1 + η), with r what the cores of strong lines keep and η
the sum over absorbers of a strength times a fixed opacity spectrum. Strengths depend on
temperature, gravity and abundances by Saha's and Boltzmann's laws. Hydrogen's lines and the rest
are two factors. This is not a model atmosphere: it puts the right features at the right wavelengths
with the right trends, continuously in every parameter, for less than a millisecond per star.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from catalog.simulate import lines
from catalog.simulate.rest_grid import STEP, WAVE_REST
from catalog.spectra import Float

SUN_TEFF = 5777.0
LINE_SIGMA = 0.8e-4
"""Width of unresolved lines in ln(wavelength): 24 km/s."""
SATURATION = 0.58
"""Unresolved lines grow with the root of their abundance (curve of growth)."""
CORE_HYDROGEN, CORE_METALS = 0.35, 0.06
"""Residual flux in the cores of the strongest lines."""
FOREST_SEED = 19_660_801
FOREST_LINES = 14_000
_STARK = np.array([0.2, 0.5, 1.2, 4.0, 14.0])  # Å at Hβ: from supergiants to white dwarfs
HYDROGEN = tuple(f"balmer_{i}" for i in range(_STARK.size))
"""Names of hydrogen's line opacities, one for each width, for `opacity_scale`."""
WHITE_DWARF_BALMER = 0.6
"""Factor on hydrogen's lines in DA white dwarfs, which makes Hβ half deep near 15,000 K."""


@dataclass(frozen=True)
class Stars:
    """Parameters of N stars, each (N,): Teff in K, log g in cgs; the rest in dex.

    `alpha` and `carbon` are [α/Fe] and [C/Fe].
    """

    teff: Float
    logg: Float
    feh: Float
    alpha: Float
    carbon: Float


def _gaussian(centre: float) -> Float:
    """Unit-height profile of an unresolved line on `WAVE_REST`."""
    x = (np.log(WAVE_REST) - np.log(centre)) / LINE_SIGMA
    result: Float = np.exp(-0.5 * np.minimum(x**2, 200.0))
    return result


def _line(line: lines.AtomicLine) -> Float:
    """Opacity whose equivalent width in the Sun is the line's; wings fall as 1/Δλ² if damped."""
    if line.damped:
        core, width2 = 0.3, line.width**2
        # Solves width = π reach² / √(core² + reach²), the integral of η / (1 + η).
        reach2 = (width2 + np.sqrt(width2**2 + (2 * np.pi * line.width * core) ** 2)) / (
            2 * np.pi**2
        )
        wings: Float = reach2 / ((WAVE_REST - line.wave) ** 2 + core**2)
        return wings
    result: Float = (
        line.width / (np.sqrt(2 * np.pi) * LINE_SIGMA * line.wave) * _gaussian(line.wave)
    )
    return result


def _band(band: lines.Band, ripple: Float) -> Float:
    """Opacity of a molecular band: a head, and rotational lines that fade away from it."""
    x = (WAVE_REST - band.head) / band.width
    result: Float
    if band.side == 0:
        result = band.strength * np.exp(-0.5 * x**2) * ripple
        return result
    shade = np.exp(-np.maximum(x * band.side, 0.0))
    edge = 1 / (1 + np.exp(np.clip(-x * band.side * band.width / 1.2, -60, 60)))
    result = band.strength * shade * edge * ripple
    return result


def _forest() -> Mapping[str, Float]:
    """Thousands of weak lines, denser to the blue, shared among the metals' species."""
    rng = np.random.default_rng(FOREST_SEED)
    start, end = np.log(WAVE_REST[[0, -1]])
    centre = np.sort(rng.uniform(start, end, FOREST_LINES))
    strength = np.minimum(rng.lognormal(-0.4, 0.9, FOREST_LINES), 5.0)
    # Mean opacity 0.025 at 6000 Å in the Sun, rising steeply to the ultraviolet.
    wave = np.exp(centre)
    strength *= 0.025 * np.minimum((6000 / wave) ** 7, 400.0)
    # Metals' resonance lines crowd below 4000 Å: much of the 4000 Å break of old galaxies.
    strength *= 1 + 0.65 / (1 + np.exp((wave - 3985) / 12))
    strength *= (end - start) / (FOREST_LINES * np.sqrt(2 * np.pi) * LINE_SIGMA)
    owner = rng.choice(4, FOREST_LINES, p=[0.4, 0.25, 0.2, 0.15])
    names = ("fe_i", "fe_i_high", "iron_peak_i", "ion")
    return {name: _comb(centre[owner == i], strength[owner == i]) for i, name in enumerate(names)}


def _comb(centre: Float, height: Float) -> Float:
    """Sum of narrow Gaussians on `WAVE_REST`, each placed within its nearest nine pixels."""
    at = (centre - np.log(WAVE_REST[0])) / STEP
    total = np.zeros(WAVE_REST.size)
    for offset in range(-4, 5):
        pixel = np.round(at).astype(int) + offset
        inside = (pixel >= 0) & (pixel < total.size)
        value = height * np.exp(-0.5 * ((pixel - at) * STEP / LINE_SIGMA) ** 2)
        np.add.at(total, pixel[inside], value[inside])
    return total


@cache
def _opacities() -> tuple[tuple[str, ...], Float]:
    """Names of the absorbers and their opacity spectra, (C, L) float32, at unit strength."""
    rng = np.random.default_rng(FOREST_SEED + 1)
    forest = _forest()
    table: dict[str, Float] = {}
    for name, atomic in lines.ATOMIC.items():
        table[name] = np.sum([_line(line) for line in atomic], axis=0) + forest.get(name, 0.0)
    for name, bands in lines.BANDS.items():
        ripple = 1 + 0.35 * _smooth_noise(rng)
        table[name] = np.sum([_band(band, ripple) for band in bands], axis=0)
    table["he_i"] = np.sum([_helium(wave, s) for wave, s in lines.HELIUM_I], axis=0)
    table["he_ii"] = np.sum([_helium(wave, s) for wave, s in lines.HELIUM_II], axis=0)
    table["balmer_jump"] = _balmer_jump()
    for i, width in enumerate(_STARK):
        table[f"balmer_{i}"] = _hydrogen_series(float(width))
    return tuple(table), np.array(list(table.values()), dtype=np.float32)


def _smooth_noise(rng: np.random.Generator) -> Float:
    """Unit-variance noise with the correlation of unresolved rotational lines (about 3 Å)."""
    kernel = np.exp(-0.5 * (np.arange(-12, 13) / 4) ** 2)
    noise = np.convolve(rng.standard_normal(WAVE_REST.size), kernel, mode="same")
    result: Float = np.clip(noise / noise.std(), -2, 2)
    return result


def _helium(wave: float, strength: float) -> Float:
    return strength * 0.35 / (1 + ((WAVE_REST - wave) / 2.2) ** 2)


def _balmer_jump() -> Float:
    """Bound-free opacity of hydrogen's second level; the last lines merge into it near 3695 Å."""
    result: Float = (WAVE_REST / lines.BALMER_LIMIT) ** 3 / (
        1 + np.exp(np.minimum((WAVE_REST - 3695) / 8, 60))
    )
    return result


def _hydrogen_series(width: float) -> Float:
    """Balmer and Paschen opacity with Holtsmark wings (Δλ to the -5/2), half width in Å.

    Levels above Inglis & Teller's last one (1939) are dissolved, the fewer the denser the gas.
    """
    last = 15.5 * (1.6 / width) ** 0.25
    total = np.zeros(WAVE_REST.size)
    for n in range(3, 31):
        wave = lines.balmer(n)
        half = width * (1.0, 1.0, 1.05, 1.1)[min(n - 3, 3)]
        height = 2.8 * (4 / n) ** 0.9 * (1.5 if n == 3 else 1.0) / (1 + np.exp((n - last) / 0.8))
        total += height / (1 + np.abs((WAVE_REST - wave) / half) ** 2.5)
    for n in range(8, 21):
        wave, height = lines.paschen(n), 0.06 * (8 / n) / (1 + np.exp((n - last - 2) / 0.8))
        total += height / (1 + np.abs((WAVE_REST - wave) / (1.6 * width)) ** 2.5)
    return total


def _electron_pressure(stars: Stars) -> Float:
    """Log10 of the electron pressure, dyn/cm²: a power law through the Sun's."""
    warm = 5.5 * np.log10(stars.teff / SUN_TEFF)
    result: Float = 1.3 + warm + (stars.logg - 4.44) / 3 + 0.3 * np.minimum(stars.feh, 0.5)
    return result


def _ionised_to_neutral(theta: Float, teff: Float, pressure: Float, ionisation: float) -> Float:
    """Saha's equation with equal partition functions; theta is 5040 K / Teff."""
    exponent = 2.5 * np.log10(teff) - 0.48 - theta * ionisation - pressure
    return 10 ** np.clip(exponent, -12, 12)


def _continuous_opacity(theta: Float, pressure: Float) -> Float:
    """H⁻ where it is cool and bound-free hydrogen where it is hot, in one arbitrary unit."""
    result: Float = 10 ** (pressure + 0.754 * theta) * theta**2.5 + 4.7e9 * 10 ** (-12.1 * theta)
    return result


def _atomic_strength(stars: Stars, species: lines.Species) -> Float:
    """Lines' strength per continuous opacity before normalisation to the Sun, (N,)."""
    theta, pressure = 5040 / stars.teff, _electron_pressure(stars)
    ratio = _ionised_to_neutral(theta, stars.teff, pressure, species.ionisation)
    second = _ionised_to_neutral(theta, stars.teff, pressure, 2.1 * species.ionisation)
    neutral = 1 / (1 + ratio + ratio * second)
    populated = neutral if species.stage == 0 else neutral * ratio
    boltzmann = 10 ** (-theta * species.excitation)
    abundance = {
        "iron": stars.feh,
        "alpha": stars.feh + stars.alpha,
        "carbon": stars.feh + stars.carbon,
        "sodium": stars.feh + 0.6 * stars.alpha,
    }[species.group]
    return 10**abundance * populated * boltzmann / _continuous_opacity(theta, pressure)


def _hydrogen_strength(stars: Stars) -> Float:
    """Populate hydrogen's second level per continuous opacity, before normalisation."""
    theta, pressure = 5040 / stars.teff, _electron_pressure(stars)
    ratio = _ionised_to_neutral(theta, stars.teff, pressure, 13.6)
    return 10 ** (-10.2 * theta) / (1 + ratio) / _continuous_opacity(theta, pressure)


def _molecular_strengths(stars: Stars) -> dict[str, Float]:
    """Trends of molecules with temperature, gravity and abundance, each 1 at its reference star."""
    teff, logg, feh = stars.teff, stars.logg, stars.feh
    metal, carbon = 10 ** (0.8 * feh), 10**stars.carbon
    cool = np.exp(np.clip((3750 - teff) / 300, -30, 2.6))
    # Free carbon beyond oxygen (C/O > 1) makes C2; otherwise CO has bound it.
    free = 0.3 * np.maximum(carbon - 1.8, 0.0)
    oxygen = 1 / (1 + free**2)
    warm_end = np.exp(-np.exp(np.clip((teff - 6200) / 300, -30, 6)))
    return {
        "ch": 1.5 * np.exp(-(((teff - 4900) / 1500) ** 2)) * metal**0.5 * carbon**0.7,
        "cn": 1.6
        * np.exp(-(((teff - 4500) / 900) ** 2))
        * metal
        * 10 ** (-0.12 * (logg - 3))
        * carbon,
        "cn_red": 0.5 * free * warm_end,
        "c2": free * warm_end,
        "mgh": np.exp(np.clip((4700 - teff) / 550, -30, 2))
        * 10 ** (0.3 * (logg - 4.4))
        * metal**0.4,
        "cah": 0.8 * cool**0.8 * 10 ** (0.4 * (logg - 4.6)) * oxygen,
        "tio": cool * metal * oxygen,
        "vo": np.exp(np.clip((3050 - teff) / 180, -30, 2)) * oxygen,
    }


def _balmer_weights(logg: Float, strength: Float) -> dict[str, Float]:
    """Share of each width of the Balmer series: between neighbours, linear in log width."""
    width = 1.6 * 10 ** (0.25 * (logg - 4.2))
    at = np.interp(np.log(width), np.log(_STARK), np.arange(_STARK.size))
    return {
        f"balmer_{i}": strength * np.maximum(1 - np.abs(at - i), 0.0) for i in range(_STARK.size)
    }


def strengths(stars: Stars) -> dict[str, Float]:
    """Strength of every absorber, (N,) each, in units of its opacity spectrum."""
    sun = Stars(*(np.array([x]) for x in (SUN_TEFF, 4.44, 0.0, 0.0, 0.0)))
    result: dict[str, Float] = {
        name: (_atomic_strength(stars, s) / _atomic_strength(sun, s)) ** SATURATION
        for name, s in lines.SPECIES.items()
    }
    hydrogen = np.minimum(_hydrogen_strength(stars) / _hydrogen_strength(sun), 400.0)
    # In hot stars hydrogen is ionised, but so is what else would absorb: the lines fade slowly.
    hot = 12 * (stars.teff / 12_000) ** -2.2 / (1 + np.exp(-(stars.teff - 9500) / 800))
    result |= _balmer_weights(stars.logg, hydrogen**0.62 + hot)
    # Dissolved levels (log g > 6) turn the jump into a smooth decline.
    result["balmer_jump"] = 0.14 * hydrogen**0.55 / (1 + 10 ** (2 * (stars.logg - 6)))
    result |= _molecular_strengths(stars)
    warm = np.log10(stars.teff)
    result["he_i"] = 1.0 * np.exp(-0.5 * ((warm - 4.30) / 0.10) ** 2)
    result["he_ii"] = 0.8 / (1 + np.exp(-(warm - 4.57) / 0.03))
    return result


def planck(wave: Float, teff: Float) -> Float:
    """Planck's law per unit wavelength, (N, L), in units in which σT⁴ is (T / 5777 K)⁴."""
    x = 1.438777e8 / (wave[None, :] * teff[:, None])
    norm = 15 / np.pi**4 * 1.438777e8**4 / SUN_TEFF**4
    return norm / wave**5 / np.expm1(np.minimum(x, 500.0))


def spectra(stars: Stars, opacity_scale: dict[str, Float] | None = None) -> Float:
    """Spectra of N stars at rest on `WAVE_REST`, per unit of surface.

    Parameters
    ----------
    stars : Stars
        N stars.
    opacity_scale : dict of str to ndarray, optional
        Factors (N,) on the strength of named absorbers, such as `{"tio": 2}`.

    Returns
    -------
    ndarray of shape (N, L), float32
        Flux per unit wavelength; one arbitrary unit for all stars.
    """
    strength = strengths(stars)
    for name, factor in (opacity_scale or {}).items():
        strength[name] = strength[name] * factor
    names, opacity = _opacities()
    weights = np.stack([strength[name] for name in names], axis=1).astype(np.float32)
    is_hydrogen = np.isin(names, HYDROGEN)
    hydrogen = weights[:, is_hydrogen] @ opacity[is_hydrogen]
    metals = weights[:, ~is_hydrogen] @ opacity[~is_hydrogen]
    flux: Float = _continuum(stars.teff).astype(np.float32)
    flux *= CORE_HYDROGEN + (1 - CORE_HYDROGEN) / (1 + hydrogen)
    flux *= CORE_METALS + (1 - CORE_METALS) / (1 + metals)
    return flux


def _continuum(teff: Float) -> Float:
    """Planck's law, but bluer in A stars and hotter ones, by hydrogen's Paschen continuum."""
    colour = 1 + 0.5 / (1 + np.exp(-(teff - 8000) / 900))
    result: Float = planck(WAVE_REST, teff * colour) / colour[:, None] ** 4
    return result
