"""Anomalies in which another object takes the host's place: stars, quasars, binaries."""

from dataclasses import replace

import numpy as np

from catalog.simulate import instrument, lines, quasars, rest_grid, stars
from catalog.simulate.observed import Light, Row, replace_light
from catalog.spectra import Float


def _as_light(spectrum: Float) -> Light:
    """Interpolate a spectrum on `instrument.WAVE`, after the instrument's resolution, median 1."""
    seen = instrument.resolve(np.asarray(spectrum, dtype=float)[None, :])[0]
    seen = seen / np.median(seen)
    return lambda at: np.interp(at, instrument.WAVE, seen)


def _stellar(
    star: tuple[float, float, float, float],
    velocity: float,
    scale: dict[str, float] | None = None,
) -> Float:
    """Spectrum on `instrument.WAVE` of one star: Teff, log g, [Fe/H], [C/Fe]; velocity in km/s."""
    teff, logg, feh, carbon = (np.array([x]) for x in star)
    sample = stars.Stars(teff, logg, feh, np.array([0.1]), carbon)
    factors = {name: np.array([value]) for name, value in (scale or {}).items()}
    flux = stars.spectra(sample, factors)
    z = np.array([velocity / lines.LIGHT_KM_S])
    result: Float = rest_grid.observe(flux, z, instrument.WAVE)[0]
    return result


def star(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Put a star in front of the host; strength is its share of the flux."""
    teff = float(rng.uniform(3600, 9000))
    flux = _stellar((teff, 4.5, rng.normal(-0.3, 0.3), 0.0), rng.normal(0, 60))
    return replace_light(row, _as_light(flux), min(strength, 1.0), rng), teff


def white_dwarf(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Show a DA white dwarf; strength is the opacity of its Balmer lines over the average."""
    teff = float(rng.uniform(9000, 24_000))
    scale = dict.fromkeys(stars.HYDROGEN, stars.WHITE_DWARF_BALMER * strength) | {"he_i": 0.0}
    flux = _stellar((teff, rng.normal(8.0, 0.15), -6.0, 0.0), rng.normal(20, 40), scale)
    return replace_light(row, _as_light(flux), 1.0, rng), teff


def m_star(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Show an M dwarf; strength is the opacity of its TiO over the average."""
    teff = float(rng.uniform(2950, 3500))
    scale = {"tio": strength, "cah": strength, "vo": strength}
    flux = _stellar((teff, 4.9, rng.normal(-0.1, 0.2), 0.0), rng.normal(0, 40), scale)
    return replace_light(row, _as_light(flux), 1.0, rng), teff


def carbon_star(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Show a carbon giant; strength is the opacity of its C2 and CN bands."""
    teff = float(rng.uniform(3500, 4900))
    scale = {"c2": strength, "cn_red": strength, "cn": 2.0 * strength}
    flux = _stellar((teff, 1.8, rng.normal(-0.5, 0.3), 0.8), rng.normal(0, 80), scale)
    return replace_light(row, _as_light(flux), 1.0, rng), teff


def cataclysmic(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Show a disc with Balmer and helium emission; strength is Hα's equivalent width, Å."""
    wave, fwhm = instrument.WAVE, float(rng.uniform(800, 2200))
    disc = (wave / 5500.0) ** rng.uniform(-2.4, -1.2)
    cool = _stellar((rng.uniform(3000, 3400), 4.9, 0.0, 0.0), 0.0)
    disc += rng.uniform(0.0, 0.35) * cool / np.median(cool)
    velocity = rng.normal(0, 80)
    split = rng.uniform(0.3, 0.55) * fwhm * (rng.uniform() < 0.6)
    table = [(lines.balmer(n), 1.0 / (1 + 0.55 * (n - 3))) for n in range(3, 11)]
    table += [(w, 0.28 * s) for w, s in lines.HELIUM_I] + [(4687.02, rng.uniform(0.05, 0.4))]
    flux = disc.copy()
    for centre, relative in table:
        level = np.interp(centre, wave, disc)
        for side in (-0.5, 0.5):
            at = centre * (1 + (velocity + side * split) / lines.LIGHT_KM_S)
            sigma = centre * (fwhm - split) / 2.3548 / lines.LIGHT_KM_S
            height = 0.5 * strength * relative * level / (np.sqrt(2 * np.pi) * sigma)
            flux += height * np.exp(-0.5 * ((wave - at) / sigma) ** 2)
    return replace_light(row, _as_light(flux), 1.0, rng), fwhm


def quasar(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Show a quasar at z near 2; strength scales its broad lines, the detail is its redshift."""
    z = np.array([rng.uniform(1.55, 2.4)])
    sample = replace(quasars.draw(1, rng), line_scale=np.array([strength]))
    flux = quasars.spectra(sample, z, instrument.WAVE, rng)[0]
    return replace_light(row, _as_light(flux), 1.0, rng), float(z[0])


def bal_quasar(row: Row, strength: float, rng: np.random.Generator) -> tuple[Row, float]:
    """Show a BAL quasar; strength is the depth of its C IV trough, the detail its redshift."""
    z = np.array([rng.uniform(1.75, 2.6)])
    sample = replace(
        quasars.draw(1, rng),
        trough_depth=np.array([min(strength, 1.0)]),
        trough_speed=rng.uniform(6000, 14_000, 1),
        trough_width=rng.uniform(3500, 9000, 1),
    )
    flux = quasars.spectra(sample, z, instrument.WAVE, rng)[0]
    return replace_light(row, _as_light(flux), 1.0, rng), float(z[0])
