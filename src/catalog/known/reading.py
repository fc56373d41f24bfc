"""A file of known objects -> `Objects`: VOTable, FITS, CSV or Parquet, told by its name."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
from astropy.io import votable
from astropy.table import Table

from catalog.errors import KnownError
from catalog.known import Objects, columns
from catalog.known.columns import Raw
from catalog.recipe.publication import KnownSection

Read = Callable[[Path, tuple[str, ...]], dict[str, Raw]]


def read(path: Path, section: KnownSection) -> Objects:
    """Read the table that a section of the recipe names.

    Raises
    ------
    KnownError
        If the file is missing, damaged, empty, of another kind, or its columns are not as the
        section says; the message names file, column and row.
    """
    reader = _reader(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats' small print; what is needed is checked
            raw = reader(path, columns.wanted_columns(section))
    except FileNotFoundError as fault:
        raise KnownError(
            "there is no such list of known objects",
            where=path,
            todo="put it there, or correct `table` in the recipe's section [[known]]",
        ) from fault
    # A damaged file leads these libraries to any error, slips of their own among them, such as
    # AssertionError, UnboundLocalError, zlib.error, and VOTable's warnings raised as errors. No
    # list would be whole, and all mean the same: the file is not what its name says.
    except Exception as fault:
        raise KnownError(
            "a list of known objects cannot be read",
            where=path,
            wanted="VOTable, FITS, CSV or Parquet, as its name says",
            found=f"{type(fault).__name__}: {fault}"[:300],
            todo="export it again",
        ) from fault
    found = columns.objects(raw, section, str(path.name))
    if not found.identifier.size:
        raise KnownError(
            "a list of known objects has no rows",
            where=path,
            wanted="at least one object",
            found="0 rows",
            todo="export it again, or take its section [[known]] out of the recipe",
        )
    return found


def _reader(path: Path) -> Read:
    name = path.name.lower().removesuffix(".gz")
    for ends, reader in _READERS.items():
        if name.endswith(ends):
            return reader
    raise KnownError(
        "a list of known objects is of an unknown kind",
        where=path,
        wanted="a name that ends in " + ", ".join(end for ends in _READERS for end in ends),
        found=path.suffix or "no ending",
        todo="export it in one of these formats",
    )


def of_astropy(table: Table) -> dict[str, Raw]:
    """Give the columns of an astropy table, with their units as text."""
    found = {}
    for name in table.colnames:
        column = table[name]
        values = np.ma.asarray(column) if hasattr(column, "mask") else np.asarray(column)
        found[name] = Raw(values, str(column.unit or ""))
    return found


def _votable(path: Path, _wanted: tuple[str, ...]) -> dict[str, Raw]:
    table = votable.parse_single_table(path, verify="ignore")
    return of_astropy(table.to_table(use_names_over_ids=True))


def _fits(path: Path, _wanted: tuple[str, ...]) -> dict[str, Raw]:
    return of_astropy(Table.read(path, format="fits"))


def _csv(path: Path, wanted: tuple[str, ...]) -> dict[str, Raw]:
    """Read every cell as text: a guess at its type would round identifiers."""
    as_text = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
    )
    cells = pa_csv.ParseOptions(newlines_in_values=True)
    table = pa_csv.read_csv(path, parse_options=cells, convert_options=as_text)
    return _of_arrow(table, wanted)


def _parquet(path: Path, wanted: tuple[str, ...]) -> dict[str, Raw]:
    return _of_arrow(pa_parquet.read_table(path), wanted)


def _of_arrow(table: pa.Table, wanted: tuple[str, ...]) -> dict[str, Raw]:
    """Columns of an Arrow table; those that nobody wants by name only."""
    nothing = Raw(np.empty(0))
    return {
        name: Raw(_of_column(table.column(name))) if name in wanted else nothing
        for name in table.column_names
    }


def _of_column(column: pa.ChunkedArray) -> Any:
    """Whole numbers with gaps stay whole: as floats they would lose digits."""
    if column.null_count == 0 and (
        pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    ):
        return column.to_numpy()
    values = np.empty(len(column), object)
    values[:] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return np.array([np.nan if value is None else value for value in values])
    return values


_READERS: dict[tuple[str, ...], Read] = {
    (".vot", ".votable", ".xml"): _votable,
    (".fits", ".fit"): _fits,
    (".csv",): _csv,
    (".parquet",): _parquet,
}
