"""The catalogue's files: what each is, how large, its sha256, and one line that opens it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier

USAGE = {
    ".duckdb": ("The whole catalogue, with every table", 'duckdb {name} "FROM spectra LIMIT 5"'),
    ".parquet": ("A table, for pandas, Polars, TOPCAT or DuckDB", "pandas.read_parquet('{name}')"),
    ".csv": (
        "A table as text; read the identifiers as text",
        "pandas.read_csv('{name}', dtype={{'target_id': str}})",
    ),
    ".vot": ("A VOTable with units and UCDs", "astropy.table.Table.read('{name}')"),
    ".xml": ("A VOTable with units and UCDs", "astropy.table.Table.read('{name}')"),
    ".fits": ("A FITS table", "astropy.table.Table.read('{name}')"),
    ".txt": ("A text file", "sha256sum --check {name}"),
    ".json": ("What went in and what came out, with sha256", "python -m json.tool {name}"),
}
UNKNOWN = ("A file", "file {name}")


@dataclass(frozen=True)
class Download:
    """A file to download."""

    name: str
    what: str
    usage: str
    size: str
    sha256: str


@dataclass(frozen=True)
class DownloadContext:
    """Everything that `download.html` shows."""

    frame: Frame
    files: tuple[Download, ...]
    n_spectra: int


def _described(file: Path) -> Download:
    what, usage = USAGE.get(file.suffix.lower(), UNKNOWN)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = words.file_size(file.stat().st_size)
    return Download(file.name, what, usage.format(name=file.name), size, digest)


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "download/index.html"
    context = DownloadContext(
        frame=frame(atlas, path, "Download", "The catalogue, whole, in formats that others read."),
        files=tuple(_described(file) for file in atlas.downloads),
        n_spectra=atlas.release.n_read,
    )
    yield Sheet(path, context)


PAGE = Page("download.html", DownloadContext, _sheets)
