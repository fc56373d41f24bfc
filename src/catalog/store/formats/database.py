"""The DuckDB file itself."""

import os
import shutil
from pathlib import Path

from catalog.release import writing
from catalog.store.formats import Format
from catalog.store.source import Source


def _write(source: Source, folder: Path) -> list[Path]:
    """Offer the database: the same file under a second name, or a copy across disks."""
    path = folder / "catalog.duckdb"
    with writing(path) as temporary:
        temporary.unlink()
        try:
            os.link(source.path, temporary)
        except OSError:
            shutil.copyfile(source.path, temporary)
    return [path]


FORMAT = Format("DuckDB", _write)
