"""Spectra of which everything is known: continuum, break, line strengths, width and velocity."""

import numpy as np

from catalog.explain import lines

WAVE = np.linspace(3600.0, 7556.0, 3957)
LINES = {line.name: line.wave for line in lines.load()}
SPEED_OF_LIGHT = 299_792.458
PLAIN = {
    "continuum_blue": 1.0, "continuum_red": 1.0, "break_4000": 0.3, "halpha": 15.0, "nii": 8.0,
    "hbeta": 10.0, "oiii": 12.0, "oii": 12.0, "broadening": 150.0, "velocity": 0.0,
}  # fmt: skip
"""What such a spectrum is; equivalent widths in Å, width (deviation) and velocity in km/s."""
STEPS = {
    "continuum_blue": 0.3, "continuum_red": 0.3, "break_4000": 0.2, "halpha": 6.0, "nii": 4.0,
    "hbeta": 5.0, "oiii": 6.0, "oii": 6.0, "broadening": 60.0, "velocity": 60.0,
}  # fmt: skip
"""How far a unit of a factor moves each."""
BLENDS = {
    "halpha": {"halpha": 1.0},
    "nii": {"nii_6585": 1.0, "nii_6550": 1 / 3.05},
    "hbeta": {"hbeta": 1.0},
    "oiii": {"oiii_4960": 0.25, "oiii_5008": 0.75},
    "oii": {"oii_3727": 0.5, "oii_3730": 0.5},
}


def gaussian(wave, centre, deviation):
    """Of unit area."""
    return np.exp(-0.5 * ((wave - centre) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))


def spectrum(wave=WAVE, **asked):
    """A spectrum (L,) of unit norm, as asked and else plain."""
    of = PLAIN | asked
    blue, red = (1 / (1 + np.exp(sign * (wave - at) / 20)) for sign, at in ((1, 4550), (-1, 6760)))
    continuum = 1 + (of["continuum_blue"] - 1) * blue + (of["continuum_red"] - 1) * red
    continuum = continuum * np.where((wave > 3853) & (wave < 3900), 1 - of["break_4000"], 1.0)
    flux = np.ones(wave.size)
    for name, blend in BLENDS.items():
        for line, share in blend.items():
            centre = LINES[line] * (1 + of["velocity"] / SPEED_OF_LIGHT)
            width = LINES[line] * of["broadening"] / SPEED_OF_LIGHT
            flux = flux + of[name] * share * gaussian(wave, centre, width)
    flux = continuum * flux
    return flux / np.linalg.norm(flux)


def decoded(points, mixing):
    """Spectra (n, L) of latent points (n, D): factor k is what `mixing` (D, K) makes of them."""
    moved = points @ mixing
    return np.stack([
        spectrum(**{name: PLAIN[name] + STEPS[name] * by
                    for name, by in zip(STEPS, each, strict=True)})
        for each in moved
    ])  # fmt: skip
