"""Visits of MaStar: what a row of its tables says of one spectrum, beside the pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Array, Float, Text
from catalog.surveys._fits import FitsFile, FitsTable
from catalog.surveys._mastar_pixels import Pixels, of_visits, stack
from catalog.surveys._mastar_stars import magnitudes
from catalog.surveys._quality import possible


@dataclass(frozen=True)
class Visits:
    """N spectra. ra, dec in deg; heliov, verr in km/s; NaN where not told; mags : (N, BANDS).

    `v_errcode` and `mjdqual` are the survey's, 0 where nothing is wrong.
    """

    star: Text
    plate: Array
    ifu: Text
    mjd: Array
    ra: Float
    dec: Float
    heliov: Float
    verr: Float
    v_errcode: Array
    mjdqual: Array
    s2n: Float
    mags: Float
    pixels: Pixels


def of_rows(path: Path, table: FitsTable, star: str = "") -> Visits:
    """Give the visits of a table.

    Parameters
    ----------
    path : Path
        Its file, for messages.
    table : FitsTable
        One row per visit.
    star : str
        The star's MANGAID, where the table has no such column.

    Raises
    ------
    SurveyError
        If a column is missing, or not as the library's format promises.
    """
    ra, dec = (
        table.numbers(table.first_of(name, f"OBJ{name}") or name, np.float64)
        for name in ("RA", "DEC")
    )
    ra, dec = possible(ra, dec)
    named = "MANGAID" in table or not star
    return Visits(
        star=table.names("MANGAID") if named else np.full(table.n_rows, star, dtype=object),
        plate=table.numbers("PLATE", np.int64),
        ifu=table.names("IFUDESIGN"),
        mjd=table.numbers("MJD", np.int64),
        ra=ra,
        dec=dec,
        heliov=_told(table, "HELIOV"),
        verr=_told(table, "VERR"),
        v_errcode=table.numbers("V_ERRCODE", np.int64, null=0),
        mjdqual=table.numbers("MJDQUAL", np.int64),
        s2n=_told(table, "S2N"),
        mags=magnitudes(table),
        pixels=of_visits(path, table),
    )


def of_star(path: Path) -> Visits:
    """Give the visits of a file of one star: HDU MASTAR.

    Raises
    ------
    SurveyError
        If the file is damaged, or does not name its star.
    """
    with FitsFile(path) as file:
        star = str(file.header().get("MANGAID", "")).strip()
        table = file.table("MASTAR")
        if not star and "MANGAID" not in table:
            raise SurveyError(
                "a star has no name",
                where=f"{path} [PRIMARY]",
                wanted="the keyword MANGAID",
                found="none",
                todo="see that this is an unmodified file of the library",
            )
        return of_rows(path, table, star)


def together(parts: Sequence[tuple[Path, Visits]]) -> Visits:
    """Join the visits of several files, whose pixels must be the same.

    Raises
    ------
    SurveyError
        If a file's wavelengths are not the first one's.
    """
    pixels = stack([(path, visits.pixels) for path, visits in parts])
    names = [field.name for field in fields(Visits) if field.name != "pixels"]
    values = {name: np.concatenate([getattr(v, name) for _, v in parts]) for name in names}
    return Visits(**values, pixels=pixels)


def _told(table: FitsTable, column: str) -> Float:
    """Numbers of a column that not every file has; NaN for what is missing, -999 and the like."""
    values = table.numbers(column, np.float64, null=np.nan)
    return np.where(np.isfinite(values) & (values > -900), values, np.nan)
