"""The pixels of SDSS's coadded spectra: one sequence of wavelengths, and what the masks leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Arm, Array, Float
from catalog.surveys._fits import FitsFile

_COADD = 1
"""HDU of the spectrum: data releases name it differently, or not at all."""
_PER_DEX = 10_000
"""Pixels per factor of ten in wavelength."""
_OFF = 0.05
"""Pixels by which a wavelength may miss the sequence: single precision makes it 0.002."""
_FIRST, _LAST = 33_000, 43_000
"""Pixels of 1995 and 19953 Å: beyond them lies no optical spectrum."""

# SPPIXMASK bits (https://www.sdss.org/dr17/algorithms/bitmasks/) that leave nothing of a pixel, if
# they are set in every exposure: FULLREJECT, NOSKY, BRIGHTSKY, NODATA, COMBINEREJ, BADFLUXFACTOR,
# BADSKYCHI, REDMONSTER. SDSS sets ivar to 0 for most of them already. BRIGHTSKY it does not, and
# recommends to look at: under the brightest sky lines the errors are too small. The others
# (NEARBADPIXEL, LOWFLAT, PARTIALREJECT, SCATTEREDLIGHT, CROSSTALK) are in the errors, and bits 0
# to 15 concern the fibre as a whole.
_USELESS = sum(1 << bit for bit in (18, 22, 23, 24, 25, 26, 27, 28))


@dataclass(frozen=True)
class Pixels:
    """One spectrum: numbers of its pixels (L,), increasing; flux and ivar (L,), masked."""

    at: Array
    flux: Float
    ivar: Float


def read_pixels(file: FitsFile) -> Pixels:
    """Read one spectrum.

    Raises
    ------
    SurveyError
        If a column is missing, or the wavelengths are not of SDSS's sequence.
    """
    table = file.table(_COADD)
    # Data releases differ in the case of these columns; an error names them as most files do.
    flux, loglam, ivar, mask = (
        table.first_of(name, name.upper()) or name
        for name in ("flux", "loglam", "ivar", "and_mask")
    )
    at = _sequence(file.path, table.numbers(loglam, np.float64))
    with np.errstate(over="ignore", under="ignore"):
        values, weights = (
            table.numbers(name, np.float64).astype(np.float32) for name in (flux, ivar)
        )
    good = np.isfinite(values) & np.isfinite(weights) & (weights > 0)
    good &= table.numbers(mask, np.int64) & _USELESS == 0
    return Pixels(at, np.where(good, values, 0), np.where(good, weights, 0))


def _sequence(path: Path, loglam: Float) -> Array:
    """Whole numbers (L,) of the pixels: 10,000 times the logarithm of the wavelength."""
    place = loglam * _PER_DEX
    fault = ""
    if not np.isfinite(place).all() or place.size < 2:
        fault = f"{place.size} values, of which {np.isfinite(place).sum()} are finite"
    elif place.min() < _FIRST or place.max() > _LAST:
        fault = f"loglam from {loglam.min():.6g} to {loglam.max():.6g}"
    elif np.abs(place - np.round(place)).max() > _OFF:
        worst = int(np.argmax(np.abs(place - np.round(place))))
        fault = f"loglam = {loglam[worst]:.7g} at pixel {worst}"
    elif not (np.diff(np.round(place)) > 0).all():
        row = int(np.argmin(np.diff(place)))
        fault = f"{loglam[row]:.6g} followed by {loglam[row + 1]:.6g} at pixel {row + 1}"
    if fault:
        raise SurveyError(
            "a wavelength grid is not usable",
            where=f"{path} [{_COADD}]",
            wanted=(
                "loglam increasing by whole multiples of 0.0001, "
                f"from {_FIRST / _PER_DEX:g} to {_LAST / _PER_DEX:g}"
            ),
            found=fault,
            todo="see that this is an unmodified file of the survey",
        )
    return np.round(place).astype(np.int64)


def on_one_grid(pixels: Sequence[Pixels]) -> Arm:
    """All spectra on the pixels that any of them has; ivar is 0 where one has none.

    One arm: the blue and the red spectrograph's overlap from about 5900 to 6300 Å is coadded, and
    what is left of a step there cannot be told from the spectrum.
    """
    first = min(int(one.at[0]) for one in pixels)
    last = max(int(one.at[-1]) for one in pixels)
    flux, ivar = np.zeros((2, len(pixels), last - first + 1), np.float32)
    for row, one in enumerate(pixels):
        flux[row, one.at - first] = one.flux
        ivar[row, one.at - first] = one.ivar
    return Arm("sdss", 10.0 ** (np.arange(first, last + 1) / _PER_DEX), flux, ivar)
