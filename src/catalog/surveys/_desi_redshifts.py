"""Redrock's redshifts, joined to the spectra by TARGETID, whatever the order of the rows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Array, Float, Text
from catalog.surveys._fits import FitsFile, FitsTable

NO_ROW = -1
"""`z_warn` of a spectrum that redrock has no row for."""


@dataclass(frozen=True)
class Redshifts:
    """What redrock says of N spectra; NaN, `NO_ROW` and empty text where it has no row."""

    z: Float
    z_err: Float
    z_warn: Array
    spec_class: Text
    subclass: Text
    delta_chi2: Float


def none_for(n_rows: int) -> Redshifts:
    """Redshifts of spectra that come without a redrock file."""
    nothing = np.full(n_rows, np.nan)
    no_row, empty = np.full(n_rows, NO_ROW, np.int64), np.full(n_rows, "", dtype=object)
    return Redshifts(nothing, nothing.copy(), no_row, empty, empty.copy(), nothing.copy())


def read(path: Path, target_ids: Array) -> Redshifts:
    """Redshifts of the given targets, (N,), in their order.

    Parameters
    ----------
    path : Path
        A redrock file: HDU REDSHIFTS.
    target_ids : ndarray of int64, shape (N,)
        TARGETIDs of the spectra; repeats are allowed.

    Returns
    -------
    Redshifts
        z as redrock gives it, NaN where it is not finite or not above -1 (no rest frame exists);
        z_err NaN where it is not positive, which is how redrock marks a fit without an error.

    Raises
    ------
    SurveyError
        If the file is no redrock file, has none of the targets, or has a target twice with
        different redshifts. Twice with the same values is harmless and accepted.
    """
    with FitsFile(path) as redrock:
        table = redrock.table("REDSHIFTS")
        ids = table.numbers("TARGETID", np.int64)
        columns = _columns(table)
    order = np.argsort(ids, kind="stable")
    _refuse_contradictions(path, ids, order, columns)
    at = np.searchsorted(ids, target_ids, sorter=order)
    row = order[np.minimum(at, ids.size - 1)] if ids.size else np.zeros(target_ids.size, np.int64)
    found = ids[row] == target_ids if ids.size else np.zeros(target_ids.size, bool)
    if not found.any():
        raise _of_other_targets(path, ids, target_ids)
    joined = none_for(target_ids.size)
    for name, values in columns.items():
        getattr(joined, name)[found] = values[row[found]]
    return joined


def _columns(table: FitsTable) -> dict[str, Array]:
    z = table.numbers("Z", np.float64)
    z_err = table.numbers("ZERR", np.float64, null=np.nan)
    return {
        "z": np.where(np.isfinite(z) & (z > -1), z, np.nan),
        "z_err": np.where(np.isfinite(z_err) & (z_err > 0), z_err, np.nan),
        "z_warn": table.numbers("ZWARN", np.int64),
        "spec_class": table.text("SPECTYPE"),
        "subclass": table.text("SUBTYPE", null=""),
        "delta_chi2": table.numbers("DELTACHI2", np.float64, null=np.nan),
    }


def _refuse_contradictions(path: Path, ids: Array, order: Array, columns: dict[str, Array]) -> None:
    """Raise where one target has two rows that differ: nothing says which of them is right."""
    repeated = np.flatnonzero(ids[order][1:] == ids[order][:-1])
    first, second = order[repeated], order[repeated + 1]
    for name, values in columns.items():
        here, there = values[first], values[second]
        both_nan = (here != here) & (there != there)  # noqa: PLR0124 - true of NaN, for text too
        wrong = np.flatnonzero((here != there) & ~both_nan)
        if wrong.size:
            a, b = first[wrong[0]], second[wrong[0]]
            raise SurveyError(
                "a redrock file has one target twice, with different values",
                where=f"{path} [REDSHIFTS], rows {a} and {b}",
                wanted="one row per TARGETID",
                found=f"TARGETID {ids[a]} with {name} {values[a]} and {values[b]}",
                todo="see that this is an unmodified file of the survey",
            )


def _of_other_targets(path: Path, ids: Array, target_ids: Array) -> SurveyError:
    def few(values: Array) -> str:
        return f"{values.size} targets, such as {', '.join(str(v) for v in values[:3])}"

    return SurveyError(
        "a redrock file has none of its coadd's targets",
        where=f"{path} [REDSHIFTS]",
        wanted=few(target_ids),
        found=few(ids) if ids.size else "no rows",
        todo="see that coadd and redrock are of the same pixel or tile",
    )
