"""Small files in DESI's format, with any fault a test wants, written by astropy."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.io import fits

Array = npt.NDArray[Any]

ARM_RANGES = {"b": (3600.0, 5800.0), "r": (5760.0, 7620.0), "z": (7520.0, 9824.0)}


def wavelengths(arm: str, step: float = 8.0) -> Array:
    """An arm's grid, Å; DESI's own step is 0.8 Å, and 8 Å makes files ten times smaller."""
    first, last = ARM_RANGES[arm]
    return first + step * np.arange(round((last - first) / step) + 1)


def fibermap(ids: Sequence[int]) -> dict[str, Array]:
    """Columns of a healpix coadd's FIBERMAP, all good galaxy targets of the bright survey."""
    n = len(ids)
    return {
        "TARGETID": np.array(ids, np.int64),
        "COADD_FIBERSTATUS": np.zeros(n, np.int32),
        "TARGET_RA": 150.0 + 0.01 * np.arange(n),
        "TARGET_DEC": 2.0 + 0.01 * np.arange(n),
        "OBJTYPE": np.full(n, "TGT", "S3"),
        "EBV": np.full(n, 0.02, np.float32),
        "FLUX_G": np.full(n, 10.0, np.float32),
        "FLUX_R": np.full(n, 20.0, np.float32),
        "FLUX_Z": np.full(n, 30.0, np.float32),
        "FLUX_IVAR_G": np.full(n, 4.0, np.float32),
        "FLUX_IVAR_R": np.full(n, 4.0, np.float32),
        "FLUX_IVAR_Z": np.full(n, 4.0, np.float32),
        "DESI_TARGET": np.full(n, 1 << 60, np.int64),
        "BGS_TARGET": np.full(n, 2, np.int64),
        "MWS_TARGET": np.zeros(n, np.int64),
        "COADD_NUMEXP": np.ones(n, np.int16),
        "COADD_EXPTIME": np.full(n, 300.0, np.float32),
    }


def table(columns: Mapping[str, Any], name: str) -> fits.BinTableHDU:
    """A binary table; a column given as None is left out."""
    kept = {key: np.asarray(value) for key, value in columns.items() if value is not None}
    made = [
        fits.Column(name=key, format=_format(array), array=array) for key, array in kept.items()
    ]
    return fits.BinTableHDU.from_columns(made, name=name)


def _format(array: Array) -> str:
    """FITS's code for a column's type, such as K, 3A or 10D."""
    if array.dtype.kind in "SU":
        return f"{np.char.str_len(array).max(initial=1)}A"
    code = {"f4": "E", "f8": "D", "u1": "B", "i2": "I", "i4": "J", "i8": "K"}[array.dtype.str[1:]]
    return f"{array.shape[1]}{code}" if array.ndim > 1 else code


def write_coadd(  # noqa: PLR0913 - one argument per part of the file
    path: Path,
    ids: Sequence[int],
    *,
    step: float = 8.0,
    columns: Mapping[str, Any] | None = None,
    hdus: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    exposures: Mapping[str, Any] | None = None,
) -> Path:
    """Write a coadd (or, with the columns and compressed masks, a spectra) file.

    columns : replaces columns of `fibermap`, adds to them, or, with None, leaves them out.
    hdus : replaces images such as B_FLUX by an array or an HDU, or, with None, leaves them out.
    header : keywords of the primary header.
    exposures : columns of EXP_FIBERMAP; left out where None.
    """
    images: dict[str, Any] = {}
    for arm in ARM_RANGES:
        wave = wavelengths(arm, step)
        shape = (len(ids), wave.size)
        images[f"{arm.upper()}_WAVELENGTH"] = wave
        images[f"{arm.upper()}_FLUX"] = np.full(shape, 5.0, np.float32)
        images[f"{arm.upper()}_IVAR"] = np.full(shape, 4.0, np.float32)
        images[f"{arm.upper()}_MASK"] = np.zeros(shape, np.int32)
    images.update(hdus or {})
    primary = fits.PrimaryHDU()
    primary.header.update(header or {})
    out = fits.HDUList([primary, table({**fibermap(ids), **(columns or {})}, "FIBERMAP")])
    if exposures is not None:
        out.append(table(exposures, "EXP_FIBERMAP"))
    for name, data in images.items():
        if isinstance(data, np.ndarray):
            out.append(fits.ImageHDU(data, name=name))
        elif data is not None:
            out.append(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    out.writeto(path)
    return path


def write_redrock(
    path: Path, ids: Sequence[int], *, columns: Mapping[str, Any] | None = None
) -> Path:
    """Write a redrock file: z = 0.1, 0.11, 0.12 ... in the order of the ids."""
    n = len(ids)
    made = {
        "TARGETID": np.array(ids, np.int64),
        "Z": 0.1 + 0.01 * np.arange(n),
        "ZERR": np.full(n, 1e-5),
        "ZWARN": np.zeros(n, np.int64),
        "CHI2": np.full(n, 8000.0),
        "COEFF": np.zeros((n, 10)),
        "SPECTYPE": np.full(n, "GALAXY", "S6"),
        "SUBTYPE": np.full(n, "", "S20"),
        "DELTACHI2": np.full(n, 900.0),
        **(columns or {}),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.HDUList([fits.PrimaryHDU(), table(made, "REDSHIFTS")]).writeto(path)
    return path


def write_pair(folder: Path, ids: Sequence[int], pixel: int = 26065, **given: Any) -> Path:
    """Write a healpix coadd and its redrock file; gives the coadd's path."""
    parts = folder / "healpix" / "sv3" / "bright" / str(pixel // 100) / str(pixel)
    write_redrock(parts / f"redrock-sv3-bright-{pixel}.fits", ids)
    return write_coadd(parts / f"coadd-sv3-bright-{pixel}.fits", ids, **given)
