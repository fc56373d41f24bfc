"""The pixels of MaStar's spectra: their common wavelengths, and what masks and padding leave."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Array, Float
from catalog.surveys._fits import FitsFile, FitsTable

# MANGA_DRP2PIXMASK bits (https://www.sdss.org/dr17/algorithms/bitmasks/) that leave nothing of a
# pixel: FULLREJECT, NOSKY, BRIGHTSKY, NODATA, COMBINEREJ, BADFLUXFACTOR, BADSKYCHI, REDMONSTER.
# COSMIC and NEARBADPIXEL are set where one exposure of several was hit and left out: such pixels of
# 8047-9101 miss their neighbours' median by no more than the others do.
_USELESS = sum(1 << bit for bit in (19, 23, 24, 25, 26, 27, 28, 29))
_MOST = float(np.finfo(np.float32).max)
_FIRST_WAVE, _LAST_WAVE = 2000.0, 20_000.0
"""Å: beyond them lies no optical spectrum."""


@dataclass(frozen=True)
class Pixels:
    """N spectra on one grid: wave (L,) in Å, in vacuum; flux and ivar (N, L), masked."""

    wave: Float
    flux: Float
    ivar: Float


def of_visits(path: Path, table: FitsTable) -> Pixels:
    """Give the spectra of a table of visits.

    Raises
    ------
    SurveyError
        If a column is missing, or the rows' wavelengths differ or are none.
    """
    waves = table.arrays("WAVE").astype(np.float64)
    flux, ivar, mask = (_as_long(path, table, name, waves) for name in ("FLUX", "IVAR", "MASK"))
    wave = _of_all_rows(path, waves)
    good = _has_data(flux, ivar) & (mask.astype(np.int64) & _USELESS == 0)
    return _masked(wave, flux, ivar, good)


def of_mean(file: FitsFile) -> Pixels:
    """Give the one spectrum of an image of a cluster's mean, whose header has the wavelengths.

    Raises
    ------
    SurveyError
        If flux and inverse variance differ in shape, or the header has no logarithmic wavelengths.
    """
    flux = file.image("PRIMARY").reshape(1, -1)
    ivar = file.image("IVAR", shape=(flux.size,)).reshape(1, -1)
    header = file.header()
    words = [header.get(key) for key in ("CRVAL1", "CDELT1", "CRPIX1")]
    kind = str(header.get("CTYPE1", ""))
    if kind != "WAVE-LOG" or not all(isinstance(word, int | float) for word in words):
        found = f"CTYPE1 = {kind!r}, CRVAL1, CDELT1, CRPIX1 = {words}"
        raise _wrong_grid(file.path, "CTYPE1 = 'WAVE-LOG', and CRVAL1, CDELT1, CRPIX1", found)
    first, step, pixel = (float(word) for word in words)
    with np.errstate(over="ignore"):
        wave = 10.0 ** (first + step * (np.arange(flux.size) + 1 - pixel))
    return _masked(_of_all_rows(file.path, wave[None]), flux, ivar, _has_data(flux, ivar))


def stack(parts: list[tuple[Path, Pixels]]) -> Pixels:
    """Join spectra of several files, which must share one grid.

    Raises
    ------
    SurveyError
        If a file's wavelengths are not the first one's.
    """
    first_path, first = parts[0]
    for path, part in parts[1:]:
        same = part.wave.shape == first.wave.shape
        if not (same and np.allclose(part.wave, first.wave, rtol=1e-9, atol=0)):
            wanted = f"the {first.wave.size} pixels from {first.wave[0]:.3f} Å of {first_path.name}"
            raise _wrong_grid(path, wanted, f"{part.wave.size} from {part.wave[0]:.3f} Å")
    flux, ivar = (
        np.concatenate(a) for a in zip(*((p.flux, p.ivar) for _, p in parts), strict=True)
    )
    return Pixels(first.wave, flux, ivar)


def _as_long(path: Path, table: FitsTable, column: str, waves: Float) -> Array:
    values = table.arrays(column)
    if values.shape != waves.shape:
        found = f"{column} has {values.shape[1]}, WAVE has {waves.shape[1]}"
        raise _wrong_grid(path, "as many pixels in each column", found)
    return values


def _of_all_rows(path: Path, waves: Float) -> Float:
    wave: Float = waves[0]
    optical = bool((wave > _FIRST_WAVE).all() and (wave < _LAST_WAVE).all())
    if wave.size < 2 or not optical or not (np.diff(wave) > 0).all():
        wanted = f"wavelengths in Å, increasing, {_FIRST_WAVE:g} to {_LAST_WAVE:g}"
        raise _wrong_grid(path, wanted, f"{wave.size} from {wave[0]:g} to {wave[-1]:g}")
    other = ~np.isclose(waves, wave, rtol=1e-9, atol=0).all(axis=1)
    if other.any():
        row = int(np.argmax(other))
        raise _wrong_grid(path, "one grid for all visits", f"another at row {row} of those read")
    return wave


def _has_data(flux: Float, ivar: Float) -> Array:
    """Pixels with data, (N, L) bool.

    Shifting to rest leaves pixels at either end without data. They are padded with zeros, or with
    the last value repeated, and not everywhere is ivar 0 there. To a local outlier factor, stars
    with the same padding are neighbours, whatever else they are.
    """
    flux, ivar = flux.astype(np.float64), ivar.astype(np.float64)
    some = (np.abs(flux) < _MOST) & (ivar > 0) & (ivar < _MOST) & (flux != 0)
    data: Array = some & ~_repeated(flux) & ~_repeated(flux[:, ::-1])[:, ::-1]
    return data


def _repeated(flux: Float) -> Array:
    """Pixels at a row's beginning that repeat the value of the pixel that follows them."""
    follows = np.pad(flux[:, 1:] == flux[:, :-1], ((0, 0), (0, 1)))
    repeated: Array = np.logical_and.accumulate(follows, axis=1)
    return repeated


def _masked(wave: Float, flux: Float, ivar: Float, good: Array) -> Pixels:
    with np.errstate(under="ignore"):
        single = (np.where(good, values, 0).astype(np.float32) for values in (flux, ivar))
        flux, ivar = single
    return Pixels(wave, np.where(ivar > 0, flux, 0), ivar)


def _wrong_grid(path: Path, wanted: str, found: str) -> SurveyError:
    return SurveyError(
        "a spectrum's wavelength grid is not usable",
        where=path,
        wanted=wanted,
        found=found,
        todo="see that this is an unmodified file of the library",
    )
