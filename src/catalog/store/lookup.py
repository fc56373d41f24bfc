"""All that a catalogue knows of one spectrum, for `catalog show`."""

from pathlib import Path
from typing import Any

import duckdb

from catalog.errors import StoreError

KEYS = ("target_id", "name", "slug")
"""Columns of `spectra` by which a target may be called, the first that has it counting."""
TABLES = ("reasons", "alternatives", "known", "verdicts", "differences", "duplicates")


def everything(database: Path, wanted: str) -> dict[str, Any]:
    """Every row about a target, as JSON-like values; not-a-number and null are None.

    Parameters
    ----------
    database : Path
        The catalogue.
    wanted : str
        The survey's identifier, the object's name, or the address of its page.

    Raises
    ------
    StoreError
        If there is no such catalogue, or it has no such target; the nearest identifiers are named.
    """
    if not database.is_file():
        raise StoreError("there is no catalogue", where=database, todo="run `catalog build` first")
    try:
        return _everything(database, wanted)
    except duckdb.Error as fault:
        raise StoreError(
            "the catalogue cannot be read",
            where=database,
            wanted="a catalog.duckdb that this version made",
            found=str(fault).splitlines()[0],
            todo="build the store stage again",
        ) from fault


def _everything(database: Path, wanted: str) -> dict[str, Any]:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = next(
            (rows for key in KEYS if (rows := _rows(connection, "spectra", key, wanted))), []
        )
        if not found:
            raise StoreError(
                "the catalogue has no such target",
                where=database,
                found=repr(wanted),
                todo=_alike(connection, wanted),
            )
        target_id = found[0]["target_id"]
        spectrum = _rows(connection, "object_spectra", "target_id", target_id)
        return {
            "spectrum": found[0],
            **{table: _rows(connection, table, "target_id", target_id) for table in TABLES},
            "inputs": _rows(connection, "inputs", "shard", found[0]["shard"]),
            "flux_density": spectrum[0] if spectrum else None,
        }


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, value: str
) -> list[dict[str, Any]]:
    result = connection.execute(f'SELECT * FROM "{table}" WHERE "{key}" = ?', [value])  # noqa: S608 - names are written above
    names = [column[0] for column in result.description]
    return [
        {name: _plain(cell) for name, cell in zip(names, row, strict=True)}
        for row in result.fetchall()
    ]


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and cell != cell else cell  # noqa: PLR0124 - NaN test


def _alike(connection: duckdb.DuckDBPyConnection, target_id: str) -> str:
    rows = connection.execute(
        "SELECT target_id FROM spectra ORDER BY levenshtein(target_id, ?), target_id LIMIT 3",
        [target_id],
    ).fetchall()
    return "nearest: " + ", ".join(row[0] for row in rows)
