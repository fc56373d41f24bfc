"""FITS tables and VOTables as Arrow tables, with their keywords. They are read whole."""

import gzip
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from astropy.io import fits, votable
from astropy.table import Table

from catalog.surveys._fits_faults import faults

Keywords = dict[str, str]


def of_fits(path: Path) -> tuple[pa.Table, Keywords]:
    """Read the first binary table of a FITS file, and the keywords of it and of the file."""
    with faults(path, ""), fits.open(_source(path), memmap=False) as hdus:
        hdu = _first_table(hdus)
        table = Table.read(hdu, character_as_bytes=False)
        return _arrow(table), _words(hdu.header, hdus[0].header)


def types_of_fits(path: Path) -> tuple[dict[str, pa.DataType], Keywords, int]:
    """Tell the type of each of its columns, its keywords, and how many rows; reads headers only."""
    with faults(path, ""), fits.open(_source(path), memmap=False) as hdus:
        hdu = _first_table(hdus)
        types = {column.name: _type_of(column) for column in hdu.columns}
        return types, _words(hdu.header, hdus[0].header), int(hdu.header["NAXIS2"])


def of_votable(path: Path) -> tuple[pa.Table, Keywords]:
    """Read the first table of a VOTable, with its PARAMs and INFOs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of small print; what is needed is checked
        found = votable.parse_single_table(_source(path), verify="ignore")
        words = {item.name: item.value for item in [*found.params, *found.infos]}
        table = found.to_table(use_names_over_ids=True)
    return _arrow(table), {str(key): _word(value) for key, value in words.items()}


def _source(path: Path) -> Path | io.BytesIO:
    """Decompress gzip to its end at once: a stream cut short would pass for a short file."""
    return io.BytesIO(gzip.decompress(path.read_bytes())) if path.suffix == ".gz" else path


def _first_table(hdus: fits.HDUList) -> fits.BinTableHDU:
    found = next((hdu for hdu in hdus if isinstance(hdu, fits.BinTableHDU)), None)
    if found is None:
        raise ValueError("it has no binary table")
    return found


def _words(*headers: fits.Header) -> Keywords:
    words: Keywords = {}
    for header in headers:
        for key in header:
            words.setdefault(key, _word(header[key]))
    return words


def _type_of(column: fits.Column) -> pa.DataType:
    form = str(column.format)
    code = form.lstrip("0123456789")[:1]
    if code in "PQ":
        return pa.list_(pa.float64())
    if code == "A":
        return pa.string()
    kind = {"L": pa.bool_(), "E": pa.float32(), "D": pa.float64()}.get(code, pa.int64())
    kind = pa.null() if code in "CMX" else kind
    count = form[: -len(form.lstrip("0123456789"))]
    return pa.list_(kind) if column.dim or (count or "1") != "1" else kind


def _word(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None or value is np.ma.masked else str(value)


def _arrow(table: Table) -> pa.Table:
    return pa.table({name: _column(table[name]) for name in table.colnames})


def _column(column: Any) -> pa.Array:
    """One column: text, numbers, or a list of numbers per row, with its gaps."""
    values = np.ma.asarray(column)
    plain, hidden = np.ma.getdata(values), np.ma.getmaskarray(values)
    if plain.ndim > 1:
        return _lists(list(plain.reshape(len(plain), -1)), list(hidden.reshape(len(plain), -1)))
    if plain.dtype.kind in "biuf":
        return pa.array(plain.astype(plain.dtype.newbyteorder("=")), mask=hidden)
    if plain.dtype.kind == "O" and any(isinstance(value, np.ndarray) for value in plain):
        rows = [np.ma.ravel(np.ma.asarray(value)) for value in plain]
        return _lists([np.ma.getdata(r) for r in rows], [np.ma.getmaskarray(r) for r in rows])
    told = zip(plain.tolist(), hidden.tolist(), strict=True)
    return pa.array([None if gone else _word(value) for value, gone in told], pa.string())


def _lists(rows: list[Any], hidden: list[Any]) -> pa.Array:
    """Make lists of numbers, one per row and each as long as it is, with nulls where masked."""
    flat = np.concatenate([*rows, np.empty(0)])
    if flat.dtype.kind not in "biuf":
        return pa.array([str(row.tolist()) for row in rows], pa.string())
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    gone = np.concatenate([*hidden, np.empty(0, bool)]).astype(bool)
    return pa.LargeListArray.from_arrays(
        pa.array(offsets), pa.array(flat.astype(flat.dtype.newbyteorder("=")), mask=gone)
    )
