"""Tables of other people's making, Parquet, FITS or VOTable, as Arrow tables.

One kind of table for all formats, so that what is asked of a column is asked once. What the
libraries raise of damaged files becomes `SurveyError` here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.errors import SurveyError
from catalog.surveys import _astropy_tables

_BATCH = 256
"""Rows of a Parquet file that are decoded at once: a row group may hold a million spectra."""
_BUFFER = 1 << 20
"""Bytes read at once, for the same reason."""
_ENDINGS = {
    "parquet": (".parquet", ".pq"),
    "fits": (".fits", ".fit", ".fits.gz", ".fit.gz"),
    "votable": (".vot", ".votable", ".xml", ".vot.gz", ".votable.gz", ".xml.gz"),
}
_OWN_WORDS = frozenset({b"ARROW:schema", b"pandas"})
"""Metadata that libraries write for themselves."""


@dataclass(frozen=True)
class Schema:
    """What a file holds: the type of each column, its keywords, and how many rows."""

    types: Mapping[str, pa.DataType]
    keywords: Mapping[str, str]
    n_rows: int


@dataclass(frozen=True)
class Content:
    """Columns of a file, or of a run of its rows, and its keywords."""

    columns: pa.Table
    keywords: Mapping[str, str]


def kind_of(path: Path) -> str:
    """Tell a file's format by its name; empty where it is none of these."""
    name = path.name.lower()
    return next((kind for kind, ends in _ENDINGS.items() if name.endswith(ends)), "")


def stem_of(path: Path) -> str:
    """Name of a file of these formats without its ending."""
    known = (end for end in chain(*_ENDINGS.values()) if path.name.lower().endswith(end))
    return path.name[: -len(max(known, key=len))]


def schema(path: Path) -> Schema:
    """Tell what a file holds, without reading its rows (a VOTable's are read).

    Raises
    ------
    SurveyError
        If the file is not readable, or of no format that is known.
    """
    kind = _checked_kind(path)
    with _faults(path):
        if kind == "parquet":
            with pq.ParquetFile(path) as file:
                return Schema(*_types(file.schema_arrow), file.metadata.num_rows)
        if kind == "fits":
            return Schema(*_astropy_tables.types_of_fits(path))
        columns, keywords = _astropy_tables.of_votable(path)
        return Schema(_types(columns.schema)[0], keywords, columns.num_rows)


def read(path: Path, wanted: tuple[str, ...], rows: tuple[int, int] | None = None) -> Content:
    """Read those of these columns that a file has.

    Parameters
    ----------
    rows : tuple of int, optional
        First row and how many, of a Parquet file; all where not given.

    Raises
    ------
    SurveyError
        If the file is not readable, or of no format that is known.
    """
    kind = _checked_kind(path)
    with _faults(path):
        if kind == "parquet":
            return _parquet(path, wanted, rows)
        whole = _astropy_tables.of_fits if kind == "fits" else _astropy_tables.of_votable
        columns, keywords = whole(path)
        return Content(columns.select([n for n in wanted if n in columns.column_names]), keywords)


def _parquet(path: Path, wanted: tuple[str, ...], rows: tuple[int, int] | None) -> Content:
    """Decode only the row groups that hold these rows, a batch at a time."""
    with pq.ParquetFile(path, buffer_size=_BUFFER) as file:
        names = [name for name in wanted if name in file.schema_arrow.names]
        first, count = rows if rows is not None else (0, file.metadata.num_rows)
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        ends = np.cumsum([0, *sizes])
        groups = [i for i in range(len(sizes)) if ends[i] < first + count and ends[i + 1] > first]
        at, parts = int(ends[groups[0]]) if groups else 0, []
        for batch in file.iter_batches(_BATCH, row_groups=groups, columns=names):
            low, high = max(first - at, 0), min(first + count - at, batch.num_rows)
            if low < high:
                parts.append(batch.slice(low, high - low))
            at += batch.num_rows
            if at >= first + count:
                break
        kept = pa.schema([file.schema_arrow.field(name) for name in names])
        return Content(pa.Table.from_batches(parts, kept), _types(file.schema_arrow)[1])


def _types(known: pa.Schema) -> tuple[dict[str, pa.DataType], dict[str, str]]:
    words = {
        key.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for key, value in (known.metadata or {}).items()
        if key not in _OWN_WORDS
    }
    return {field.name: field.type for field in known}, words


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Turn whatever a library raises of a file into `SurveyError`."""
    try:
        yield
    except SurveyError:
        raise
    # A damaged file leads these libraries to any error, slips of their own among them, such as
    # AssertionError, UnboundLocalError, zlib.error, and VOTable's warnings raised as errors. No
    # list would be whole, and all mean the same: the file is not what its name says.
    except Exception as fault:
        lines = str(fault).splitlines() or [""]
        raise SurveyError(
            "a table of spectra cannot be read",
            where=path,
            wanted="a whole file of Parquet, FITS or VOTable, as its name says",
            found=f"{type(fault).__name__}: {lines[0]}"[:300],
            todo="see that it was written, or downloaded, to its end",
        ) from fault


def _checked_kind(path: Path) -> str:
    kind = kind_of(path)
    if not kind:
        raise SurveyError(
            "a file is not a table of spectra",
            where=path,
            wanted="a name that ends in " + ", ".join(chain(*_ENDINGS.values())),
            found=path.name,
            todo="narrow the recipe's patterns, or save it in one of these formats",
        )
    if not path.is_file() or path.stat().st_size == 0:
        raise SurveyError(
            "a table of spectra is missing or empty",
            where=path,
            wanted="a whole file",
            found="0 bytes" if path.is_file() else "no such file",
            todo="see the recipe's folder and patterns",
        )
    return kind
