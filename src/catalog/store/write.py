"""Tables -> the catalogue: one DuckDB file, whole or not at all, that older clients can open."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from catalog.errors import CatalogError, ReleaseError, StoreError
from catalog.release import writing
from catalog.spectra import Array, Column
from catalog.store import checks, columns, keys
from catalog.store.contents import OPTIONAL, ORDER
from catalog.tables import Table

STORAGE_VERSION = "v1.0.0"
"""DuckDB 2 writes files that no browser opens unless told to keep to the older format."""


def schema() -> str:
    """Return the catalogue's public contract, as SQL."""
    return resources.files("catalog.store").joinpath("schema.sql").read_text(encoding="utf-8")


def write(path: Path, tables: Mapping[str, Table], extra_columns: Sequence[Column]) -> None:
    """Write the catalogue.

    Parameters
    ----------
    path : Path
        The DuckDB file. An older one is replaced only once the new one is complete and checked.
    tables : mapping of str to Table
        Every table of `schema.sql` except `columns`, which is made from the dictionary; those of
        the benchmark may be left out, and are empty then. NaN and
        ranks and folds of -1 are written as null; rows of shape (N, L) as lists, null where all
        are NaN.
    extra_columns : sequence of Column
        The surveys' own columns of `spectra`, in order. The scores' columns are known from the
        table `scores`.

    Raises
    ------
    StoreError
        If tables, columns, keys or counts are not as the schema promises.
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    scores = tables.get("scores", {})
    titles = dict(zip(scores.get("name", ()), scores.get("title", ()), strict=True))
    dictionary = (*columns.SPECTRA, *columns.added(titles, tuple(extra_columns)))
    with writing(path) as temporary:
        temporary.unlink()  # DuckDB refuses an empty file, and makes its own
        with _database(temporary, path) as connection:
            promised = keys.tables(schema())
            for each in promised:
                connection.execute(each.statement)
            _add_columns(connection, tables, dictionary, path)
            content = {**tables, "columns": _columns_table(connection, dictionary)}
            _refuse_other_tables(connection, content, path)
            connection.execute("BEGIN")
            for name, table in content.items():
                _insert(connection, name, table, path)
            keys.check(connection, promised, str(path))
            checks.check(connection, str(path))
            connection.execute("COMMIT")
            _comment(connection, dictionary)


@contextlib.contextmanager
def _database(file: Path, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new database file in the old format; close it so that all of it is in the one file."""
    wal = file.with_name(file.name + ".wal")
    try:
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")  # or the file's size would vary, which pages tell
            connection.execute(
                f"ATTACH {_text(str(file))} AS catalogue (STORAGE_VERSION '{STORAGE_VERSION}')"
            )
            connection.execute("USE catalogue")
            yield connection
            connection.execute("CHECKPOINT catalogue")
            connection.execute("USE memory")
            connection.execute("DETACH catalogue")
    except duckdb.Error as fault:
        raise storage_fault(path, fault) from fault
    finally:
        wal.unlink(missing_ok=True)


def storage_fault(path: Path, fault: duckdb.Error) -> CatalogError:
    """Say what DuckDB met in this project's words: the disk's faults, or the data's."""
    found = str(fault).splitlines()[0]
    if not isinstance(fault, duckdb.IOException | duckdb.PermissionException):
        return StoreError(
            "the catalogue's tables are not as the schema promises",
            where=path,
            wanted="rows that fit schema.sql",
            found=found,
            todo="build the release again from the first stage; if it persists, report it",
        )
    full = any(sign in found for sign in ("No space left", "File too large", "quota"))
    return ReleaseError(
        "the disk is full" if full else "the output cannot be written",
        where=path,
        wanted="a folder with room that this user may write to",
        found=found,
        todo="free space or name another folder with --out, then run the same command again: "
        "what is finished is kept",
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a table's or column's name so that SQL takes it as it is."""
    return '"' + name.replace('"', '""') + '"'


def _add_columns(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Table],
    dictionary: Sequence[Column],
    path: Path,
) -> None:
    """Add the columns that the dictionary has beyond the schema to `spectra`, typed by the data."""
    spectra = tables.get("spectra", {})
    for column in dictionary[len(columns.SPECTRA) :]:
        if column.name not in spectra:
            raise StoreError(
                "a column of the dictionary is not in the table spectra",
                where=path,
                wanted=column.name,
                found=", ".join(spectra),
                todo="let the survey or the score give the column, or drop its description",
            )
        kind = _sql_type(column.name, spectra[column.name])
        connection.execute(f"ALTER TABLE spectra ADD COLUMN {quoted(column.name)} {kind}")


def _sql_type(name: str, column: Array) -> str:
    kind = column.dtype.kind
    plain = {"f": "DOUBLE", "i": "BIGINT", "u": "UBIGINT", "b": "BOOLEAN", "O": "VARCHAR"}
    if kind not in plain:
        raise StoreError(
            "a column is of a type that the catalogue cannot hold",
            where=f"spectra.{name}",
            wanted="numbers, booleans, or text (dtype object)",
            found=str(column.dtype),
        )
    return "FLOAT[]" if column.ndim > 1 else plain[kind]


def _columns_table(connection: duckdb.DuckDBPyConnection, dictionary: Sequence[Column]) -> Table:
    """Turn the dictionary into the table `columns`."""
    types = dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = 'catalogue' AND table_name = 'spectra'"
        ).fetchall()
    )
    decimals = [np.nan if c.decimals is None else float(c.decimals) for c in dictionary]
    texts = {
        name: np.array([getattr(c, name) for c in dictionary], dtype=object)
        for name in ("name", "unit", "ucd", "description", "null")
    }
    return {
        "position": np.arange(1, len(dictionary) + 1),
        "type": np.array([types[c.name] for c in dictionary], dtype=object),
        "decimals": np.array(decimals),
        **texts,
    }


def _refuse_other_tables(
    connection: duckdb.DuckDBPyConnection, content: Mapping[str, Table], path: Path
) -> None:
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'catalogue'"
    ).fetchall()
    promised: dict[str, set[str]] = {}
    for table, column in rows:
        promised.setdefault(table, set()).add(column)
    _same(path, "tables", set(promised) - (OPTIONAL - set(content)), set(content))
    for name, table in content.items():
        _same(path, f"columns of {name}", promised[name], set(table))


def _same(path: Path, what: str, wanted: set[str], found: set[str]) -> None:
    if wanted != found:
        parts = [("missing", wanted - found), ("unknown", found - wanted)]
        raise StoreError(
            f"the {what} are not those of the schema",
            where=path,
            wanted=", ".join(sorted(wanted)),
            found="; ".join(f"{kind}: {', '.join(sorted(some))}" for kind, some in parts if some),
            todo="describe a new column in the survey's columns, or leave it out",
        )


def _insert(connection: duckdb.DuckDBPyConnection, name: str, table: Table, path: Path) -> None:
    lengths = {column: len(values) for column, values in table.items()}
    if len(set(lengths.values())) > 1:
        raise StoreError(
            f"the columns of {name} have different lengths",
            where=path,
            wanted="one value per row in each",
            found=", ".join(f"{column}: {length}" for column, length in lengths.items()),
        )
    arrow = pa.table({column: _to_arrow(column, values) for column, values in table.items()})
    order = ", ".join(quoted(key) for key in ORDER.get(name, ())) or "ALL"
    connection.register("incoming", arrow)
    connection.execute(
        f"INSERT INTO {quoted(name)} BY NAME SELECT * FROM incoming ORDER BY {order}"  # noqa: S608 - names are quoted
    )
    connection.unregister("incoming")


def _to_arrow(name: str, column: Array) -> pa.Array:
    """One column, with null for what is missing."""
    if column.ndim > 1:
        flat = pa.array(np.ascontiguousarray(column, dtype=np.float32).reshape(-1))
        missing = pa.array(np.isnan(column).all(axis=1))
        return pa.FixedSizeListArray.from_arrays(flat, column.shape[1], mask=missing)
    if column.dtype.kind == "O":
        return pa.array(column.tolist(), pa.string())
    if column.dtype.kind == "f":
        return pa.array(column, mask=np.isnan(column))
    if name in {"rank", "fold"} or name.startswith("rank_"):
        return pa.array(column, mask=column == -1)
    return pa.array(column)


def _comment(connection: duckdb.DuckDBPyConnection, dictionary: Sequence[Column]) -> None:
    """Put the descriptions into the file, where DuckDB's own tools show them."""
    for table, description in columns.TABLES.items():
        connection.execute(f"COMMENT ON TABLE {quoted(table)} IS {_text(description)}")
    for column in dictionary:
        unit = f" [{column.unit}]" if column.unit else ""
        text = _text(column.description + unit)
        connection.execute(f"COMMENT ON COLUMN spectra.{quoted(column.name)} IS {text}")
