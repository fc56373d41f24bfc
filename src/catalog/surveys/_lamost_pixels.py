"""The pixels of LAMOST's spectra, in both generations of files, and what the masks leave."""

from collections.abc import Callable

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Array, Float
from catalog.surveys._fits import FitsFile
from catalog.surveys._sdss_pixels import Pixels

_TABLE = "COADD"
_PER_DEX = 10_000
"""Pixels per factor of ten in wavelength."""
_OFF = 0.05
"""Pixels by which a wavelength may miss the sequence."""
_FIRST, _LAST = 33_000, 43_000
"""Pixels of 1995 and 19953 Å: beyond them lies no optical spectrum."""
_ROWS = 5


def read_pixels(file: FitsFile) -> Pixels:
    """Read one spectrum.

    A pixel with any bit of the AND mask carries no information: all six bits that LAMOST documents
    are of conditions that held in every exposure (1 bad pixel of the CCD, 2 bad profile in the
    extraction, 4 no sky, 8 sky too bright, 16 trace outside the CCD, 32 no data). In the 120 real
    files tried, bit 1 alone occurs, and only where the inverse variance is 0 already.

    Raises
    ------
    SurveyError
        If the arrays are not as LAMOST's format promises, or the wavelengths are not of its
        sequence.
    """
    reader: Callable[[FitsFile], tuple[Float, Float, Float, Array]]
    reader = _of_table if _TABLE in file.names else _of_image
    wave, flux, ivar, mask = reader(file)
    at = _sequence(file, wave)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        values, weights = flux.astype(np.float32), ivar.astype(np.float32)
    good = np.isfinite(values) & np.isfinite(weights) & (weights > 0) & (mask == 0)
    return Pixels(at, np.where(good, values, 0), np.where(good, weights, 0))


def _of_image(file: FitsFile) -> tuple[Float, Float, Float, Array]:
    """Wavelength, flux, inverse variance and AND mask, (L,) each, of the primary image."""
    image = file.image("PRIMARY").astype(np.float64)
    words = file.keywords(("COEFF0", "COEFF1"))
    first, step = words.get("COEFF0"), words.get("COEFF1")
    told = isinstance(first, int | float) and isinstance(step, int | float)
    if image.ndim != 2 or image.shape[0] != _ROWS or not told:
        found = f"shape {image.shape}, COEFF0 = {first!r}, COEFF1 = {step!r}"
        raise _unusable(file, "five rows of pixels, and COEFF0, COEFF1", found)
    loglam = float(first) + float(step) * np.arange(image.shape[1])  # type: ignore[arg-type]
    with np.errstate(over="ignore"):
        return 10.0**loglam, image[0], image[1], image[3]


def _of_table(file: FitsFile) -> tuple[Float, Float, Float, Array]:
    """Likewise of the table, whose one row holds arrays."""
    table = file.table(_TABLE)
    columns = [table.arrays(name) for name in ("WAVELENGTH", "FLUX", "IVAR", "ANDMASK")]
    shapes = {column.shape for column in columns}
    if len(shapes) > 1 or table.n_rows != 1:
        found = " and ".join(f"{rows} x {length}" for rows, length in sorted(shapes))
        raise _unusable(file, "WAVELENGTH, FLUX, IVAR and ANDMASK in one row, as long", found)
    wave, flux, ivar, mask = (column[0].astype(np.float64) for column in columns)
    return wave, flux, ivar, mask


def _sequence(file: FitsFile, wave: Float) -> Array:
    """Whole numbers (L,) of the pixels: 10,000 times the logarithm of the wavelength."""
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.log10(wave) * _PER_DEX
    sane = place.size > 1 and bool(np.isfinite(place).all())
    near = np.round(place) if sane else place
    if (
        not sane
        or near.min() < _FIRST
        or near.max() > _LAST
        or np.abs(place - near).max() > _OFF
        or not (np.diff(near) > 0).all()
    ):
        found = f"{wave.size} pixels"
        if wave.size:
            found += f" from {wave[0]:.7g} to {wave[-1]:.7g} Å"
        wanted = "wavelengths in Å that increase by whole multiples of 0.0001 in their logarithm"
        raise _unusable(file, wanted, found)
    return near.astype(np.int64)


def _unusable(file: FitsFile, wanted: str, found: str) -> SurveyError:
    return SurveyError(
        "a spectrum's pixels are not usable",
        where=f"{file.path} [{_TABLE if _TABLE in file.names else 'PRIMARY'}]",
        wanted=wanted,
        found=found,
        todo="see that this is an unmodified file of LAMOST's low-resolution survey",
    )
