"""A DuckDB file opened for reading, and its rows as dataclasses."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb
import numpy as np
import numpy.typing as npt

from catalog.errors import StoreError

Row = TypeVar("Row")


def value(cell: Any) -> Any:
    """Give a cell as the site shows it: not-a-number is as missing as null."""
    return None if isinstance(cell, float) and cell != cell else cell  # noqa: PLR0124 - NaN test


def quoted(name: str) -> str:
    """Quote a column's name."""
    return '"' + name.replace('"', '""') + '"'


class Queries:
    """A DuckDB file, opened for reading only. Use it in a `with` statement.

    Raises
    ------
    StoreError
        If the file is missing or is not DuckDB.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise StoreError(
                "there is no catalogue",
                where=path,
                wanted="a DuckDB file",
                todo="build it first with `catalog build`",
            )
        self.path = path
        try:
            self._database = duckdb.connect(str(path), read_only=True)
        except duckdb.Error as fault:
            raise self._unreadable(fault) from fault

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def count(self, relation: str) -> int:
        """Count the rows of a table, or of what follows FROM."""
        return int(self._query(f"SELECT count(*) FROM {relation}")[0][0])  # noqa: S608 - this package's own words

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            rows: list[tuple[Any, ...]] = self._database.execute(sql, list(values)).fetchall()
        except duckdb.Error as fault:
            raise self._unreadable(fault) from fault
        return rows

    def _array(self, sql: str, values: Sequence[Any] = ()) -> dict[str, npt.NDArray[Any]]:
        try:
            found = self._database.execute(sql, list(values)).fetchnumpy()
        except duckdb.Error as fault:
            raise self._unreadable(fault) from fault
        return {name: np.ma.getdata(column) for name, column in found.items()}

    def _rows(self, kind: type[Row], rest: str, values: Sequence[Any] = ()) -> tuple[Row, ...]:
        """Rows as instances of a dataclass whose fields are the columns."""
        names = ", ".join(quoted(f.name) for f in fields(kind))  # type: ignore[arg-type]  # a dataclass
        rows = self._query(f"SELECT {names} {rest}", values)
        return tuple(kind(*(value(cell) for cell in row)) for row in rows)

    def _one(self, kind: type[Row], table: str) -> Row:
        rows = self._rows(kind, f"FROM {table}")
        if len(rows) != 1:
            raise StoreError(
                f"the table {table} does not have one row",
                where=self.path,
                wanted="1 row",
                found=f"{len(rows)} rows",
                todo="build the catalogue again",
            )
        return rows[0]

    def _unreadable(self, fault: duckdb.Error) -> StoreError:
        return StoreError(
            "the catalogue cannot be read",
            where=self.path,
            wanted="the tables of schema.sql in a DuckDB file",
            found=str(fault).splitlines()[0],
            todo="build the catalogue again",
        )
