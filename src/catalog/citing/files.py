"""The files of a release, as formats that list them need them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MEDIA = {
    ".bib": "application/x-bibtex",
    ".cff": "text/yaml",
    ".csv": "text/csv",
    ".duckdb": "application/vnd.duckdb",
    ".fits": "application/fits",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".moc": "application/fits",
    ".npy": "application/octet-stream",
    ".parquet": "application/vnd.apache.parquet",
    ".safetensors": "application/octet-stream",
    ".sql": "application/sql",
    ".toml": "application/toml",
    ".vot": "application/x-votable+xml",
    ".xml": "application/x-votable+xml",
}
PLAIN = "text/plain"
VARYING = frozenset({"catalog.duckdb", "SHA256SUMS"})
"""Files whose bytes may differ between two builds of the same content: DuckDB does not promise its
own, and its checksum is in the other. A list of files that leaves out their checksum and size is
itself always the same."""

VARIES = (
    "Its bytes differ from build to build while its content does not; its checksum is in SHA256SUMS"
)


@dataclass(frozen=True)
class Listed:
    """A file: its path seen from the release's folder, its bytes and their sha256.

    Both are None where its bytes may differ between builds.
    """

    name: str
    size: int | None
    sha256: str | None


def media_type(name: str) -> str:
    """Give the media type of a file by its name's ending."""
    path = PurePosixPath(name)
    if path.suffix == ".gz":
        return "application/gzip"
    return MEDIA.get(path.suffix.lower(), PLAIN)


def listed(folder: Path, file: Path) -> Listed:
    """Measure one file below the release's folder."""
    name = file.relative_to(folder).as_posix()
    if name in VARYING:
        return Listed(name, None, None)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Listed(name, file.stat().st_size, digest)
