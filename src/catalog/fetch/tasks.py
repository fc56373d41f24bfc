"""One file that a recipe needs: where it is, where it goes, and who vouches for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from catalog.fetch.archives import Archive
from catalog.fetch.listing import Entry
from catalog.fetch.memory import Memory
from catalog.fetch.part import Part
from catalog.fetch.walk import Listings

State = Literal["wanted", "here", "verified"]
"""Not here, here but not verified yet, or nothing to do."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A checksum file that may name a file: its address, its algorithm, and the name in it."""

    url: str
    algorithm: str
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done for one file.

    Attributes
    ----------
    url, path
        Where it is, and where it goes.
    folder_url
        Address of its folder's listing.
    size, exact
        Size in bytes as the server shows it, and whether it is to the byte; None: not shown.
    sums
        Checksum files that may name it, the nearest first.
    come
        Bytes of it that an earlier run got.
    """

    url: str
    path: Path
    folder_url: str
    size: int | None
    exact: bool
    sums: tuple[Sum, ...]
    state: State
    come: int = 0


def n_bytes(tasks: Iterable[Task]) -> int:
    """Sum of the sizes that are known, bytes."""
    return sum(task.size or 0 for task in tasks)


@dataclass(frozen=True)
class Place:
    """A folder here and the tree there that it is a copy of.

    Attributes
    ----------
    base
        Address of the tree.
    folder
        The survey's folder.
    listings
        Of all folders there that were asked for.
    """

    base: str
    folder: Path
    archive: Archive
    listings: Listings

    def beside(self, files: Iterable[str]) -> dict[str, Entry]:
        """Give the files that are read with these, where their folders have them."""
        found = {}
        for path in files:
            folder, slash, name = path.rpartition("/")
            have = {entry.name: entry for entry in self.listings[folder + slash]}
            for names in self.archive.beside(name):
                partner = next((name for name in names if name in have), "")
                if partner:
                    found[folder + slash + partner] = have[partner]
        return found

    def task(self, path: str, entry: Entry, memory: Memory) -> Task:
        """Say what is to be done for one file."""
        here = self.folder / path
        state: State = "here" if here.is_file() else "wanted"
        folder, slash, _ = path.rpartition("/")
        return Task(
            url=self.base + quote(path),
            path=here,
            folder_url=self.base + quote(folder + slash),
            size=entry.size,
            exact=entry.exact,
            sums=tuple(self._sums(path)),
            state="verified" if memory.is_verified(here) else state,
            come=Part(here).length if state == "wanted" else 0,
        )

    def _sums(self, path: str) -> Iterator[Sum]:
        """Checksum files in those of the folders above a file that were listed."""
        folder = path
        while folder:
            above, slash, _ = folder.rstrip("/").rpartition("/")
            folder = above + slash
            for entry in self.listings.get(folder, ()):
                for end, algorithm in self.archive.checksums.items():
                    if entry.name.endswith(end) and not entry.is_folder:
                        url = self.base + quote(folder + entry.name)
                        yield Sum(url, algorithm, path.removeprefix(folder))
