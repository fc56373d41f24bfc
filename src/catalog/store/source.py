"""An open catalogue as the formats see it: its dictionary, its rows in batches, its own story."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from catalog.errors import StoreError
from catalog.release import writing
from catalog.store.ascii_text import PLAIN, escaped
from catalog.store.fields import Field, flat
from catalog.store.queries import quoted
from catalog.store.write import storage_fault

PARQUET = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
BATCH = 5000
"""Rows that are held at a time: some 10 MB."""


@dataclass(frozen=True)
class Listing:
    """Some rows of `spectra`, in their order: a table of its own in every format."""

    name: str
    title: str
    where: str
    order: str


SPECTRA = Listing("spectra", "Every spectrum that was read, scored or not", "true", "target_id")
OUTLIERS = Listing("outliers", "The outliers, most unusual first", "outlier", "rank, target_id")
LISTINGS = (SPECTRA, OUTLIERS)


class Source:
    """A catalogue, opened for reading only.

    Attributes
    ----------
    path : Path
        The DuckDB file.
    fields : tuple of Field
        The columns of `spectra`, in order.
    """

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self._connection = connection
        rows = self.rows(
            'SELECT name, type, unit, ucd, decimals, description, "null", '
            """'"' || replace(name, '"', '""') || '"' FROM columns ORDER BY position"""
        )
        self.fields = tuple(Field(*row) for row in rows)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Answer a query that has few rows."""
        rows: list[tuple[Any, ...]] = self._connection.execute(query).fetchall()
        return rows

    def one(self, query: str) -> dict[str, Any]:
        """Answer a query of one row: its values by column."""
        answer = self._connection.execute(query)
        names = [column[0] for column in answer.description]
        return dict(zip(names, answer.fetchall()[0], strict=True))

    def count(self, relation: str) -> int:
        """Count the rows of a table, or of what follows FROM."""
        return int(self.rows(f"SELECT count(*) FROM {relation}")[0][0])  # noqa: S608 - this package's own words

    def batches(self, query: str) -> pa.RecordBatchReader:
        """Answer a query in batches of rows; ask nothing else before its end."""
        return self._connection.sql(query).to_arrow_reader(BATCH)

    def register(self, name: str, table: object) -> None:
        """Let queries use an Arrow table by a name."""
        self._connection.register(name, table)

    def copy(self, query: str, options: str, path: Path) -> Path:
        """Let DuckDB write the answer to a query, whole or not at all."""
        with writing(path) as temporary:
            target = str(temporary).replace("'", "''")
            try:
                self._connection.execute(f"COPY ({query}) TO '{target}' ({options})")
            except duckdb.Error as fault:
                raise storage_fault(path, fault) from fault
        return path

    @cached_property
    def release(self) -> dict[str, Any]:
        """The one row of `release`."""
        return self.one("FROM release")

    @cached_property
    def citation(self) -> dict[str, Any]:
        """The one row of `citation`."""
        return self.one("FROM citation")

    @cached_property
    def authors(self) -> tuple[str, ...]:
        """Authors as a list of references names them: family name first."""
        rows = self.rows("SELECT family, given FROM authors ORDER BY position")
        return tuple(f"{family}, {given}" if given else family for family, given in rows)

    @cached_property
    def n_latent(self) -> int:
        """Number of latent variables."""
        return int(self.rows("SELECT n_latent FROM model")[0][0])

    @cached_property
    def flat(self) -> tuple[Field, ...]:
        """Columns for formats that know no lists."""
        return flat(self.fields, self.n_latent)

    @cached_property
    def ascii(self) -> str:
        """Name of `spectra` with every text escaped to printable ASCII (see `ascii_text`)."""
        names = [field.name for field in self.fields if field.is_text]
        texts = ", ".join(quoted(name) for name in names)
        found = self.rows(
            f"SELECT DISTINCT text FROM (SELECT unnest([{texts}]) AS text FROM spectra) "  # noqa: S608 - names are quoted
            f"WHERE NOT regexp_full_match(text, '{PLAIN}') ORDER BY text"
        )
        originals = [text for (text,) in found]
        table = {"original": originals, "escaped": [escaped(text) for text in originals]}
        self.register("found", pa.table(table, pa.schema([(n, pa.string()) for n in table])))
        self._connection.execute("CREATE TEMP TABLE escapes AS FROM found")
        swapped = ", ".join(
            f"coalesce((SELECT escaped FROM escapes WHERE original = {name}), {name}) AS {name}"  # noqa: S608 - names are quoted
            for name in map(quoted, names)
        )
        self._connection.execute(
            f"CREATE TEMP VIEW ascii_spectra AS SELECT * REPLACE ({swapped}) FROM spectra"  # noqa: S608 - names are quoted
        )
        return "ascii_spectra"


def select(listing: Listing, expressions: Sequence[str], relation: str = "spectra") -> str:
    """Give the query of some expressions over a listing's rows, in their order."""
    return (
        f"SELECT {', '.join(expressions)} FROM {relation} "  # noqa: S608 - this package's own words
        f"WHERE {listing.where} ORDER BY {listing.order}"
    )


@contextlib.contextmanager
def opened(database: Path) -> Iterator[Source]:
    """Open a catalogue.

    Raises
    ------
    StoreError
        If it is missing or cannot be read.
    """
    if not database.is_file():
        raise unreadable(database, "no such file")
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as fault:
        raise unreadable(database, str(fault)) from fault
    with connection:
        try:
            source = Source(database, connection)
        except duckdb.Error as fault:
            raise unreadable(database, str(fault)) from fault
        yield source


def unreadable(database: Path, found: str) -> StoreError:
    """Say that a file is no catalogue."""
    return StoreError(
        "the catalogue cannot be read",
        where=database,
        wanted="a DuckDB file that this version made",
        found=found.splitlines()[0],
        todo="build the store stage again",
    )
