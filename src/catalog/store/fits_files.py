"""FITS files written in one pass: astropy makes the headers, rows go to the file as they come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
from astropy.io import fits

from catalog.release import writing
from catalog.spectra import Array
from catalog.store import origin, units
from catalog.store.ascii_text import spelled
from catalog.store.fields import Field
from catalog.store.source import Source

BLOCK = 2880
FORMS = {
    "BOOLEAN": "L", "TINYINT": "I", "SMALLINT": "I", "INTEGER": "J", "BIGINT": "K",
    "FLOAT": "E", "DOUBLE": "D",
}  # fmt: skip
DTYPES = {"L": "S1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}


@dataclass(frozen=True)
class Column:
    """A field and its place in a FITS table: `form` is its TFORM without a count, `count` that."""

    field: Field
    form: str
    count: int = 1

    @property
    def dtype(self) -> tuple[str, str] | tuple[str, str, tuple[int]]:
        """NumPy's name for the bytes of a cell."""
        if self.form == "A":
            return self.field.name, f"S{self.count}"
        plain = self.field.name, DTYPES[self.form]
        return plain if self.count == 1 else (*plain, (self.count,))

    @property
    def null(self) -> int | None:
        """The whole number that stands for null: the least of its type, which no data is."""
        return int(np.iinfo(DTYPES[self.form]).min) if self.form in "IJK" else None

    @property
    def display(self) -> str | None:
        """TDISP: the decimals that the value deserves."""
        if self.form not in "DE":
            return None
        decimals = self.field.decimals
        return "E10.2" if decimals is None else f"F{decimals + 8}.{decimals}"


def columns(source: Source, fields: Sequence[Field], relation: str) -> list[Column]:
    """Give each field its form; text gets the width of the longest of its column."""
    texts = [field for field in fields if field.is_text]
    longest = ", ".join(f"coalesce(max(length({field.expression})), 1)" for field in texts)
    found = source.rows(f"SELECT {longest} FROM {relation}")[0] if texts else ()  # noqa: S608 - names are quoted
    widths = {text.name: max(1, int(w)) for text, w in zip(texts, found, strict=True)}
    return [
        Column(f, "A", widths[f.name]) if f.is_text else Column(f, FORMS[f.kind]) for f in fields
    ]


def write(path: Path, source: Source, hdus: Iterable[tuple[fits.Header, Iterable[Array]]]) -> Path:
    """Write a primary header that says where the file comes from, then extensions, row by row.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        The catalogue.
    hdus : iterable of (Header, iterable of ndarray)
        Each extension: its header, and its data in pieces that are written as they lie in memory.
    """
    primary = fits.PrimaryHDU().header
    primary.extend(origin.cards(source))
    with writing(path) as temporary, temporary.open("wb") as stream:
        _hdu(stream, primary, ())
        for header, pieces in hdus:
            _hdu(stream, header, pieces)
    return path


def _hdu(stream: IO[bytes], header: fits.Header, pieces: Iterable[Array]) -> None:
    stream.write(header.tostring().encode("ascii"))
    begin = stream.tell()
    for piece in pieces:
        stream.write(piece.tobytes())
    stream.write(b"\0" * (-(stream.tell() - begin) % BLOCK))


def table_header(name: str, fields: Sequence[Column], n_rows: int) -> fits.Header:
    """Header of a binary table, with unit, UCD, description and null of every column."""
    definitions = [
        fits.Column(
            name=column.field.name,
            format=f"{column.count}{column.form}",
            unit=units.spelled(column.field.unit, units.FITS) or None,
            disp=column.display,
            null=column.null,
        )
        for column in fields
    ]
    header = fits.BinTableHDU.from_columns(definitions, nrows=0).header
    header["NAXIS2"] = n_rows
    header["EXTNAME"] = name
    for i, column in enumerate(fields, start=1):
        if column.field.ucd:
            header[f"TUCD{i}"] = column.field.ucd
        header[f"TCOMM{i}"] = spelled(column.field.description)
    return header


def image_header(name: str, shape: tuple[int, ...], bits: int, unit: str, what: str) -> fits.Header:
    """Header of an image extension of floats; `shape` as in NumPy, `bits` 32 or 64."""
    header = fits.Header([("XTENSION", "IMAGE"), ("BITPIX", -bits), ("NAXIS", len(shape))])
    for i, size in enumerate(reversed(shape), start=1):
        header[f"NAXIS{i}"] = size
    header.update({"PCOUNT": 0, "GCOUNT": 1, "EXTNAME": name})
    if unit:
        header["BUNIT"] = unit
    header["COMMENT"] = what
    return header


def packed(batch: pa.RecordBatch, fields: Sequence[Column]) -> Array:
    """Turn a batch, its columns in the order of `fields`, into rows of a FITS table."""
    rows = np.zeros(batch.num_rows, np.dtype([column.dtype for column in fields]))
    for column, values in zip(fields, batch.columns, strict=True):
        rows[column.field.name] = _cells(column, values)
    return rows


def _cells(column: Column, values: pa.Array) -> Array:
    if column.form == "A":
        return np.array(values.fill_null("").to_pylist(), dtype=f"S{column.count}")
    if column.form == "L":
        return np.where(values.to_numpy(zero_copy_only=False).astype(bool), b"T", b"F")
    if column.null is not None:
        return np.asarray(values.fill_null(column.null).to_numpy(zero_copy_only=False))
    if column.count > 1:
        return np.asarray(values.flatten()).reshape(len(values), column.count)
    return np.asarray(values.to_numpy(zero_copy_only=False))
