"""Text files written line by line, whole or not at all, compressed where their name says so."""

import contextlib
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from catalog.release import writing


@contextlib.contextmanager
def lines_to(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing; `.gz` is compressed, and says neither when nor under what name."""
    with writing(path) as temporary, temporary.open("wb") as stream:
        if path.suffix != ".gz":
            yield stream
            return
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=stream, mtime=0) as packed:
            yield packed  # type: ignore[misc]  # GzipFile is a stream of bytes in all but name
