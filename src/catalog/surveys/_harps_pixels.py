"""The pixels of HARPS's one-dimensional spectra: one sequence in air, what is no light, and noise.

ESO's pipeline joins the 72 orders into one spectrum of 0.01 Å pixels by cubic splines through the
detector's pixels, which are wider. So neighbouring pixels share noise; and where the extraction of
an order failed, the spline swings by factors of 1e20 and dies away to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import binary_dilation, binary_opening

from catalog.errors import SurveyError
from catalog.spectra import Arm, Array, Float
from catalog.surveys._noise import estimate
from catalog.surveys._wavelength import air_to_vacuum

PER_ANGSTROM = 100
"""Pixels per Å, in air."""
_FIRST, _LAST = 3000 * PER_ANGSTROM, 8000 * PER_ANGSTROM
"""Pixels beyond which HARPS has no detector."""
_OFF = 0.1
"""Pixels by which a wavelength may miss the sequence: its header is written to a millionth."""
_FEWEST = 16

_GAP = (5304.0, 5338.0)
"""Å, air: between the two detectors, where nothing is seen whatever a file says."""
_MOST = 1e7
"""Counts beyond which a pixel is a swing of the spline, not light: a detector's pixel holds 65,535,
and what is longest exposed has ten times that after the blaze is divided out."""
_SWING = 64
"""Pixels that a swing of 1e21 needs to die away, by a factor of 2 + √3 for each of the detector's
pixels."""
_DARK, _DARK_RUN = 1.0, 50
"""Counts and pixels: a run of so many that all lie closer to zero is no spectrum. The readout alone
scatters by 3.5 counts."""
_ODD = 30.0
"""Times the median of the whole spectrum, beyond which neither light nor its noise lies: what is
left between two swings of a failed order."""

_WINDOW = 600
"""Pixels, 6 Å: the noise follows the blaze, 60 Å and wider."""
# A detector's pixel is 0.82 km/s wide, here in pixels of the sequence per Å of wavelength: the
# median of the wavelength solutions of both real files, at the middles of their orders.
_PIXEL_WIDTH = 2.73e-6 * PER_ANGSTROM
# How much the third difference of the joined spectrum scatters, as a fraction of what it would if
# its pixels did not share noise, by the width of the detector's pixel; and how much the spectrum
# itself. Of white noise, interpolated by a cubic spline; the width varies by 7 % within an order.
_WIDTHS = (0.95, 1.0, 1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0)
_GAINS = (0.853, 0.813, 0.745, 0.704, 0.613, 0.507, 0.434, 0.376, 0.329, 0.284, 0.241, 0.216, 0.194)
_KEPT = 0.935


@dataclass(frozen=True)
class Pixels:
    """One spectrum: its first pixel in the sequence; flux and ivar (L,), 0 where masked.

    `level` is the median of the flux, in counts; `estimated` tells whether ivar had to be.
    """

    first: int
    flux: Float
    ivar: Float
    level: float
    estimated: bool


def read_pixels(path: Path, air: Float, flux: Float, error: Float) -> Pixels:
    """Take one spectrum, and mask what is not light.

    Parameters
    ----------
    path : Path
        For what is said of a fault.
    air, flux, error : ndarray of shape (L,)
        Wavelengths in air, Å; flux and its deviation in counts. Where the deviation is not told
        (not a number, or not positive) in half of the pixels or more, all of it is estimated.

    Raises
    ------
    SurveyError
        If the wavelengths are not of HARPS's sequence.
    """
    first = _start(path, air)
    light = _light(air, flux)
    told = np.isfinite(error) & (error > 0)
    estimated = bool((told & light).sum() <= light.sum() / 2)
    sigma = _noise(air, flux, light) if estimated else np.where(told, error, np.nan)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ivar = (1 / sigma.astype(np.float64) ** 2).astype(np.float32)
    good = light & np.isfinite(ivar) & (ivar > 0)
    level = float(np.median(flux[light])) if light.any() else 0.0
    single = np.where(good, flux, 0).astype(np.float32)
    return Pixels(first, single, np.where(good, ivar, 0).astype(np.float32), level, estimated)


def _start(path: Path, air: Float) -> int:
    """Give the number of the first pixel: a hundred times its wavelength in air."""
    place = air * PER_ANGSTROM
    fault = ""
    if air.ndim != 1 or air.size < _FEWEST:
        fault = f"shape {air.shape}"
    elif not np.isfinite(place).all():
        fault = f"{int((~np.isfinite(place)).sum())} of {place.size} values are not finite"
    elif place.min() < _FIRST or place.max() > _LAST:
        fault = f"{air.min():.6g} to {air.max():.6g} Å"
    else:
        off = np.abs(place - (np.round(place[0]) + np.arange(place.size)))
        worst = int(np.argmax(off))
        if off[worst] > _OFF:
            fault = f"{air[worst]:.7g} Å at pixel {worst}, of a spectrum from {air[0]:.7g} Å"
    if fault:
        raise SurveyError(
            "a wavelength grid is not usable",
            where=path,
            wanted="wavelengths in air, every 0.01 Å, within 3000-8000 Å",
            found=fault,
            todo="see that this is an unmodified one-dimensional spectrum of HARPS",
        )
    return int(np.round(place[0]))


def _light(air: Float, flux: Float) -> Array:
    """Pixels that show light, (L,) bool: no gap, no padding, no failed order."""
    known = np.isfinite(flux)
    flux = np.where(known, flux, 0.0)
    swing = np.abs(flux) > _MOST
    if swing.any():
        swing = binary_dilation(swing, iterations=_SWING)
    dark = binary_opening(np.abs(flux) < _DARK, np.ones(_DARK_RUN))
    light: Array = known & ~swing & ~dark & ((air < _GAP[0]) | (air > _GAP[1]))
    if light.any():
        light &= np.abs(flux) <= _ODD * np.median(np.abs(flux[light]))
    return light


def _noise(air: Float, flux: Float, light: Array) -> Float:
    """Deviation (L,) of every pixel, from third differences and what the splines left of them."""
    width = _PIXEL_WIDTH * air
    raw = estimate(np.where(light, flux, 0.0)[None], light[None], _WINDOW, (0.0, 0.0, 0.0))[0]
    noise: Float = raw * (_KEPT / np.interp(width, _WIDTHS, _GAINS))
    return noise


def on_one_sequence(pixels: Sequence[Pixels]) -> Arm:
    """All spectra on the pixels that any of them has, in vacuum; ivar is 0 where one has none."""
    first = min(one.first for one in pixels)
    last = max(one.first + one.flux.size for one in pixels)
    flux, ivar = np.zeros((2, len(pixels), last - first), np.float32)
    for row, one in enumerate(pixels):
        at = slice(one.first - first, one.first - first + one.flux.size)
        flux[row, at], ivar[row, at] = one.flux, one.ivar
    return Arm("harps", air_to_vacuum(np.arange(first, last) / PER_ANGSTROM), flux, ivar)
