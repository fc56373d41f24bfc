"""The catalogue's files: what each is, how large, its sha256, and one line that opens it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier

CONTENTS = {
    "catalog.duckdb": "The whole catalogue, with every table",
    "spectra": "Every spectrum that was read, scored or not, ordered by identifier",
    "outliers": "The outliers, most unusual first",
    "reasons": "Why each outlier is one: category, sentence, significance, share of the misfit",
    "object_spectra": "Spectra and reconstructions of the objects that have a page",
    "artefacts": "The outliers that look like artefacts: why, where taken, observed wavelengths",
    "origin_groups": "Artefacts per fibre, petal, exposure, tile and night, with their tests",
    "verdicts": "What people say of objects, in the format in which verdicts are sent",
    "columns": "What each column means: unit, UCD, decimals",
    "benchmark_scores": "How well each score finds planted anomalies, by kind and S/N",
    "benchmark_differences": "By how much one score finds more than another",
    "benchmark_calibration": "Whether p of clean spectra is uniform at every S/N",
    "benchmark_classes": "How well each score finds a class that the model never saw",
    "benchmark_kinds": "What was planted, and what its strength means",
    "SHA256SUMS": "Checksums of all the other files",
}
"""By name, or by name without its ending."""
USAGE = {
    ".duckdb": 'duckdb {name} "FROM spectra LIMIT 5"',
    ".parquet": "pandas.read_parquet('{name}')",
    ".csv": "pandas.read_csv('{name}')",
    "": "sha256sum --check {name}",
}
WITH_IDS = {"spectra", "outliers", "artefacts", "verdicts"}
TEXT_IDS = "pandas.read_csv('{name}', dtype={{'target_id': str}})"
"""Without it a reader takes identifiers for numbers, and loses their last digits."""


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


def _checksums_last(file: Path) -> tuple[bool, str]:
    return not file.suffix, file.name


def _described(file: Path) -> Download:
    what = CONTENTS.get(file.name) or CONTENTS.get(file.stem, "A file")
    usage = USAGE.get(file.suffix, "")
    if file.suffix == ".csv" and file.stem in WITH_IDS:
        usage = TEXT_IDS
    size = words.file_size(file.stat().st_size)
    return Download(file.name, what, usage.format(name=file.name), size, _sha256(file))


def _sha256(file: Path) -> str:
    """Checksum of a file; empty where its bytes vary between builds while its content does not.

    DuckDB does not promise its own bytes, and a page is the same for the same catalogue. The
    database's checksum stands in SHA256SUMS, which is a download like the database itself.
    """
    if file.suffix in {".duckdb", ""}:
        return ""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "download/index.html"
    context = DownloadContext(
        frame=frame(atlas, path, "Download", "The catalogue, whole, in formats that others read."),
        files=tuple(_described(file) for file in sorted(atlas.downloads, key=_checksums_last)),
        n_spectra=atlas.release.n_read,
    )
    yield Sheet(path, context)


PAGE = Page("download.html", DownloadContext, _sheets)
