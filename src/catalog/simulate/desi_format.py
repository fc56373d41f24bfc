"""Coadd and redrock files with the HDUs, names, types and units of DESI's.

Checksums are left out, because their comments carry the time of writing.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from astropy.io import fits

from catalog.release import writing
from catalog.simulate import desi_columns
from catalog.simulate.desi_catalogue import Redshifts
from catalog.simulate.instrument import RESOLUTION_SIGMA
from catalog.simulate.observing import Observation
from catalog.spectra import Array, Float

FLUX_UNIT = "10**-17 erg/(s cm2 Angstrom)"
IVAR_UNIT = "10**+34 (s2 cm4 Angstrom2) / erg2"
_TEMPLATES = ("GALAXY", "QSO", *(f"STAR:::{t}" for t in ("A", "B", "CV", "F", "G", "K", "M", "WD")))


def file_name(product: str, survey: str, program: str, pixel: int) -> Path:
    """Path of a healpix file below a release's folder.

    Such as `healpix/sv3/bright/260/26065/coadd-sv3-bright-26065.fits`.
    """
    folder = Path("healpix", survey, program, str(pixel // 100), str(pixel))
    return folder / f"{product}-{survey}-{program}-{pixel}.fits"


def _primary(survey: str, program: str, pixel: int) -> fits.PrimaryHDU:
    hdu = fits.PrimaryHDU()
    cards = {
        "SPGRP": "healpix", "SPGRPVAL": pixel, "HPXPIXEL": pixel, "HPXNSIDE": 64,
        "HPXNEST": True, "SURVEY": survey, "PROGRAM": program,
    }  # fmt: skip
    hdu.header.update(cards)
    hdu.header["COMMENT"] = "Simulated spectra, not observations (peculiar-spectra)."
    return hdu


def _image(name: str, data: Array, unit: str = "") -> fits.ImageHDU:
    hdu = fits.ImageHDU(data, name=name)
    if unit:
        hdu.header["BUNIT"] = unit
    return hdu


def _tsnr2(depth: Float) -> dict[str, Array]:
    values = {}
    for target, per_arm in desi_columns.TSNR2_PER_KILOSECOND.items():
        for arm, value in zip("BRZ", per_arm, strict=True):
            values[f"TSNR2_{target}_{arm}"] = value * depth
        values[f"TSNR2_{target}"] = sum(per_arm) * depth
    return values


def _scores(target_id: Array, seen: Observation) -> dict[str, Array]:
    values: dict[str, Array] = {"TARGETID": target_id} | _tsnr2(seen.exposure.depth)
    for arm in seen.arms:
        letter, flux = arm.name.upper(), arm.flux.astype(float)
        step = float(np.diff(arm.wave[:2])[0])
        values[f"INTEG_COADD_FLUX_{letter}"] = flux.sum(axis=1) * step
        values[f"MEDIAN_COADD_FLUX_{letter}"] = np.median(flux, axis=1)
        values[f"MEDIAN_COADD_SNR_{letter}"] = np.median(flux * np.sqrt(arm.ivar), axis=1)
    return values


def _resolution(n_spectra: int, n_pixels: int) -> Array:
    """Give the RESOLUTION image (N, 11, P): each pixel's line spread on eleven diagonals.

    The simulator blurs every spectrum alike, by a Gaussian, so all rows and pixels are the same.
    """
    offset = np.arange(5, -6, -1)
    spread = np.exp(-0.5 * (offset / RESOLUTION_SIGMA) ** 2)
    spread /= spread.sum()
    shape = (n_spectra, offset.size, n_pixels)
    return np.broadcast_to(spread[None, :, None].astype(np.float32), shape)


def write_coadd(
    path: Path,
    fibermap: Mapping[str, Array],
    exp_fibermap: Mapping[str, Array],
    seen: Observation,
    place: tuple[str, str, int],
    *,
    resolution: bool,
) -> None:
    """Write a coadd file, whole or not at all; `place` is survey, program, pixel.

    The RESOLUTION images are eleven times the size of the fluxes, 2.1 GB for 6,000 spectra, and
    nothing here reads them: `resolution` says whether to write them.

    Raises
    ------
    ReleaseError
        If the folder cannot be written or the disk is full.
    """
    n = len(seen.snr)
    hdus: list[fits.hdu.base._BaseHDU] = [
        _primary(*place),
        desi_columns.table_hdu("FIBERMAP", desi_columns.fibermap(place[0]), fibermap, n),
        desi_columns.table_hdu("EXP_FIBERMAP", desi_columns.EXP_FIBERMAP, exp_fibermap, n),
    ]
    for arm, mask in zip(seen.arms, seen.masks, strict=True):
        letter = arm.name.upper()
        hdus += [
            _image(f"{letter}_WAVELENGTH", arm.wave.astype(np.float64), "Angstrom"),
            _image(f"{letter}_FLUX", arm.flux, FLUX_UNIT),
            _image(f"{letter}_IVAR", arm.ivar, IVAR_UNIT),
            _image(f"{letter}_MASK", mask),
        ]
        if resolution:
            hdus.append(_image(f"{letter}_RESOLUTION", _resolution(n, arm.wave.size)))
    scores = _scores(fibermap["TARGETID"], seen)
    hdus.append(desi_columns.table_hdu("SCORES", desi_columns.SCORES, scores, n))
    with writing(path) as temporary:
        fits.HDUList(hdus).writeto(temporary, overwrite=True)


def write_redrock(
    path: Path,
    fibermap: Mapping[str, Array],
    exp_fibermap: Mapping[str, Array],
    found: Redshifts,
    seen: Observation,
    place: tuple[str, str, int],
) -> None:
    """Write a redrock file, whole or not at all, its rows sorted by identifier as redrock does.

    Raises
    ------
    ReleaseError
        If the folder cannot be written or the disk is full.
    """
    order = np.argsort(fibermap["TARGETID"], kind="stable")
    n = order.size
    values = {name: value[order] for name, value in _redshifts(fibermap, found, seen).items()}
    tsnr2 = {"TARGETID": fibermap["TARGETID"]} | _tsnr2(seen.exposure.depth)
    primary = _primary(*place)
    primary.header["RRVER"] = "simulated"
    for i, name in enumerate(_TEMPLATES):
        primary.header[f"TEMNAM{i:02d}"] = name
    columns = desi_columns.fibermap(place[0])
    own = (("TARGETID", "K", ""), *desi_columns.TSNR2)
    tables = (
        ("REDSHIFTS", desi_columns.REDSHIFTS, values),
        ("FIBERMAP", columns, {k: v[order] for k, v in fibermap.items()}),
        ("EXP_FIBERMAP", desi_columns.EXP_FIBERMAP, exp_fibermap),
        ("TSNR2", own, {k: v[order] for k, v in tsnr2.items()}),
    )
    hdus = [primary, *(desi_columns.table_hdu(name, cols, v, n) for name, cols, v in tables)]
    with writing(path) as temporary:
        fits.HDUList(hdus).writeto(temporary, overwrite=True)


def _redshifts(
    fibermap: Mapping[str, Array], found: Redshifts, seen: Observation
) -> dict[str, Array]:
    """Values of REDSHIFTS; χ² is near the number of pixels, Δχ² grows with the S/N squared."""
    n_pixels = sum((arm.ivar > 0).sum(axis=1) for arm in seen.arms)
    snr = np.nan_to_num(seen.snr, nan=0.0)
    sure = np.where(found.z_warn == 0, 60.0, 0.5)
    wrong = np.abs(found.z - found.z_true) > 0.01
    is_galaxy, is_quasar = found.spec_class == "GALAXY", found.spec_class == "QSO"
    n_coeff = np.where(is_galaxy, 10, np.where(is_quasar, 4, 5))
    size = (np.maximum(snr, 0.1)[:, None] * 10.0) * 0.6 ** np.arange(10)
    return {
        "TARGETID": fibermap["TARGETID"], "Z": found.z, "ZERR": found.z_err,
        "ZWARN": found.z_warn, "CHI2": n_pixels * (1 + 0.0005 * snr**2),
        "COEFF": np.where(np.arange(10) < n_coeff[:, None], size, 0.0), "NPIXELS": n_pixels,
        "SPECTYPE": found.spec_class.astype(str), "SUBTYPE": found.subclass.astype(str),
        "NCOEFF": n_coeff,
        "DELTACHI2": sure * np.maximum(snr, 0.3) ** 2 * np.where(wrong, 0.05, 1.0),
    }  # fmt: skip
