"""Rows of a FITS table that is too large to load: read by their numbers, a block at a time."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from astropy.io import fits

from catalog.errors import SurveyError
from catalog.surveys._fits import FitsTable
from catalog.surveys._fits_faults import faults, unreadable

_BLOCK_BYTES = 32_000_000
"""Bytes that are read at once: all that a table of any size takes of memory."""
_RECORD = 2880
"""FITS pads everything to a multiple of this."""
_GZIP_MOST = 1032
"""Nothing packs better than this with gzip: a header that promises more is damaged."""


class FitsRows:
    """The first binary table of a file, of which only the asked rows are read.

    Use as a context manager. In a gzipped file, rows that are passed over are decompressed and
    dropped: nothing of it is kept, but the last rows take as long as the whole file does.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file() or path.stat().st_size == 0:
            raise unreadable(path, "", "an empty file (0 bytes)")
        with faults(path, "1"):
            self._stream = _opened(path)
        try:
            with faults(path, "1"):
                self._header = _table_header(self._stream)
                self._start = self._stream.tell()
                self._row_bytes = int(self._header["NAXIS1"])
                self.n_rows = int(self._header["NAXIS2"])
            self._refuse_short()
        except SurveyError:
            self._stream.close()
            raise

    def __enter__(self) -> Self:
        """Give the open table."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._stream.close()

    def read(self, first: int, count: int) -> FitsTable:
        """Rows `first` to `first + count - 1`, counted from 0, as a table of their own.

        Raises
        ------
        SurveyError
            If the file ends before them, or is damaged.
        """
        with faults(self.path, f"1, rows {first} to {first + count - 1}"):
            self._stream.seek(self._start + first * self._row_bytes)
            wanted = count * self._row_bytes
            content = self._stream.read(wanted)
            if len(content) < wanted:
                raise EOFError(f"the file is truncated: {len(content)} of {wanted} bytes")
            header = self._header.copy()
            header["NAXIS2"] = count
            padding = b"\0" * (-wanted % _RECORD)
            hdu = fits.BinTableHDU.fromstring(header.tostring().encode("ascii") + content + padding)
            return FitsTable(self.path, "1", hdu.data)

    def blocks(self) -> Iterator[tuple[int, FitsTable]]:
        """Give all rows in order, block by block: number of the first row, and the rows."""
        step = max(1, _BLOCK_BYTES // max(self._row_bytes, 1))
        for first in range(0, self.n_rows, step):
            yield first, self.read(first, min(step, self.n_rows - first))

    def _refuse_short(self) -> None:
        """Raise where the file cannot hold what its header promises."""
        wanted = self._start + self.n_rows * self._row_bytes
        found = self.path.stat().st_size * (_GZIP_MOST if self.path.suffix == ".gz" else 1)
        if found < wanted:
            raise unreadable(self.path, "1", f"truncated: {found} of at least {wanted} bytes")


def _table_header(stream: BinaryIO) -> fits.Header:
    """Read the header of HDU 1, and nothing behind it: to open it, astropy would seek its end."""
    primary = fits.Header.fromfile(stream)
    if primary.get("NAXIS", 0) != 0:
        raise ValueError("the primary HDU holds an image")
    header = fits.Header.fromfile(stream)
    if str(header.get("XTENSION", "")).strip() != "BINTABLE":
        raise ValueError("HDU 1 is no binary table")
    return header


def _opened(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")
