"""Columns of a described table as arrays: numbers, whole numbers, text, lists of pixels.

What other people's tables hold is untrusted: whatever cannot be kept without loss is refused, with
the column and the row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.errors import SurveyError
from catalog.plain_text import NOTHING, plain
from catalog.spectra import Array, Float, Text

_EXACT = 2**53
"""Beyond this, whole numbers lose digits as floating-point ones."""
_LONGEST = 128
"""Characters of an identifier: it becomes part of an address."""


@dataclass(frozen=True)
class Columns:
    """Columns of N rows that were read from `path`, of which the first is row `first`."""

    path: Path
    table: pa.Table
    first: int = 0

    @property
    def n_rows(self) -> int:
        """N."""
        return int(self.table.num_rows)

    def numbers(self, name: str) -> Float:
        """One number per row, (N,); NaN where there is none, or an infinite one.

        Raises
        ------
        SurveyError
            If a text is no number, or a whole number would lose digits.
        """
        column = _plain_type(self.table.column(name))
        if _is_text(column.type):
            values = np.array([self._number(name, i, v) for i, v in _told(column)], np.float64)
        else:
            if pa.types.is_integer(column.type):
                self._refuse_beyond(name, column, _EXACT)
            values = column.cast(pa.float64(), safe=False).to_numpy().astype(np.float64)
        return np.where(np.isfinite(values), values, np.nan)

    def whole(self, name: str, missing: int = -1) -> Array:
        """One whole number per row, (N,) int64; `missing` where there is none.

        Raises
        ------
        SurveyError
            If a value is no whole number, or larger than 64 bits hold.
        """
        column = _plain_type(self.table.column(name))
        if _is_text(column.type):
            told = [self._whole(name, i, v, missing) for i, v in _told(column)]
            return np.array(told, np.int64)
        if pa.types.is_integer(column.type):
            self._refuse_beyond(name, column, 2**63 - 1)
        values = column.cast(pa.int64(), safe=False)
        return np.asarray(pc.fill_null(values, missing).to_numpy()).astype(np.int64)

    def texts(self, name: str) -> Text:
        """One text per row, (N,), on one line; empty where there is none."""
        column = _plain_type(self.table.column(name))
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            told = [v.decode("utf-8", "replace") if v is not None else "" for _, v in _told(column)]
        else:
            told = [v if v is not None else "" for _, v in _told(column.cast(pa.string()))]
        return np.array([plain(text) for text in told], dtype=object)

    def identifiers(self, name: str) -> Text:
        """One identifier per row, (N,).

        Raises
        ------
        SurveyError
            If a row has none, or one that is too long for an address.
        """
        found = self.texts(name)
        for row, text in enumerate(found):
            if not text or len(text) > _LONGEST:
                raise self._fault(
                    name,
                    row,
                    f"an identifier of 1 to {_LONGEST} characters",
                    text,
                    "give every spectrum an identifier of its own",
                )
        return found

    def lists(self, name: str) -> list[Float]:
        """Give the pixels of each row, float64, each row as long as it is; empty where it has none.

        A pixel without a value is NaN.
        """
        column = self.table.column(name).combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
        lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0).to_numpy(), np.int64)
        flat = column.flatten()  # leaves out what lies below a row that is null
        values = flat.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return (
            np.split(np.asarray(values, np.float64), np.cumsum(lengths)[:-1])
            if lengths.size
            else []
        )

    def _number(self, name: str, row: int, text: str | None) -> float:
        if text is None or text.strip().lower() in NOTHING:
            return np.nan
        try:
            return float(text)
        except ValueError:
            raise self._fault(name, row, "a number", text) from None

    def _whole(self, name: str, row: int, text: str | None, missing: int) -> int:
        if text is None or text.strip().lower() in NOTHING:
            return missing
        try:
            value = int(text)
        except ValueError:
            raise self._fault(name, row, "a whole number", text) from None
        if not -(2**63) <= value < 2**63:
            raise self._fault(name, row, "a whole number of 64 bits", text, 'take kind = "text"')
        return value

    def _refuse_beyond(self, name: str, column: pa.ChunkedArray, most: int) -> None:
        ends = pc.min_max(column).as_py()
        if ends["max"] is not None and (ends["max"] > most or ends["min"] < -most):
            worst = ends["max"] if ends["max"] > most else ends["min"]
            row = pc.index(column, worst).as_py()
            raise self._fault(
                name,
                row,
                f"numbers up to {most}",
                str(worst),
                'take kind = "whole" or "text", which keep every digit',
            )

    def _fault(self, name: str, row: int, wanted: str, found: str, todo: str = "") -> SurveyError:
        return SurveyError(
            "a column of a table of spectra is not as the recipe says",
            where=f"{self.path}, column {name}, row {self.first + row + 1}",
            wanted=wanted,
            found=repr(found[:80]),
            todo=todo or "correct the table, or the recipe's section surveys.table",
        )


def of_files(parts: Sequence[dict[str, object]]) -> pa.Table:
    """Give one row per file: lists of pixels, and single values as text, which loses no digit."""
    columns = {}
    for name in parts[0]:
        values = [part[name] for part in parts]
        if isinstance(values[0], np.ndarray):
            columns[name] = pa.array(values, pa.large_list(pa.float64()))
        else:
            columns[name] = pa.array(
                [None if value is None else str(value) for value in values], pa.string()
            )
    return pa.table(columns)


def _told(column: pa.ChunkedArray) -> Iterator[tuple[int, Any]]:
    return enumerate(column.to_pylist())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain_type(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Look a dictionary's values up."""
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
