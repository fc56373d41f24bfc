"""FITS files as they should be: native numbers, plain text, and one clear error for any fault.

Everything that astropy can raise or warn of about a damaged file is turned into `SurveyError` here.
"""

import gzip
import io
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from astropy.io import fits
from astropy.utils.exceptions import AstropyWarning

from catalog import registry
from catalog.errors import SurveyError
from catalog.spectra import Array, Text

# What astropy, gzip and NumPy raise for files that are damaged, cut short or not FITS at all.
# MemoryError and OverflowError: a damaged header can promise petabytes.
_FAULTS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    MemoryError,
    OverflowError,
    zlib.error,
    fits.VerifyError,
)


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

    def _column(self, column: str) -> Array:
        if column not in self:
            raise SurveyError(
                f"table {self._hdu} lacks column {column}",
                where=f"{self._path} [{self._hdu}]",
                wanted=column,
                found=_listing(self.columns),
                todo=registry.nearest(column, self.columns),
            )
        with _faults(self._path, self._hdu):
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
            raise _unreadable(path, "", "a folder")
        if path.is_file() and path.stat().st_size == 0:
            raise _unreadable(path, "", "an empty file (0 bytes)")
        self._hdus = fits.HDUList()
        try:
            with _faults(path, ""):
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
        with _faults(self.path, hdu):
            data = self._hdus[self._index(hdu)].data
        if not isinstance(data, np.ndarray) or data.dtype.kind not in "iuf":
            raise _wrong_hdu(self.path, hdu, "an image", "no image")
        if shape is not None and data.shape != shape:
            raise _wrong_hdu(self.path, hdu, f"shape {shape}", f"shape {data.shape}")
        return data.astype(data.dtype.newbyteorder("="), copy=False)

    def table(self, hdu: str | int) -> FitsTable:
        """One binary table, by its HDU's name or number.

        Raises
        ------
        SurveyError
            If the HDU is missing, or is no table.
        """
        index, label = self._index(hdu), str(hdu)
        with _faults(self.path, label):
            data = self._hdus[index].data
        if not isinstance(data, fits.FITS_rec):
            raise _wrong_hdu(self.path, label, "a binary table", "no table")
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
                found=_listing(self.names),
                todo=registry.nearest(label, self.names)
                or "see that this is the right file, and that it was downloaded whole",
            )
        return self.names.index(str(hdu))


@contextmanager
def _faults(path: Path, hdu: str) -> Iterator[None]:
    """Turn what a damaged file makes astropy raise, or warn of, into `SurveyError`.

    Other warnings of astropy concern header style and units, which no reader here relies on.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", AstropyWarning)
        try:
            yield
        except _FAULTS as fault:
            raise _unreadable(path, hdu, _in_one_line(fault)) from fault
    said = [str(item.message) for item in caught if issubclass(item.category, AstropyWarning)]
    cut_short = [text for text in said if "truncated" in text or "corrupted" in text]
    if cut_short:
        raise _unreadable(path, hdu, cut_short[0].splitlines()[0])


def _source(path: Path) -> Path | io.BytesIO:
    """Decompress gzip at once and to its end: astropy takes a stream cut short for a short file."""
    if path.suffix != ".gz":
        return path
    return io.BytesIO(gzip.decompress(path.read_bytes()))


def _unreadable(path: Path, hdu: str, found: str) -> SurveyError:
    if not path.exists():
        return SurveyError(
            "a survey file is missing",
            where=path,
            wanted="a FITS file",
            found="no such file",
            todo="see the recipe's folder and patterns",
        )
    return SurveyError(
        "a survey file cannot be read",
        where=f"{path} [{hdu}]" if hdu else path,
        wanted="a whole FITS file",
        found=found,
        todo="download the file again, and compare its checksum",
    )


def _wrong_hdu(path: Path, hdu: str, wanted: str, found: str) -> SurveyError:
    return SurveyError(
        f"HDU {hdu} is not as its format promises",
        where=f"{path} [{hdu}]",
        wanted=wanted,
        found=found,
        todo="see that this is an unmodified file of the survey",
    )


def _in_one_line(fault: BaseException) -> str:
    lines = str(fault).splitlines()
    return f"{type(fault).__name__}: {lines[0]}" if lines else type(fault).__name__


def _listing(names: tuple[str, ...], most: int = 24) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, and {len(names) - most} more" if len(names) > most else shown
