"""SDSS's tables of all spectra, spAll and specObj: a plate's rows, found without loading them all.

Such a table has millions of rows of thousands of bytes. It is read once per process, block by
block, and of it is kept where each plate's rows lie; they are read again when the plate is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Array
from catalog.surveys._fits import FitsTable
from catalog.surveys._fits_rows import FitsRows
from catalog.surveys._sdss_rows import Said, column, said

_NAME = re.compile(r"(spAll|specObj)-.*\.fits(\.gz)?")
_MJD = 100_000
"""Beyond any date: plate times this plus date is one number for both."""


@dataclass(frozen=True)
class _Runs:
    """Rows that follow each other and are of one plate and date: M runs, sorted by `key`."""

    key: Array
    first: Array
    count: Array


def is_summary(path: Path) -> bool:
    """Whether a file is a table of all spectra, by its name.

    Raises
    ------
    SurveyError
        If it is gzipped: each plate's rows would cost decompressing all that come before them.
    """
    if _NAME.fullmatch(path.name) is None:
        return False
    if path.suffix == ".gz":
        raise SurveyError(
            "a table of all spectra is packed",
            where=path,
            wanted=path.name.removesuffix(".gz"),
            found=path.name,
            todo="unpack it with gunzip: its rows are looked up plate by plate",
        )
    return True


def look_up(path: Path, plate: str, mjd: str, fibres: Sequence[str]) -> dict[str, Said]:
    """Give what a table says of the spectra of one plate, by fibre; without those that it lacks.

    Parameters
    ----------
    path : Path
        A table with the columns PLATE, MJD and FIBERID, or SDSS-V's FIELD, MJD and CATALOGID.
    plate, mjd : str
        Plate (or SDSS-V's field) and date.
    fibres : sequence of str
        Fibres (or SDSS-V's catalogue numbers), as in the names of the spectra's files.

    Raises
    ------
    SurveyError
        If the table is damaged, lacks a column, or has a spectrum twice with different values.
    """
    status = path.stat()
    runs = _index(path, status.st_size, status.st_mtime_ns)
    key = int(plate) * _MJD + int(mjd)
    among = slice(*np.searchsorted(runs.key, [key, key + 1]))
    found: dict[str, Said] = {}
    with FitsRows(path) as rows:
        for first, count in zip(
            runs.first[among].tolist(), runs.count[among].tolist(), strict=True
        ):
            table = rows.read(first, count)
            for member, row in zip(_members(table, fibres), said(table), strict=True):
                # As text: NaN is as good as NaN.
                if repr(found.setdefault(member, row)) != repr(row):
                    raise _contradiction(path, f"{plate}-{mjd}-{member}", found[member], row)
    bare = {fibre: fibre.lstrip("0") for fibre in fibres}
    return {fibre: found[number] for fibre, number in bare.items() if number in found}


@lru_cache(maxsize=4)
def _index(path: Path, size: int, time: int) -> _Runs:  # noqa: ARG001 - a changed file is another
    """Where each plate's rows lie. SDSS makes its table plate by plate, so the runs are long."""
    keys, firsts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    with FitsRows(path) as rows:
        for first, table in rows.blocks():
            plate = table.numbers(column(table, "PLATE", "FIELD"), np.int64)
            key = plate * _MJD + table.numbers(column(table, "MJD"), np.int64)
            begins = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
            keys.append(key[begins])
            firsts.append(begins + first)
        n_rows = rows.n_rows
    key, first_row = np.concatenate(keys), np.concatenate(firsts)
    order = np.argsort(key, kind="stable")
    return _Runs(key[order], first_row[order], np.diff(first_row, append=n_rows)[order])


def _members(table: FitsTable, wanted: Sequence[str]) -> list[str]:
    """Fibres, or catalogue numbers where files are named by those, without leading zeros."""
    by_fibre = column(table, "FIBERID") in table and all(len(fibre) <= 4 for fibre in wanted)
    names = table.names(column(table, "FIBERID" if by_fibre else "CATALOGID"))
    return [str(name).lstrip("0") for name in names]


def _contradiction(path: Path, name: str, one: Said, other: Said) -> SurveyError:
    return SurveyError(
        "a table of all spectra has one spectrum twice, with different values",
        where=path,
        wanted="one row per spectrum",
        found=f"{name} with z = {one.z}, {one.spec_class} and z = {other.z}, {other.spec_class}",
        todo="see that this is an unmodified file of the survey",
    )
