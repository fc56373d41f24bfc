"""What changed as CSV: every outlier that is new, gone or moved."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, fields

from catalog.store.release_records import Change
from catalog.verdicts.formulas import guarded

NAME = "changes.csv"


def text(changes: Sequence[Change]) -> str:
    """Write changes as CSV; the same changes give the same text.

    Every text is quoted and every number is not: no reader takes an identifier for a number, and no
    spreadsheet a text for a formula. Numbers have all their digits; null is empty.

    Parameters
    ----------
    changes
        In the order in which to list them (`Catalogue.changed`).
    """
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([each.name for each in fields(Change)])
    for change in changes:
        writer.writerow([_cell(cell) for cell in astuple(change)])
    return stream.getvalue()


def _cell(cell: object) -> object:
    return guarded(cell) if isinstance(cell, str) else cell
