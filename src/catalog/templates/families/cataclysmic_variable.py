"""Cataclysmic variables: a hot disc with hydrogen and helium in emission, and a cool companion."""

import numpy as np

from catalog.simulate import lines, rest_grid
from catalog.simulate.stars import Stars, spectra
from catalog.spectra import Float
from catalog.templates.emission import line_profiles
from catalog.templates.family import Family, Templates

SLOPES = (-3.5, -2.0, -0.5)
"""Of the disc's continuum, f_λ ∝ λ^slope."""
SPLITS = (0.0, 700.0, 1200.0)
"""km/s: separations of the two peaks of a disc's lines."""
SIGMA = (280.0, 550.0)
"""km/s: dispersions of each peak."""


def _groups() -> dict[str, dict[float, float]]:
    balmer = {lines.balmer(n): 1.0 / (1 + 0.4 * (n - 3)) for n in range(3, 12)}
    flat = {wave: (5000.0 / wave) ** 2 * ratio for wave, ratio in balmer.items()}
    helium = dict(lines.HELIUM_I)
    hot = {4687.02: 1.0, 5413.03: 0.1, 4647.0: 0.6}  # He II, and the C III/N III blend
    return {"Balmer": balmer, "Balmer, steep": flat, "He I": helium, "He II": hot}


def templates() -> Templates:
    """Power laws and cool stars; lines with one peak or two."""
    wave = rest_grid.WAVE_REST
    teff = np.array([3000.0, 3400.0, 4300.0, 12_000.0, 30_000.0])
    plain = np.zeros(teff.size)
    logg = np.where(teff > 10_000, 8.0, 4.8)
    stellar = spectra(Stars(teff, logg, np.where(teff > 1e4, -6.0, 0.0), plain, plain))
    power = np.array([(wave / 5500.0) ** slope for slope in SLOPES])
    rows: list[Float] = []
    names: list[str] = []
    for name, group in _groups().items():
        for sigma, split in ((SIGMA[0], SPLITS[0]), (SIGMA[1], SPLITS[0]), (SIGMA[0], SPLITS[1]),
                             (SIGMA[1], SPLITS[2])):  # fmt: skip
            half = split / 2 / lines.LIGHT_KM_S
            both = [line_profiles(wave * (1 + side * half), group, sigma) for side in (-1, 1)]
            rows.append(np.sum(both, axis=0))
            names.append(name)
    return Templates(wave, np.vstack([stellar, power]), np.array(rows), tuple(names))


FAMILY = Family(
    "cataclysmic_variable",
    "STAR",
    "a cataclysmic variable",
    -0.004,
    0.004,
    templates,
    needs_lines=True,
)
