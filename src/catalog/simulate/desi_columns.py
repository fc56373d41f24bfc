"""The columns of DESI's tables: names, order, FITS formats and units, as in real coadd files.

Formats and order are those of the fuji release (EDR); its files give no column units, so the units
are those that later releases give the same columns.
"""

from collections.abc import Mapping

import numpy as np
from astropy.io import fits

from catalog.spectra import Array

_FIBERMAP = """
TARGETID K, COADD_FIBERSTATUS J, TARGET_RA D deg, TARGET_DEC D deg, PMRA E mas yr-1,
PMDEC E mas yr-1, REF_EPOCH E yr, FA_TARGET K, FA_TYPE B, OBJTYPE 3A, SUBPRIORITY D,
OBSCONDITIONS J, RELEASE I, BRICKNAME 8A, BRICKID J, BRICK_OBJID J, MORPHTYPE 4A, EBV E mag,
FLUX_G E nanomaggy, FLUX_R E nanomaggy, FLUX_Z E nanomaggy, FLUX_W1 E nanomaggy,
FLUX_W2 E nanomaggy, FLUX_IVAR_G E nanomaggy^-2, FLUX_IVAR_R E nanomaggy^-2,
FLUX_IVAR_Z E nanomaggy^-2, FLUX_IVAR_W1 E nanomaggy^-2, FLUX_IVAR_W2 E nanomaggy^-2,
FIBERFLUX_G E nanomaggy, FIBERFLUX_R E nanomaggy, FIBERFLUX_Z E nanomaggy,
FIBERTOTFLUX_G E nanomaggy, FIBERTOTFLUX_R E nanomaggy, FIBERTOTFLUX_Z E nanomaggy,
MASKBITS I, SERSIC E, SHAPE_R E arcsec, SHAPE_E1 E, SHAPE_E2 E, REF_ID K, REF_CAT 2A,
GAIA_PHOT_G_MEAN_MAG E mag, GAIA_PHOT_BP_MEAN_MAG E mag, GAIA_PHOT_RP_MEAN_MAG E mag,
PARALLAX E mas, PHOTSYS 1A, PRIORITY_INIT K, NUMOBS_INIT K, {targets} PLATE_RA D deg,
PLATE_DEC D deg, COADD_NUMEXP I, COADD_EXPTIME E s, COADD_NUMNIGHT I, COADD_NUMTILE I,
MEAN_DELTA_X E mm, RMS_DELTA_X E mm, MEAN_DELTA_Y E mm, RMS_DELTA_Y E mm, MEAN_FIBER_RA D deg,
STD_FIBER_RA E deg, MEAN_FIBER_DEC D deg, STD_FIBER_DEC E deg, MEAN_PSF_TO_FIBER_SPECFLUX E
"""
_TARGETS = "DESI_TARGET K, BGS_TARGET K, MWS_TARGET K, SCND_TARGET K,"
_EXP_FIBERMAP = """
TARGETID K, PRIORITY J, SUBPRIORITY D, NIGHT J, EXPID J, MJD D d, TILEID J, EXPTIME D s,
PETAL_LOC I, DEVICE_LOC J, LOCATION K, FIBER J, FIBERSTATUS J, FIBERASSIGN_X E mm,
FIBERASSIGN_Y E mm, LAMBDA_REF E Angstrom, PLATE_RA D deg, PLATE_DEC D deg, NUM_ITER K,
FIBER_X D mm, FIBER_Y D mm, DELTA_X D mm, DELTA_Y D mm, FIBER_RA D deg, FIBER_DEC D deg,
PSF_TO_FIBER_SPECFLUX D, IN_COADD_B L, IN_COADD_R L, IN_COADD_Z L
"""
_REDSHIFTS = """
TARGETID K, Z D, ZERR D, ZWARN K, CHI2 D, COEFF 10D, NPIXELS K, SPECTYPE 6A, SUBTYPE 20A,
NCOEFF K, DELTACHI2 D
"""
# Effective (S/N)² of a target class in a 1,000 s exposure, per arm b, r, z (from a real coadd).
TSNR2_PER_KILOSECOND: dict[str, tuple[float, float, float]] = {
    "GPBDARK": (241.6, 16_092.6, 3.8e-5), "ELG": (0.191, 34.28, 124.3),
    "GPBBRIGHT": (43.9, 2768.2, 6.8e-6), "LYA": (128.4, 0.0895, 0.0),
    "BGS": (983.4, 3085.9, 5583.6), "GPBBACKUP": (279.2, 15_596.5, 4.2e-5),
    "QSO": (5.06, 10.41, 26.29), "LRG": (2.043, 49.30, 59.97),
}  # fmt: skip


def _parse(text: str) -> tuple[tuple[str, str, str], ...]:
    fields = (
        field.split(maxsplit=2) for field in text.replace("\n", " ").split(",") if field.strip()
    )
    return tuple((f[0], f[1], f[2] if len(f) > 2 else "") for f in fields)


def _targeting(survey: str) -> str:
    """Targeting columns: surveys of the validation phase have their own, before the main ones."""
    if not survey.startswith("sv"):
        return _TARGETS
    own = " ".join(
        f"{survey.upper()}_{field.strip()}," for field in _TARGETS.split(",") if field.strip()
    )
    return own + " DESI_TARGET K, BGS_TARGET K, MWS_TARGET K,"


def targeting_prefix(survey: str) -> str:
    """Prefix of the columns with a survey's target bits: SV3_ for sv3, none for main."""
    return f"{survey.upper()}_" if survey.startswith("sv") else ""


def fibermap(survey: str) -> tuple[tuple[str, str, str], ...]:
    """Name, format and unit of FIBERMAP's columns."""
    return _parse(_FIBERMAP.format(targets=_targeting(survey)))


EXP_FIBERMAP = _parse(_EXP_FIBERMAP)
REDSHIFTS = _parse(_REDSHIFTS)
TSNR2 = tuple(
    (f"TSNR2_{target}{arm}", "E", "")
    for arm in ("_B", "_R", "_Z", "")
    for target in TSNR2_PER_KILOSECOND
)
SCORES = (
    ("TARGETID", "K", ""),
    *(
        (f"{measure}_{arm}", "E", "")
        for arm in "BRZ"
        for measure in ("INTEG_COADD_FLUX", "MEDIAN_COADD_FLUX", "MEDIAN_COADD_SNR")
    ),
    *TSNR2,
)


def table_hdu(
    name: str, columns: tuple[tuple[str, str, str], ...], values: Mapping[str, Array], n_rows: int
) -> fits.BinTableHDU:
    """Binary table with the given columns; one that `values` lacks is zero, or empty text."""
    made = []
    for column, form, unit in columns:
        blank = np.zeros(n_rows, dtype="U1" if form.endswith("A") else float)
        array = np.broadcast_to(values.get(column, blank), (n_rows, *_width(form)))
        made.append(fits.Column(column, form, unit=unit or None, array=array))
    return fits.BinTableHDU.from_columns(made, name=name, nrows=n_rows)


def _width(form: str) -> tuple[int, ...]:
    return (int(form[:-1]),) if form[:-1].isdigit() and not form.endswith("A") else ()
