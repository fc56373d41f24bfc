"""Pages of the last rendering that need not be drawn again: what they are made from is the same."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from catalog.release import writing


def fingerprint(*sources: Any) -> str:
    """Sha256 of records, arrays, mappings, sequences and plain values, by content and order.

    Not of their `repr`: that of an array leaves out its middle.
    """
    made = hashlib.sha256()
    for part in _parts(sources):
        made.update(part)
        made.update(b"\0")
    return made.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, np.ndarray) and value.dtype != object:
        yield f"{value.dtype}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__.encode()
        for each in fields(value):
            yield from _parts(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield repr(key).encode()
            yield from _parts(part)
    elif isinstance(value, list | tuple | np.ndarray):
        yield f"{len(value)}".encode()
        for part in value:
            yield from _parts(part)
    else:
        yield repr(value).encode()


def of_files(*roots: Path) -> str:
    """Sha256 of all files below some folders, by name and content: of code and templates."""
    made = hashlib.sha256()
    for root in roots:
        for file in sorted(each for each in root.rglob("*") if each.is_file()):
            if file.suffix != ".pyc":
                made.update(f"{file.relative_to(root).as_posix()}\0".encode())
                made.update(file.read_bytes())
    return made.hexdigest()


class LastSite:
    """The site that stands, and what each of its object pages was made from.

    The note lies beside the site, not in it: nobody who visits needs it. It is removed before a
    new site takes the old one's place and written after, so that it never speaks of another site.
    """

    def __init__(self, site: Path, shared: str) -> None:
        self.site = site
        self.shared = shared
        self._pages = self._read()

    @property
    def note(self) -> Path:
        """Where the fingerprints are."""
        return self.site.with_name(f".{self.site.name}.pages.json")

    def _read(self) -> dict[str, list[Any]]:
        try:
            known = json.loads(self.note.read_text(encoding="utf-8"))
            pages = known["pages"] if known["shared"] == self.shared else {}
            return {str(path): list(told) for path, told in pages.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # a first rendering, or a damaged note: everything is drawn

    def hand_on(self, path: str, key: str, folder: Path) -> bool:
        """Put the folder of an unchanged page into the new site; False where it must be drawn."""
        old, new = (self.site / path).parent, (folder / path).parent
        if self._pages.get(path) != [key, *_size(old)]:
            return False
        new.mkdir(parents=True, exist_ok=True)
        for file in sorted(old.iterdir()):
            link_or_copy(file, new / file.name)
        return True

    def forget(self) -> None:
        """Remove the note: the site that it speaks of is about to go."""
        self.note.unlink(missing_ok=True)

    def remember(self, pages: Mapping[str, str]) -> None:
        """Note what the pages of the site that now stands were made from, and how large they are.

        The size is there so that a page that somebody cut short or removed is drawn again.
        """
        told = {path: [key, *_size((self.site / path).parent)] for path, key in pages.items()}
        with writing(self.note) as temporary:
            temporary.write_text(
                json.dumps({"shared": self.shared, "pages": dict(sorted(told.items()))}),
                encoding="utf-8",
            )


def _size(folder: Path) -> tuple[int, int]:
    """Count a folder's files and their bytes."""
    sizes = [each.stat().st_size for each in folder.iterdir()] if folder.is_dir() else []
    return len(sizes), sum(sizes)


def link_or_copy(file: Path, to: Path) -> None:
    """Give a file a second name; a copy of it where the disk has no hard links."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)
