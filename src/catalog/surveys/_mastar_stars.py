"""MaStar's catalogue of stars (mastarall): what is known of a star beyond its spectra."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Float, Text
from catalog.surveys._fits import FitsFile, FitsTable

_STARS = "GOODSTARS"
BANDS = 5
"""Magnitudes of each star; `photocat` tells which filters they are of."""


@dataclass(frozen=True)
class Parameters:
    """What is known of N stars; NaN and empty text where nothing is. mags : (N, BANDS)."""

    teff: Float
    log_g: Float
    fe_h: Float
    mags: Float
    photocat: Text


def unknown(n_rows: int) -> Parameters:
    """Parameters of stars without a catalogue."""
    teff, log_g, fe_h = (np.full(n_rows, np.nan) for _ in range(3))
    mags, photocat = np.full((n_rows, BANDS), np.nan), np.full(n_rows, "", dtype=object)
    return Parameters(teff, log_g, fe_h, mags, photocat)


def parameters(path: Path, stars: Text) -> Parameters:
    """Parameters of the given stars, in their order.

    Parameters
    ----------
    path : Path
        The file mastarall: HDU GOODSTARS.
    stars : ndarray of str, shape (N,)
        MANGAIDs; repeats are allowed, and stars that the catalogue lacks.

    Raises
    ------
    SurveyError
        If the file is damaged, or has a star twice with different parameters.
    """
    with FitsFile(path) as file:
        table = file.table(_STARS)
        known = _columns(table)
        names = table.names(_column(table, "MANGAID"))
    row_of = _rows(path, names, known)
    row = np.array([row_of.get(star, -1) for star in stars], np.int64)
    found = unknown(len(stars))
    for name, values in known.items():
        getattr(found, name)[row >= 0] = values[row[row >= 0]]
    return found


def magnitudes(table: FitsTable) -> Float:
    """Magnitudes of each row, (n_rows, BANDS), mag; NaN where the table has none."""
    name = _column(table, "PSFMAG")
    if name not in table:
        return np.full((table.n_rows, BANDS), np.nan)
    values = table.arrays(name).astype(np.float64)
    if values.shape[1] != BANDS:
        return np.full((table.n_rows, BANDS), np.nan)
    # -999 and 0 stand for none.
    return np.where((values > 0) & (values < 40), values, np.nan)


def _columns(table: FitsTable) -> Mapping[str, Float | Text]:
    teff, log_g, fe_h = (
        table.numbers(_column(table, name), np.float64, null=np.nan)
        for name in ("INPUT_TEFF", "INPUT_LOGG", "INPUT_FE_H")
    )
    return {
        "teff": np.where((teff > 0) & (teff < 1e6), teff, np.nan),
        # Fillers are -999 and the like; no star is near them.
        "log_g": np.where(np.abs(log_g) < 20, log_g, np.nan),
        "fe_h": np.where(np.abs(fe_h) < 20, fe_h, np.nan),
        "mags": magnitudes(table),
        "photocat": table.text(_column(table, "PHOTOCAT"), null=""),
    }


def _column(table: FitsTable, name: str) -> str:
    """Give the table's own spelling of a column: mastarall writes lower case, others upper."""
    return table.first_of(name, name.lower()) or name


def _rows(path: Path, names: Text, known: Mapping[str, Float | Text]) -> dict[str, int]:
    """Row of each star. One that comes twice must be the same both times."""
    rows: dict[str, int] = {}
    for row, name in enumerate(names):
        first = rows.setdefault(name, row)
        if first != row and any(repr(v[first]) != repr(v[row]) for v in known.values()):
            raise SurveyError(
                "a catalogue of stars has one star twice, with different values",
                where=f"{path} [{_STARS}], rows {first} and {row}",
                wanted="one row per MANGAID",
                found=f"MANGAID {name} twice",
                todo="see that this is an unmodified file of the library",
            )
    return rows
