"""Broad-line active nuclei: power law, Fe II, broad lines, Lyα forest, BAL troughs."""

from dataclasses import dataclass

import numpy as np

from catalog.simulate import lines
from catalog.spectra import Float


@dataclass(frozen=True)
class Quasars:
    """Parameters of N quasars, each (N,) unless noted.

    Attributes
    ----------
    slope
        α of f_λ ∝ λ^α redward of Lyα, rest frame.
    fwhm
        Of Hβ, km/s; other lines scale with it.
    line_scale
        Factor on all broad lines' equivalent widths.
    line_scatter : ndarray of shape (N, K)
        Factors on each line of `lines.QUASAR`.
    iron, balmer
        Factors on Fe II and on the Balmer continuum.
    narrow
        Rest equivalent width of narrow [O III] 5008, Å.
    trough_depth, trough_speed, trough_width
        Broad absorption blueward of the ultraviolet lines: depth 0-1 (0 for none), km/s, km/s.
    """

    slope: Float
    fwhm: Float
    line_scale: Float
    line_scatter: Float
    iron: Float
    balmer: Float
    narrow: Float
    trough_depth: Float
    trough_speed: Float
    trough_width: Float

    def __len__(self) -> int:
        """N, the number of quasars."""
        return len(self.slope)


_TROUGHS = ("n_v", "si_iv_o_iv", "c_iv", "al_iii", "mg_ii")
_TROUGH_DEPTH = (0.8, 0.8, 1.0, 0.35, 0.2)


def _gauss(rest: Float, centre: float, fwhm_km_s: Float) -> Float:
    """Unit-area Gaussians, (N, L), at rest wavelengths (N, L)."""
    sigma = centre * (fwhm_km_s / 2.3548 / lines.LIGHT_KM_S)[:, None]
    result: Float = np.exp(-0.5 * ((rest - centre) / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
    return result


def _broad_lines(quasars: Quasars, rest: Float) -> Float:
    """Broad lines: a core and, with a third of the flux, a base of 2.2 times the width."""
    total = np.zeros_like(rest)
    for i, (_, centre, width, relative) in enumerate(lines.QUASAR):
        fwhm = quasars.fwhm * relative
        profile = 0.67 * _gauss(rest, centre, fwhm) + 0.33 * _gauss(rest, centre, 2.2 * fwhm)
        level = (centre / 5100.0) ** quasars.slope
        total += (quasars.line_scale * quasars.line_scatter[:, i] * width * level)[
            :, None
        ] * profile
    return total


def _iron(quasars: Quasars, rest: Float) -> Float:
    total = np.zeros_like(rest)
    for centre, strength in lines.IRON_II_NUCLEAR:
        level = 14.0 * strength * (centre / 5100.0) ** quasars.slope
        total += level[:, None] * _gauss(rest, centre, np.maximum(quasars.fwhm, 1500.0))
    return quasars.iron[:, None] * total


def _balmer_continuum(quasars: Quasars, rest: Float) -> Float:
    """Partly optically thick emission below 3647 Å (Grandi 1982), smoothed at its edge."""
    edge = 1 / (1 + np.exp(np.clip((rest - 3680) / 45, -60, 60)))
    height = 0.25 * quasars.balmer * (3647 / 5100.0) ** quasars.slope
    x = np.clip(rest / lines.BALMER_LIMIT, 0.25, None)
    result: Float = height[:, None] * edge * x**3 * np.exp(2.2 * (1 - 1 / x) * 0.4)
    return result


def _narrow_lines(quasars: Quasars, rest: Float) -> Float:
    total = np.zeros_like(rest)
    fwhm = np.clip(0.12 * quasars.fwhm, 280.0, 800.0)
    for name, ratio in (
        ("o_iii_5008", 1.0), ("o_iii_4960", 0.336), ("o_ii_3727", 0.1), ("o_ii_3730", 0.1),
        ("ne_iii_3870", 0.09), ("ne_v_3427", 0.1), ("n_ii_6585", 0.3), ("s_ii_6718", 0.12),
        ("s_ii_6733", 0.11), ("o_i_6302", 0.06),
    ):  # fmt: skip
        total += ratio * _gauss(rest, lines.NEBULAR[name], fwhm)
    total += 0.1 * _gauss(rest, lines.balmer(4), fwhm) + 0.3 * _gauss(rest, lines.balmer(3), fwhm)
    return quasars.narrow[:, None] * total


def _troughs(quasars: Quasars, rest: Float) -> Float:
    """Transmission of outflowing gas: steep at its fast and slow ends, as in BAL quasars."""
    transmission = np.ones_like(rest)
    for name, relative in zip(_TROUGHS, _TROUGH_DEPTH, strict=True):
        centre = next(line[1] for line in lines.QUASAR if line[0] == name)
        speed = lines.LIGHT_KM_S * (1 - rest / centre)
        x = (speed - quasars.trough_speed[:, None]) / (0.5 * quasars.trough_width[:, None])
        transmission *= 1 - relative * quasars.trough_depth[:, None] * np.exp(
            -(np.clip(x, -9, 9) ** 4)
        )
    return transmission


def _forest(rest: Float, z: Float, rng: np.random.Generator) -> Float:
    """Transmission of the Lyα forest: lognormal clouds around the mean of Meiksin (2006)."""
    cloudy = np.exp(0.9 * _correlated(rng.standard_normal(rest.shape)) - 0.405)
    z_cloud = rest * (1 + z[:, None]) / 1215.67 - 1
    depth = 0.0036 * np.maximum(1 + z_cloud, 0.0) ** 3.45 * cloudy
    return np.where(rest < 1215.67, np.exp(-depth), 1.0)


def _correlated(noise: Float) -> Float:
    """Unit-variance noise correlated over about three pixels."""
    kernel = np.array([0.2, 0.6, 1.0, 0.6, 0.2])
    kernel /= np.sqrt((kernel**2).sum())
    padded = np.pad(noise, ((0, 0), (2, 2)), mode="reflect")
    n_pixels = noise.shape[1]
    result: Float = np.sum([k * padded[:, i : i + n_pixels] for i, k in enumerate(kernel)], axis=0)
    return result


def spectra(quasars: Quasars, z: Float, wave: Float, rng: np.random.Generator) -> Float:
    """Spectra of N quasars at redshifts z on observed wavelengths, median 1.

    Parameters
    ----------
    quasars : Quasars
    z : ndarray of shape (N,)
    wave : ndarray of shape (L,)
        Å, observed.
    rng : numpy.random.Generator
        For the Lyα forest.

    Returns
    -------
    ndarray of shape (N, L)
    """
    rest = wave[None, :] / (1 + z[:, None])
    continuum = (rest / 5100.0) ** quasars.slope[:, None]
    # Redward of Hβ the host and hot dust flatten the power law (Vanden Berk et al. 2001).
    continuum *= np.where(
        rest > 5000, (rest / 5000.0) ** np.minimum(-0.3 - quasars.slope, 1.3)[:, None], 1
    )
    flux = continuum + _broad_lines(quasars, rest) + _iron(quasars, rest)
    flux += _balmer_continuum(quasars, rest) + _narrow_lines(quasars, rest)
    flux *= _troughs(quasars, rest) * _forest(rest, z, rng)
    normalised: Float = flux / np.median(flux, axis=1, keepdims=True)
    return normalised


def draw(n: int, rng: np.random.Generator) -> Quasars:
    """Draw parameters of N ordinary quasars, without broad absorption."""
    return Quasars(
        slope=rng.normal(-1.5, 0.3, n),
        fwhm=np.clip(rng.lognormal(np.log(4200), 0.35, n), 1500, 11_000),
        line_scale=rng.lognormal(0, 0.25, n),
        line_scatter=rng.lognormal(0, 0.25, (n, len(lines.QUASAR))),
        iron=rng.lognormal(-0.3, 0.6, n),
        balmer=rng.lognormal(-0.2, 0.4, n),
        narrow=rng.lognormal(np.log(14), 0.8, n),
        trough_depth=np.zeros(n),
        trough_speed=np.full(n, 8000.0),
        trough_width=np.full(n, 5000.0),
    )
