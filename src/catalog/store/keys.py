"""The schema's keys, held by a check and not by indexes in the file.

DuckDB 1.0 reads the storage format v1.0.0, yet not the tables with keys that DuckDB 2 writes in it
("expected end of object, field id 103"); without them it reads all. Indexes would serve nobody
anyhow: nothing is added to a catalogue.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import duckdb

from catalog.errors import StoreError
from catalog.store.queries import quoted

SHOWN = 3


@dataclass(frozen=True)
class Table:
    """A table of the schema: how to create it without keys, and what must be unique in it."""

    name: str
    statement: str
    keys: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def tables(schema: str) -> tuple[Table, ...]:
    """Read the tables of a schema, as SQL, by letting DuckDB create them in memory."""
    with duckdb.connect() as memory:
        memory.execute(schema)
        names = [
            row[0] for row in memory.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        return tuple(
            Table(name, _statement(memory, name), tuple(_keys(memory, name))) for name in names
        )


def _statement(memory: duckdb.DuckDBPyConnection, table: str) -> str:
    rows = memory.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = ? "
        "AND NOT internal ORDER BY column_index",
        [table],
    ).fetchall()
    columns = ", ".join(
        f"{quoted(name)} {kind}{'' if nullable else ' NOT NULL'}" for name, kind, nullable in rows
    )
    return f"CREATE TABLE {quoted(table)} ({columns})"


def _keys(memory: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[str, ...]]:
    rows = memory.execute(
        "SELECT constraint_column_names FROM duckdb_constraints() WHERE table_name = ? "
        "AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') ORDER BY constraint_index",
        [table],
    ).fetchall()
    yield from (tuple(row[0]) for row in rows)


def check(connection: duckdb.DuckDBPyConnection, found: tuple[Table, ...], where: str) -> None:
    """Verify that no key is there twice.

    Raises
    ------
    StoreError
        At the first table in which one is, naming up to three of them.
    """
    for table in found:
        for key in table.keys:
            names = ", ".join(map(quoted, key))
            rows = connection.execute(
                f"SELECT {names} FROM {quoted(table.name)} GROUP BY ALL HAVING count(*) > 1 "  # noqa: S608 - names are quoted
                f"ORDER BY ALL LIMIT {SHOWN}"
            ).fetchall()
            if rows:
                raise StoreError(
                    f"rows of {table.name} have a duplicate key",
                    where=where,
                    wanted=f"each {', '.join(key)} once",
                    found="; ".join(", ".join(map(str, row)) for row in rows),
                    todo="build the release again from the first stage; if it persists, report it",
                )
