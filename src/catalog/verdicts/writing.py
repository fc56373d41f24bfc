"""Verdicts -> a CSV that `reading.read` reads back as it was, and that no spreadsheet can run."""

import csv
from collections.abc import Mapping
from pathlib import Path

from catalog.release import writing
from catalog.tables import Column
from catalog.verdicts.formats.own import COLUMNS
from catalog.verdicts.formulas import guarded


def write(path: Path, table: Mapping[str, Column]) -> None:
    """Write verdicts in this project's own format; the same table gives the same bytes.

    Every cell is quoted, so that comments may hold commas and line ends; text that a spreadsheet
    would take for a formula gets an apostrophe, which the reader takes away.

    Parameters
    ----------
    path : Path
        The CSV: UTF-8, comma-separated.
    table : mapping of str to ndarray
        Columns of the catalogue's table `verdicts`; `position` and `source` are not written.

    Raises
    ------
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    rows = zip(*(table[name].tolist() for name in COLUMNS), strict=True)
    with writing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([guarded(cell) for cell in row] for row in rows)
