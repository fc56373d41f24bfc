"""Emission of ionised gas in galaxies: line ratios as smooth functions of a few parameters."""

from dataclasses import dataclass

import numpy as np

from catalog.simulate import lines
from catalog.simulate.rest_grid import STEP, WAVE_REST
from catalog.spectra import Float


@dataclass(frozen=True)
class Gas:
    """The gas of N galaxies, each (N,).

    Attributes
    ----------
    oxygen
        12 + log(O/H).
    ionisation
        Offset from the mean ionisation parameter at that abundance, dex.
    active_share
        Share of Hβ from gas that an active nucleus ionises, 0-1.
    active_hardness
        0 for a LINER's soft spectrum, 1 for a Seyfert's.
    """

    oxygen: Float
    ionisation: Float
    active_share: Float
    active_hardness: Float


def _hydrogen(n_rows: int) -> dict[float, Float]:
    """Case-B recombination lines relative to Hβ, by wavelength."""
    table = {lines.balmer(n): ratio for n, ratio in lines.BALMER_CASE_B.items()}
    table |= {lines.paschen(n): ratio for n, ratio in lines.PASCHEN_CASE_B.items()}
    return {wave: np.full(n_rows, ratio) for wave, ratio in table.items()}


def _h_ii_regions(gas: Gas) -> dict[str, Float]:
    """Ratios to Hβ in gas ionised by young stars.

    Notes
    -----
    [N II]/Hα from O/H: Pettini & Pagel (2004), eq. 1. [O III]/Hβ: the star-forming sequence of
    Kewley et al. (2013), eq. 5. The rest are smooth fits by eye to H II regions' usual values.
    """
    nitrogen = np.clip((gas.oxygen - 8.90) / 0.57, -2.2, -0.28)
    oxygen = np.minimum(0.61 / (nitrogen + 0.08) + 1.1, 0.85) + 0.5 * gas.ionisation
    abundance = gas.oxygen - 8.5
    o_ii = 3.2 * 10 ** (-0.4 * gas.ionisation - 0.9 * abundance**2 - 0.25 * abundance)
    s_ii = 2.86 * 10 ** (-0.42 - 0.35 * gas.ionisation - 0.35 * (nitrogen + 0.5) ** 2)
    return {
        "n_ii": 2.86 * 10**nitrogen,
        "o_iii": 10**oxygen,
        "o_ii": o_ii,
        "s_ii": s_ii,
        "o_i": 2.86 * 10 ** (-1.6 - 0.4 * gas.ionisation),
        "ne_iii": 0.09 * 10**oxygen,
        "s_iii": 0.9 * 10 ** (0.4 * gas.ionisation - 0.3 * abundance**2),
        "ar_iii": 0.08 * np.ones_like(oxygen),
        "he_i": 0.125 * np.ones_like(oxygen),
        "he_ii": 0.004 * 10 ** (-1.5 * abundance),
        "auroral": 0.012 * 10 ** (oxygen - 1.6 * (abundance + 0.2)),
        "coronal": np.zeros_like(oxygen),
    }


def _active_regions(gas: Gas) -> dict[str, Float]:
    """Ratios to Hβ in gas ionised by an active nucleus, LINER to Seyfert."""
    hard = gas.active_hardness
    o_iii = 10 ** (0.35 + 0.68 * hard + 0.35 * gas.ionisation)
    return {
        "n_ii": 2.86 * 10 ** (0.12 - 0.15 * hard + 0.5 * (gas.oxygen - 8.75)),
        "o_iii": o_iii,
        "o_ii": 4.5 - 2.2 * hard,
        "s_ii": 2.86 * (0.95 - 0.45 * hard),
        "o_i": 2.86 * (0.25 - 0.12 * hard),
        "ne_iii": 0.1 * o_iii,
        "s_iii": 0.5 + 0.6 * hard,
        "ar_iii": 0.1 + 0.1 * hard,
        "he_i": np.full_like(hard, 0.12),
        "he_ii": 0.02 + 0.22 * hard,
        "auroral": 0.015 * o_iii,
        "coronal": 0.35 * hard**2,
    }


def _spread(ratio: dict[str, Float]) -> dict[str, Float]:
    """Share multiplets' totals among their lines (Osterbrock & Ferland 2006), by line name."""
    return {
        "o_ii_3727": 0.44 * ratio["o_ii"], "o_ii_3730": 0.56 * ratio["o_ii"],
        "ne_iii_3870": ratio["ne_iii"], "ne_iii_3969": 0.31 * ratio["ne_iii"],
        "ne_v_3346": 0.37 * ratio["coronal"], "ne_v_3427": ratio["coronal"],
        "fe_vii_6087": 0.25 * ratio["coronal"], "he_i_3890": 0.7 * ratio["he_i"],
        "s_ii_4070": 0.1 * ratio["s_ii"], "o_iii_4364": ratio["auroral"],
        "he_i_4473": 0.38 * ratio["he_i"], "he_ii_4687": ratio["he_ii"],
        "ar_iv_4741": 0.1 * ratio["he_ii"], "o_iii_4960": ratio["o_iii"] / 2.98,
        "o_iii_5008": ratio["o_iii"], "n_i_5201": 0.05 * ratio["o_i"],
        "n_ii_5756": 0.012 * ratio["n_ii"], "he_i_5877": ratio["he_i"],
        "o_i_6302": ratio["o_i"], "o_i_6366": ratio["o_i"] / 3.0,
        "s_iii_6314": 0.015 * ratio["s_iii"], "n_ii_6550": ratio["n_ii"] / 2.96,
        "n_ii_6585": ratio["n_ii"], "he_i_6680": 0.28 * ratio["he_i"],
        "s_ii_6718": 0.57 * ratio["s_ii"], "s_ii_6733": 0.43 * ratio["s_ii"],
        "he_i_7067": 0.2 * ratio["he_i"], "ar_iii_7138": ratio["ar_iii"],
        "o_ii_7322": 0.012 * ratio["o_ii"], "o_ii_7332": 0.010 * ratio["o_ii"],
        "ar_iii_7753": 0.24 * ratio["ar_iii"], "s_iii_9071": 0.4 * ratio["s_iii"],
        "s_iii_9533": ratio["s_iii"],
    }  # fmt: skip


def line_ratios(gas: Gas) -> tuple[Float, Float]:
    """Wavelengths (K,) in Å and intrinsic fluxes (N, K) relative to Hβ of all lines."""
    young, active = _h_ii_regions(gas), _active_regions(gas)
    share = gas.active_share
    mixed: dict[str, Float] = {
        name: (1 - share) * young[name] + share * active[name] for name in young
    }
    table = _hydrogen(len(gas.oxygen))
    table |= {lines.NEBULAR[name]: value for name, value in _spread(mixed).items()}
    return np.array(list(table)), np.stack(list(table.values()), axis=1)


def add_lines(flux: Float, wave: Float, line_flux: Float, velocity: Float, sigma: Float) -> None:
    """Add Gaussian emission lines to spectra on `WAVE_REST`, in place.

    Parameters
    ----------
    flux : ndarray of shape (N, L)
    wave : ndarray of shape (K,)
        Rest wavelengths, Å.
    line_flux : ndarray of shape (N, K)
        Integrated flux, in the unit of `flux` times Å.
    velocity, sigma : ndarray of shape (N,)
        Offset and dispersion in km/s.
    """
    width = sigma / lines.LIGHT_KM_S / STEP  # pixels
    reach = int(np.ceil(5 * width.max()))
    offsets = np.arange(-reach, reach + 1)
    shift = velocity / lines.LIGHT_KM_S
    rows = np.arange(len(flux))[:, None]
    for rest, total in zip(wave, line_flux.T, strict=True):
        at = (np.log(rest) + shift - np.log(WAVE_REST[0])) / STEP
        nearest = np.round(at).astype(np.int64)
        pixel = nearest[:, None] + offsets
        x = (pixel - at[:, None]) / width[:, None]
        height = total / (np.sqrt(2 * np.pi) * width * STEP * rest)
        inside = (pixel >= 0) & (pixel < flux.shape[1])
        value = np.where(inside, height[:, None] * np.exp(-0.5 * x**2), 0.0)
        flux[rows, np.clip(pixel, 0, flux.shape[1] - 1)] += value.astype(np.float32)
