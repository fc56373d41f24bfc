"""The catalogue's files by purpose: what each is, how large, its sha256, one line that opens it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.citing.files import Listed
from catalog.site import structured, words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store import offered
from catalog.store.offered import Offered
from catalog.store.records import Outlier

OTHERS = "Further files"
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Download:
    """A file to download, or a folder that is used as one thing; `address` opens it."""

    name: str
    address: str
    usage: str
    size: str
    sha256: str


@dataclass(frozen=True)
class Content:
    """What one or several files hold: a table, say, in several formats."""

    what: str
    n_rows: int | None
    files: tuple[Download, ...]


@dataclass(frozen=True)
class Group:
    """Files for one purpose."""

    title: str
    anchor: str
    contents: tuple[Content, ...]


@dataclass(frozen=True)
class DownloadContext:
    """Everything that `download.html` shows."""

    frame: Frame
    groups: tuple[Group, ...]
    n_spectra: int


@dataclass(frozen=True)
class _File:
    """A file that is there, and what it is known to be."""

    listed: Listed
    n_bytes: int
    known: Offered | None


def _files(atlas: Atlas) -> list[_File]:
    """Give the files in the order in which to offer them."""
    found = [
        _File(listed, path.stat().st_size, offered.find(listed.name))
        for listed, path in zip(atlas.files, atlas.downloads, strict=True)
    ]
    return sorted(found, key=lambda file: offered.place(file.listed.name))


def _thing(file: _File) -> str:
    """Name what is offered as one thing: a file, or the folder that is opened by one of its own."""
    known = file.known
    return known.link if known and known.link else file.listed.name


def _download(files: list[_File]) -> Download:
    """Describe one thing, of one file or of a folder's."""
    known, name = files[0].known, files[0].listed.name
    size = words.file_size(sum(file.n_bytes for file in files))
    usage = known.usage.format(name=name) if known else ""
    if known and known.link:
        return Download(known.title, known.link, usage, size, "")
    return Download(name, name, usage, size, _sha256(files[0].listed))


def _sha256(file: Listed) -> str:
    """Checksum of a file; empty where its bytes vary between builds while its content does not.

    DuckDB does not promise its own bytes, and a page is the same for the same catalogue. The
    database's checksum stands in SHA256SUMS, which is a download like the database itself.
    """
    return "" if file.name == CHECKSUMS else file.sha256 or ""


def _meaning(file: _File) -> tuple[str, str]:
    """Tell what a file holds, and what to count for its rows."""
    return (file.known.what, file.known.rows) if file.known else ("A file", "")


def _groups(atlas: Atlas) -> Iterator[Group]:
    by_purpose = groupby(_files(atlas), lambda file: file.known.group if file.known else OTHERS)
    for i, (title, files) in enumerate(by_purpose, start=1):
        yield Group(title, f"files-{i}", tuple(_contents(atlas, files)))


def _contents(atlas: Atlas, files: Iterable[_File]) -> Iterator[Content]:
    for (what, rows), same in groupby(files, _meaning):
        n_rows = atlas.catalogue.count(rows) if rows else None
        things = (list(some) for _, some in groupby(same, _thing))
        yield Content(what, n_rows, tuple(_download(some) for some in things))


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "download/index.html"
    context = DownloadContext(
        frame=frame(
            atlas,
            path,
            "Download",
            "The catalogue, whole, in formats that others read.",
            about=structured.dataset(atlas, "../"),
        ),
        groups=tuple(_groups(atlas)),
        n_spectra=atlas.release.n_read,
    )
    yield Sheet(path, context)


PAGE = Page("download.html", DownloadContext, _sheets)
