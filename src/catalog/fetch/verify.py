"""Whether a file is what its survey published: by checksum, else by size, and as FITS by itself."""

import gzip
import hashlib
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from astropy.io import fits

_LINE = re.compile(r"\\?([0-9a-fA-F]{32,128})\s[ *](.+)")


@dataclass(frozen=True)
class Promise:
    """What is known of a file beforehand: its size in bytes and its checksum, where they are."""

    size: int | None = None
    algorithm: str = ""
    digest: str = ""


def fault_of(path: Path, name: str, promise: Promise) -> str:
    """Tell what is wrong with a file; empty text where nothing is.

    Parameters
    ----------
    path : Path
        The file, by whatever name.
    name : str
        Its name in the survey: whether it is FITS, and compressed.
    promise : Promise
        A checksum settles the matter; without one, a FITS file must be as long as its headers say.
    """
    size = path.stat().st_size
    if promise.digest:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, promise.algorithm).hexdigest()
        wrong = found != promise.digest
        return f"{promise.algorithm} {found}, not {promise.digest}" if wrong else ""
    if promise.size is not None and size != promise.size:
        return f"{size} bytes, not {promise.size}"
    if name.endswith((".fits", ".fits.gz", ".fit", ".fit.gz")):
        return _fits_fault(path, compressed=name.endswith(".gz"))
    return "" if size else "no bytes"


def told_by(promise: Promise) -> str:
    """Say by what a file was verified, for the ledger."""
    if promise.digest:
        return f"{promise.algorithm}:{promise.digest}"
    return "size" if promise.size is not None else "format"


def read_sums(text: str) -> dict[str, str] | None:
    """Read a checksum file, `DIGEST  NAME` on each line; None where it is something else."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        found[match[2].removeprefix("./")] = match[1].lower()
    return found or None


def _fits_fault(path: Path, *, compressed: bool) -> str:
    if not compressed and path.stat().st_size % 2880:
        return f"{path.stat().st_size} bytes, which are not whole blocks of 2880"
    try:
        with gzip.open(path) if compressed else path.open("rb") as stream:
            length, promised = _lengths(stream)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as fault:
        return f"not a whole FITS file: {type(fault).__name__} {fault}"
    if not promised:
        return "not a FITS file"
    if length != promised or length % 2880:
        return f"{length} bytes where its headers promise {promised}"
    return ""


def _lengths(stream: gzip.GzipFile | io.BufferedReader) -> tuple[int, int]:
    """Bytes that a FITS file has, and those that its headers promise, as far as both agree."""
    have = promised = 0
    first = b"S"  # of SIMPLE; every further HDU begins with XTENSION
    while have == promised and stream.peek(1)[:1] == first:
        data = fits.Header.fromfile(stream).data_size_padded
        promised = stream.tell() + data
        have = stream.tell() + _pass(stream, data)
        first = b"X"
    return have + len(stream.read(1)), promised


def _pass(stream: gzip.GzipFile | io.BufferedReader, length: int) -> int:
    """Read on by so many bytes; gives how many there were."""
    left = length
    while left > 0 and (piece := stream.read(min(left, 1 << 20))):
        left -= len(piece)
    return length - left
