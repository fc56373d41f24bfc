"""What stands in a published folder, as it says itself in `published.json`."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from catalog.errors import PublishError
from catalog.publish.tree import Tree

NAME = "published.json"
COPY, REDIRECT = "copy", "redirect"
"""How a release stands at `releases/<name>/`: whole, or as pages that lead to `/`. Any other place
is that of the folder beside the target that holds it, such as `overflow-1`."""


@dataclass(frozen=True)
class Entry:
    """One published release.

    Attributes
    ----------
    source
        Digest of the site as the build left it, before anything was split for a host.
    tree
        Of the release as it is published; its digest never changes.
    split
        Files that are published in parts, as names below the release.
    moved
        Addresses of downloads that are published elsewhere only.
    place, address
        Where it stands, and the address of an overflow folder where that was given.
    """

    name: str
    title: str
    version: str
    date: str
    doi: str
    simulated: bool
    n_objects: int
    source: str
    tree: Tree
    split: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    place: str = COPY
    address: str = ""


@dataclass(frozen=True)
class Manifest:
    """All published releases, in the order of their publication, and which of them has `/`."""

    host: str = ""
    newest: str = ""
    releases: tuple[Entry, ...] = field(default=())

    def of(self, name: str) -> Entry | None:
        """Find a release by its name."""
        return next((each for each in self.releases if each.name == name), None)

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read(folder: Path) -> Manifest:
    """Read a folder's manifest; an empty one where the folder has none.

    Raises
    ------
    PublishError
        If it is not as this software writes it.
    """
    path = folder / NAME
    if not path.is_file():
        return Manifest()
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        releases = tuple(_entry(each) for each in told["releases"])
        made = Manifest(str(told["host"]), str(told["newest"]), releases)
        next(each for each in releases if each.name == made.newest)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as fault:
        raise PublishError(
            "what is published cannot be told",
            where=path,
            wanted="the file that an earlier publication wrote",
            found=f"{type(fault).__name__}: {fault}",
            todo="restore the folder from its last good copy, or name an empty one",
        ) from fault
    return made


def _entry(told: dict[str, Any]) -> Entry:
    values = {each.name: told[each.name] for each in fields(Entry)}
    lists = {name: tuple(told[name]) for name in ("split", "moved")}
    return Entry(**{**values, **lists, "tree": Tree(**told["tree"])})
