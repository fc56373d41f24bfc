"""Emission lines of ionised gas, in groups whose ratios vary little from galaxy to galaxy."""

import numpy as np

from catalog.simulate import lines
from catalog.spectra import Float

NARROW, WIDE = 85.0, 280.0
"""km/s: dispersions of the lines; the wider for nuclei and fast rotators."""
_NEBULAR = lines.NEBULAR
_CASE_B = lines.BALMER_CASE_B

GROUPS: dict[str, dict[float, float]] = {
    "[O II]": {_NEBULAR["o_ii_3727"]: 0.44, _NEBULAR["o_ii_3730"]: 0.56},
    "[Ne III]": {
        _NEBULAR["ne_iii_3870"]: 1.0, _NEBULAR["ne_iii_3969"]: 0.31,
        _NEBULAR["o_iii_4364"]: 0.15,
    },
    "Hβ": {lines.balmer(n): _CASE_B[n] * 0.93 ** (n - 4) for n in range(4, 9)},
    "[O III]": {_NEBULAR["o_iii_4960"]: 1 / 2.98, _NEBULAR["o_iii_5008"]: 1.0},
    "Hα": {
        lines.balmer(3): 1.0, _NEBULAR["he_i_5877"]: 0.035, _NEBULAR["he_i_6680"]: 0.01,
        _NEBULAR["he_i_7067"]: 0.007,
    },
    "[N II]": {_NEBULAR["n_ii_6550"]: 1 / 2.96, _NEBULAR["n_ii_6585"]: 1.0},
    "[S II]": {
        _NEBULAR["s_ii_6718"]: 0.57, _NEBULAR["s_ii_6733"]: 0.43, _NEBULAR["o_i_6302"]: 0.2,
        _NEBULAR["o_i_6366"]: 0.067,
    },
    "[S III]": {
        _NEBULAR["s_iii_9071"]: 0.4, _NEBULAR["s_iii_9533"]: 1.0, _NEBULAR["ar_iii_7138"]: 0.2,
    },
}  # fmt: skip
"""Vacuum wavelengths, Å, and fluxes relative to each other, by what the group is called."""

_WIDE = ("[O II]", "Hβ", "[O III]", "Hα", "[N II]")
"""Groups that nuclei show widened."""


def line_profiles(wave: Float, fluxes: dict[float, float], sigma: float) -> Float:
    """Sum of Gaussian lines (L,): fluxes by wavelength in Å, dispersion in km/s."""
    total = np.zeros(wave.size)
    for centre, flux in fluxes.items():
        width = centre * sigma / lines.LIGHT_KM_S
        near = slice(*np.searchsorted(wave, [centre - 6 * width, centre + 6 * width]))
        x = (wave[near] - centre) / width
        total[near] += flux / (np.sqrt(2 * np.pi) * width) * np.exp(-0.5 * x**2)
    return total


def groups_of_lines(wave: Float) -> tuple[tuple[str, ...], Float]:
    """Names (M,) and spectra (M, L) of the groups: all narrow, and some of them wide too."""
    narrow = [(name, line_profiles(wave, group, NARROW)) for name, group in GROUPS.items()]
    wide = [(name, line_profiles(wave, GROUPS[name], WIDE)) for name in _WIDE]
    names, rows = zip(*narrow, *wide, strict=True)
    return tuple(names), np.array(rows)
