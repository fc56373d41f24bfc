"""A recipe's glob patterns -> the files on a server that match, by its folders' listings.

Level by level: only folders that can hold a match are asked for, each once.
"""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from catalog.errors import RecipeError, WebError
from catalog.fetch.listing import Entry

Listings = dict[str, tuple[Entry, ...]]
"""Folder, seen from the base address, with its final slash (the base itself: empty) -> entries."""

_DEEPEST = 30
"""Levels of folders; links can lead `**` in circles."""

_State = tuple[str, tuple[str, ...]]
"""A folder, and the parts of a pattern that are still to be matched below it."""


def walk(
    pattern: str, list_all: Callable[[set[str]], Listings]
) -> tuple[dict[str, Entry], Listings]:
    """Find the files that match a pattern, as `Path.glob` would on a copy of the tree.

    Parameters
    ----------
    pattern : str
        As in a recipe.
    list_all : callable
        Folders -> their listings. A folder that does not exist has none.

    Returns
    -------
    files : dict of str to Entry
        Path below the base -> its entry in its folder, sorted.
    listings : dict
        All that were asked for.

    Raises
    ------
    RecipeError
        If the pattern leads out of the folder.
    WebError
        If folders contain one another without end.
    """
    files: dict[str, Entry] = {}
    listings: Listings = {}
    states = set(_settle("", _parts(pattern)))
    for _ in range(_DEEPEST):
        if not states:
            break
        listings |= list_all({folder for folder, _ in states} - listings.keys())
        further: set[_State] = set()
        for folder, parts in states:
            for entry in listings.get(folder, ()):
                if entry.is_folder:
                    further.update(_down(folder + entry.name + "/", entry.name, parts))
                elif len(parts) == 1 and fnmatchcase(entry.name, parts[0]):
                    files[folder + entry.name] = entry
        states = further
    if states:
        raise WebError(
            "a server's folders have no end",
            where=min(folder for folder, _ in states),
            wanted=f"at most {_DEEPEST} folders in one another",
            todo="write the pattern without **",
        )
    return dict(sorted(files.items())), listings


def _parts(pattern: str) -> tuple[str, ...]:
    path = PurePosixPath(pattern)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise RecipeError(
            "a pattern cannot be looked for on a server",
            where="surveys.files",
            wanted="a pattern below the survey's folder",
            found=repr(pattern),
        )
    return path.parts


def _settle(folder: str, parts: tuple[str, ...]) -> Iterator[_State]:
    """Go down by names that are written out, without asking; `**` may also be no folder at all."""
    while len(parts) > 1 and not set(parts[0]) & set("*?["):
        folder, parts = folder + parts[0] + "/", parts[1:]
    if parts == ("**",):  # folders, of which none is a file
        return
    yield folder, parts
    if parts[0] == "**":
        yield from _settle(folder, parts[1:])


def _down(below: str, name: str, parts: tuple[str, ...]) -> Iterator[_State]:
    """Give what is still to be matched in a folder of that name."""
    if parts[0] == "**":
        yield from _settle(below, parts)
    elif len(parts) > 1 and fnmatchcase(name, parts[0]):
        yield from _settle(below, parts[1:])
