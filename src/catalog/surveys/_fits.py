"""FITS files as they should be: native numbers, plain text, and one clear error for any fault."""

import gzip
import io
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from catalog import registry
from catalog.errors import SurveyError
from catalog.spectra import Array, Text
from catalog.surveys._fits_faults import faults, listing, unreadable, wrong_hdu


class FitsTable:
    """A binary table of `n_rows` rows, read column by column."""

    def __init__(self, path: Path, hdu: str, records: fits.FITS_rec) -> None:
        self._path, self._hdu, self._records = path, hdu, records
        self.columns = tuple(records.columns.names)
        self.n_rows = len(records)

    def __contains__(self, column: str) -> bool:
        """Whether the table has the column."""
        return column in self.columns

    def first_of(self, *columns: str) -> str:
        """Give the first of these columns that the table has; empty text where it has none."""
        return next((column for column in columns if column in self), "")

    def numbers(
        self, column: str, dtype: npt.DTypeLike, null: float | None = None
    ) -> npt.NDArray[Any]:
        """One number per row, (n_rows,), native-endian; all `null` where the column is absent.

        Raises
        ------
        SurveyError
            If the column is absent and no `null` is given, or does not hold one number per row.
        """
        if column not in self and null is not None:
            return np.full(self.n_rows, null, dtype)
        values = self._column(column)
        whole = np.dtype(dtype).kind in "iu"
        if values.ndim != 1 or values.dtype.kind not in ("biu" if whole else "biuf"):
            wanted = "one whole number per row" if whole else "one number per row"
            raise self._wrong_column(column, wanted, values)
        return values.astype(dtype)

    def arrays(self, column: str) -> Array:
        """One list of numbers per row, (n_rows, L), native-endian, in the type it is stored in.

        Raises
        ------
        SurveyError
            If the column is absent, or does not hold lists of numbers, all of one length.
        """
        values = self._column(column)
        if values.ndim != 2 or values.dtype.kind not in "iuf":
            raise self._wrong_column(column, "one list of numbers per row", values)
        return values.astype(values.dtype.newbyteorder("="), copy=False)

    def text(self, column: str, null: str | None = None) -> Text:
        """One text per row, (n_rows,), stripped; all `null` where the column is absent.

        Raises
        ------
        SurveyError
            If the column is absent and no `null` is given, or does not hold one text per row.
        """
        if column not in self and null is not None:
            return np.full(self.n_rows, null, dtype=object)
        values = self._column(column)
        if values.ndim != 1 or values.dtype.kind not in "SU":
            raise self._wrong_column(column, "one text per row", values)
        return np.array([str(value).strip() for value in values.tolist()], dtype=object)

    def names(self, column: str) -> Text:
        """One identifier per row, (n_rows,), as text; numbers without decimals are written out.

        Raises
        ------
        SurveyError
            If the column is absent, or holds neither one text nor one whole number per row.
        """
        values = self._column(column)
        if values.dtype.kind in "SU":
            return self.text(column)
        whole = self.numbers(column, np.int64)
        return np.array([str(value) for value in whole.tolist()], dtype=object)

    def _column(self, column: str) -> Array:
        if column not in self:
            raise SurveyError(
                f"table {self._hdu} lacks column {column}",
                where=f"{self._path} [{self._hdu}]",
                wanted=column,
                found=listing(self.columns),
                todo=registry.nearest(column, self.columns),
            )
        with faults(self._path, self._hdu):
            return np.asarray(self._records[column])

    def _wrong_column(self, column: str, wanted: str, values: Array) -> SurveyError:
        return SurveyError(
            f"column {column} of table {self._hdu} has the wrong type",
            where=f"{self._path} [{self._hdu}]",
            wanted=wanted,
            found=f"{values.dtype} of shape {values.shape}",
            todo="see that this is an unmodified file of the survey",
        )


class FitsFile:
    """An open FITS file, read by HDU name; only the HDUs that are asked for are read.

    Tables can be read by number too, the primary HDU being 0: some surveys' HDUs have no names.

    Use as a context manager. Every fault of the file is a `SurveyError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise unreadable(path, "", "a folder")
        if path.is_file() and path.stat().st_size == 0:
            raise unreadable(path, "", "an empty file (0 bytes)")
        self._hdus = fits.HDUList()
        try:
            with faults(path, ""):
                # Not memory-mapped: a mapped file that shrinks while it is read kills the process.
                self._hdus = fits.open(_source(path), memmap=False)
                # Reads every header, so that a file cut short is found before any of it is used.
                self.names = tuple(str(hdu.name) for hdu in self._hdus)
        except SurveyError:
            self._hdus.close()
            raise

    def __enter__(self) -> Self:
        """Give the open file."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._hdus.close()

    def header(self, hdu: str = "PRIMARY") -> fits.Header:
        """Give the header of one HDU."""
        return self._hdus[self._index(hdu)].header

    def keywords(self, names: tuple[str, ...], hdu: str = "PRIMARY") -> dict[str, object]:
        """Values of these keywords of a header, as far as it has them.

        Raises
        ------
        SurveyError
            If the HDU is missing, or a keyword cannot be read.
        """
        header = self.header(hdu)
        with faults(self.path, hdu):
            return {name: header[name] for name in names if name in header}

    def image(self, hdu: str, shape: tuple[int, ...] | None = None) -> Array:
        """Pixels of one image, native-endian, in the type they are stored in.

        Parameters
        ----------
        hdu : str
            Name of a plain or compressed image.
        shape : tuple of int, optional
            The shape it must have.

        Raises
        ------
        SurveyError
            If the HDU is missing, is no image, holds no numbers, or has another shape.
        """
        with faults(self.path, hdu):
            data = self._hdus[self._index(hdu)].data
        if not isinstance(data, np.ndarray) or data.dtype.kind not in "iuf":
            raise wrong_hdu(self.path, hdu, "an image", "no image")
        if shape is not None and data.shape != shape:
            raise wrong_hdu(self.path, hdu, f"shape {shape}", f"shape {data.shape}")
        return data.astype(data.dtype.newbyteorder("="), copy=False)

    def table(self, hdu: str | int) -> FitsTable:
        """One binary table, by its HDU's name or number.

        Raises
        ------
        SurveyError
            If the HDU is missing, or is no table.
        """
        index, label = self._index(hdu), str(hdu)
        with faults(self.path, label):
            data = self._hdus[index].data
        if not isinstance(data, fits.FITS_rec):
            raise wrong_hdu(self.path, label, "a binary table", "no table")
        return FitsTable(self.path, label, data)

    def _index(self, hdu: str | int) -> int:
        if isinstance(hdu, int) and hdu < len(self.names):
            return hdu
        if hdu not in self.names:
            label = str(hdu)
            raise SurveyError(
                f"HDU {label} is missing",
                where=self.path,
                wanted=label,
                found=listing(self.names),
                todo=registry.nearest(label, self.names)
                or "see that this is the right file, and that it was downloaded whole",
            )
        return self.names.index(str(hdu))


def _source(path: Path) -> Path | io.BytesIO:
    """Decompress gzip at once and to its end: astropy takes a stream cut short for a short file."""
    if path.suffix != ".gz":
        return path
    return io.BytesIO(gzip.decompress(path.read_bytes()))
