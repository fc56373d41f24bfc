"""What DESI's files say about a spectrum beyond flux and redshift: the survey's own columns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy import units
from astropy.io import fits
from astropy_healpix import HEALPix

from catalog.spectra import Array, Column, Float, Text
from catalog.surveys._desi_layout import healpix_names
from catalog.surveys._desi_quality import PHASES, positions
from catalog.surveys._fits import FitsFile, FitsTable

COLUMNS: tuple[Column, ...] = (
    Column(
        "delta_chi2",
        "χ² of redrock's second-best redshift less that of its best: how certain the redshift is.",
        ucd="stat.fit.chi2",
        decimals=2,
        null="no redshift",
    ),
    Column(
        "desi_name",
        "DESI's name for the position: decimal degrees, cut off after four decimals.",
        ucd="meta.id",
        null="no position",
    ),
    Column(
        "phase",
        "Phase of DESI: sv1, sv2, sv3, main, special or cmx.",
        ucd="meta.note",
        null="unknown",
    ),
    Column(
        "program",
        "Observing conditions the target was meant for: dark, bright, backup or other.",
        ucd="meta.note",
        null="unknown",
    ),
    Column("tile", "Tile of the last exposure; -1: not told.", ucd="meta.id;obs.field", null="-1"),
    Column(
        "petal",
        "Petal (one of ten sectors of the focal plane, each with its own spectrograph) of the last "
        "exposure; -1: not told.",
        ucd="meta.id;instr",
        null="-1",
    ),
    Column(
        "fibre", "Fibre of the last exposure, 0-4999; -1: not told.", ucd="meta.id;instr", null="-1"
    ),
    Column(
        "night",
        "Night of the last exposure, YYYYMMDD, local date at sunset; -1: not told.",
        ucd="time.epoch;obs",
        null="-1",
    ),
    Column(
        "n_exposures", "Exposures in the spectrum; -1: not told.", ucd="meta.number;obs", null="-1"
    ),
    Column(
        "exposure_time", "Total exposure time.", "s", "time.duration;obs.exposure", 1, "not told"
    ),
    Column(
        "healpix",
        "HEALPix pixel of nside 64, nested; -1: no position.",
        ucd="pos.healpix",
        null="-1",
    ),
    Column(
        "flux_g",
        "Flux of the target in g, not dereddened.",
        "nmgy",
        "phot.flux;em.opt.B",
        4,
        "none",
    ),
    Column(
        "flux_r",
        "Flux of the target in r, not dereddened.",
        "nmgy",
        "phot.flux;em.opt.R",
        4,
        "none",
    ),
    Column(
        "flux_z",
        "Flux of the target in z, not dereddened.",
        "nmgy",
        "phot.flux;em.opt.I",
        4,
        "none",
    ),
    Column(
        "ebv",
        "Galactic reddening E(B-V) in DESI's targeting catalogue.",
        "mag",
        "phot.color.excess",
        4,
        "none",
    ),
)

_HEALPIX = HEALPix(nside=64, order="nested")


@dataclass(frozen=True)
class LastExposures:
    """Rows of EXP_FIBERMAP: which one is each target's last exposure."""

    table: FitsTable | None
    row: Array
    found: Array

    def numbers(self, column: str) -> Array:
        """Whole numbers of each target's last exposure, (N,); -1 where the file does not tell."""
        if self.table is None or column not in self.table:
            return np.full(self.row.size, -1, np.int64)
        return np.where(self.found, self.table.numbers(column, np.int64)[self.row], -1)


def read(file: FitsFile, fibres: FitsTable, delta_chi2: Float) -> dict[str, Array]:
    """Every column of `COLUMNS`, (N,) each: int64, float64 or text, with its null where unknown.

    Parameters
    ----------
    file : FitsFile
        An open coadd or spectra file.
    fibres : FitsTable
        Its FIBERMAP, N rows.
    delta_chi2 : ndarray of shape (N,)
        From redrock.
    """
    header, last = file.header(), _last_exposures(file, fibres.numbers("TARGETID", np.int64))
    ra, dec = positions(fibres)
    phase, program = _programme(file.path, header, fibres)
    given_name = fibres.text("DESINAME", null="")
    return {
        "delta_chi2": delta_chi2,
        "desi_name": np.where(given_name == "", names(ra, dec), given_name),
        "phase": np.full(fibres.n_rows, phase, dtype=object),
        "program": np.full(fibres.n_rows, program, dtype=object),
        "tile": _where_observed(fibres, last, header, "TILEID"),
        "petal": _where_observed(fibres, last, header, "PETAL_LOC", "PETAL"),
        "fibre": _where_observed(fibres, last, header, "FIBER"),
        "night": _where_observed(fibres, last, header, "NIGHT"),
        # The rows of a spectra file are single exposures: they have an EXPID.
        "n_exposures": fibres.numbers(
            "COADD_NUMEXP", np.int64, null=1 if "EXPID" in fibres else -1
        ),
        "exposure_time": fibres.numbers(
            fibres.first_of("COADD_EXPTIME", "EXPTIME"), np.float64, null=np.nan
        ),
        "healpix": _healpix(header, ra, dec),
        **{f"flux_{band}": _photometry(fibres, band.upper()) for band in "grz"},
        "ebv": _positive(fibres.numbers("EBV", np.float64, null=np.nan)),
    }


def names(ra: Float, dec: Float) -> Text:
    """DESI's names, such as `DESI J149.4654+01.7936`, (N,); empty where a position is missing.

    Cut off, not rounded: desiutil.names, radec_to_desiname.
    """
    out = np.full(ra.size, "", dtype=object)
    for row in np.flatnonzero(np.isfinite(ra) & np.isfinite(dec)):
        ra_units, dec_units = int(np.trunc(1e4 * ra[row])), int(np.trunc(1e4 * dec[row]))
        sign, dec_units = "-" if dec_units < 0 else "+", abs(dec_units)
        out[row] = (
            f"DESI J{ra_units // 10_000:03d}.{ra_units % 10_000:04d}"
            f"{sign}{dec_units // 10_000:02d}.{dec_units % 10_000:04d}"
        )
    return out


def _last_exposures(file: FitsFile, target_ids: Array) -> LastExposures:
    nowhere = np.zeros(target_ids.size, np.int64)
    if "EXP_FIBERMAP" not in file.names:
        return LastExposures(None, nowhere, nowhere > 0)
    table = file.table("EXP_FIBERMAP")
    if table.n_rows == 0:
        return LastExposures(None, nowhere, nowhere > 0)
    ids = table.numbers("TARGETID", np.int64)
    night, exposure = (table.numbers(name, np.int64, null=0) for name in ("NIGHT", "EXPID"))
    order = np.lexsort((exposure, night, ids))
    at = np.searchsorted(ids[order], target_ids, side="right") - 1
    row = order[np.maximum(at, 0)]
    return LastExposures(table, row, ids[row] == target_ids)


def _where_observed(
    fibres: FitsTable, last: LastExposures, header: fits.Header, column: str, keyword: str = ""
) -> Array:
    """Whole numbers from the fibre's row, else its last exposure, else the header; else -1."""
    if column in fibres:
        return fibres.numbers(column, np.int64)
    values = last.numbers(column)
    told = header.get(keyword or column)
    return np.where(values == -1, told, values) if isinstance(told, int) else values


def _programme(path: Path, header: fits.Header, fibres: FitsTable) -> tuple[str, str]:
    """Phase and program: from the header, else the file's name, else the target columns."""
    named_phase, named_program = healpix_names(path)
    by_column = [p for p in PHASES if f"{p}DESI_TARGET" in fibres]
    phase = header.get("SURVEY") or named_phase or (by_column[0].strip("_") if by_column else "")
    program = header.get("PROGRAM") or named_program
    return str(phase).strip().lower(), str(program).strip().lower()


def _healpix(header: fits.Header, ra: Float, dec: Float) -> Array:
    known = np.isfinite(ra) & np.isfinite(dec)
    told = header.get("HPXPIXEL")
    whole_file = isinstance(told, int) and header.get("HPXNSIDE") == _HEALPIX.nside
    pixel = np.full(ra.size, told if whole_file else -1, np.int64)
    if not whole_file and known.any():
        pixel[known] = _HEALPIX.lonlat_to_healpix(ra[known] * units.deg, dec[known] * units.deg)
    return pixel


def _photometry(fibres: FitsTable, band: str) -> Float:
    """Flux, nanomaggies; NaN where its inverse variance is 0: DESI writes 0 for no measurement."""
    flux = fibres.numbers(f"FLUX_{band}", np.float64, null=np.nan)
    ivar = fibres.numbers(f"FLUX_IVAR_{band}", np.float64, null=1.0)
    return np.where(np.isfinite(flux) & (ivar > 0), flux, np.nan)


def _positive(values: Float) -> Float:
    """NaN for 0 and below, which DESI writes where it has no value."""
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)
