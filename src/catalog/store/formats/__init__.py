"""Formats of the catalogue's files, one per module: each defines one `FORMAT`.

All of them take columns, units, decimals and descriptions from the one dictionary, which a `Source`
gives, and write the same bytes for the same catalogue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.store.source import Source


@dataclass(frozen=True)
class Format:
    """A way to write the catalogue: `write(source, folder)` gives the files that it wrote."""

    name: str
    write: Callable[[Source, Path], list[Path]]
