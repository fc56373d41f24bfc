"""Tables on disk: columns of equal length in Parquet, one or two dimensions each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.errors import ReleaseError

Column = npt.NDArray[Any]
Table = dict[str, Column]


def _to_arrow(column: Column) -> pa.Array:
    """Text and numbers as they are; shape (N, L) as fixed-size lists of length L."""
    if column.ndim == 1:
        return (
            pa.array(column.tolist(), pa.string()) if column.dtype == object else pa.array(column)
        )
    n_rows, length = column.shape
    flat = pa.array(np.ascontiguousarray(column).reshape(-1))
    if n_rows == 0:
        return pa.array([], pa.list_(flat.type, length))
    return pa.FixedSizeListArray.from_arrays(flat, length)


def _to_numpy(column: pa.ChunkedArray) -> Column:
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], column.type)
    if pa.types.is_fixed_size_list(array.type):
        length = array.type.list_size
        values: Column = array.flatten().to_numpy(zero_copy_only=False)
        return values.reshape(-1, length)
    if pa.types.is_string(array.type):
        return np.array(array.to_pylist(), dtype=object)
    plain: Column = array.to_numpy(zero_copy_only=False)
    return plain


def write(path: Path, table: Mapping[str, Column]) -> None:
    """Write a table as Parquet; the same columns give the same bytes.

    Parameters
    ----------
    path : Path
        Where to write. The caller makes the write atomic (`catalog.release.writing`).
    table : mapping of str to ndarray
        Shape (N,) of numbers, booleans or text (dtype object), or (N, L) of numbers.
    """
    arrays = {name: _to_arrow(np.asarray(column)) for name, column in table.items()}
    pq.write_table(
        pa.table(arrays), path, compression="zstd", compression_level=3, row_group_size=65_536
    )


def read(path: Path, wanted: Sequence[str] | None = None) -> Table:
    """Read a table that `write` made, all columns or the named ones.

    Raises
    ------
    ReleaseError
        If the file is missing or not readable as Parquet.
    """
    try:
        table = pq.read_table(path, columns=None if wanted is None else list(wanted))
    except (OSError, pa.ArrowException) as fault:
        raise ReleaseError(
            "an artefact cannot be read",
            where=path,
            wanted="a Parquet table",
            found=str(fault).splitlines()[0],
            todo="delete the file and build again; the other artefacts are kept",
        ) from fault
    return {name: _to_numpy(table.column(name)) for name in table.column_names}


def columns(path: Path) -> tuple[str, ...]:
    """Names of a table's columns, in order, without reading them."""
    return tuple(pq.read_schema(path).names)


def concatenate(tables: Sequence[Table]) -> Table:
    """Stack tables with the same columns, in the given order."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def take(table: Table, rows: npt.NDArray[Any]) -> Table:
    """Rows of a table, by index or boolean mask."""
    return {name: column[rows] for name, column in table.items()}
