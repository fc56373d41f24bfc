"""A folder as one thing: its size, its digest, a second copy of it by hard links."""

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.release import writing
from catalog.site.reuse import link_or_copy


@dataclass(frozen=True)
class Tree:
    """What a folder holds: number of files, their bytes, and one digest of names and contents."""

    files: int
    bytes: int
    digest: str


class Hashes:
    """Sha256 of files, each hashed once however many names it has."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int, int], str] = {}

    def sha256(self, file: Path) -> str:
        """Sha256 of a file's bytes."""
        stat = file.stat()
        key = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if key not in self._known:
            with file.open("rb") as stream:
                self._known[key] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._known[key]


def files(folder: Path, without: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """Give every file below a folder with its name as seen from there, sorted by name.

    `without` names entries of the folder itself that are passed over.
    """
    found = (
        (Path(root, name).relative_to(folder).as_posix(), Path(root, name))
        for root, _, names in os.walk(folder)
        for name in names
    )
    yield from sorted(each for each in found if each[0].split("/", 1)[0] not in without)


def measure(folder: Path, hashes: Hashes, without: Collection[str] = ()) -> Tree:
    """Count and digest a folder."""
    digest, n_files, n_bytes = hashlib.sha256(), 0, 0
    for name, file in files(folder, without):
        digest.update(f"{hashes.sha256(file)}  {name}\n".encode())
        n_files, n_bytes = n_files + 1, n_bytes + file.stat().st_size
    return Tree(n_files, n_bytes, digest.hexdigest())


def hand_on(folder: Path, to: Path, without: Collection[str] = ()) -> None:
    """Give every file of a folder a second name below `to`; copies where there are no links."""
    for name, file in files(folder, without):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(file, to / name)


def write_text(path: Path, text: str) -> None:
    """Write a file anew, whole; other names of the file that was there keep what they had."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
