"""What already stands in the target: found whole again after a kill, and verified as published."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.disk import held
from catalog.errors import PublishError
from catalog.publish import manifest as manifests
from catalog.publish import tree
from catalog.publish.manifest import COPY, REDIRECT, Entry, Manifest

ADDED = frozenset({"releases", manifests.NAME, ".nojekyll", "CNAME"})
"""Entries of the target that are not the newest release's: what publishing adds, or keeps."""
_FOREIGN = frozenset({".nojekyll", "CNAME"})


@dataclass(frozen=True)
class Held:
    """Where all files of a published release lie; None where that is not on this machine."""

    entry: Entry
    folder: Path | None
    without: frozenset[str] = frozenset()


def overflow(target: Path, place: str) -> Path:
    """Give the folder beside the target that holds the releases of a place such as `overflow-1`."""
    return target.with_name(f"{target.name}.{place}")


def aside(folder: Path) -> tuple[Path, Path]:
    """Give the names under which a folder is made, and under which it goes."""
    return folder.with_name(f".{folder.name}.part"), folder.with_name(f".{folder.name}.old")


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold the folder in which the target lies: two publications would undo each other.

    Raises
    ------
    PublishError
        If another publication is at work there.
    """
    busy = PublishError(
        "another publication is at work beside this folder",
        where=target,
        todo="wait for it to end, then run the same command again",
    )
    with held(target.parent, busy):
        yield


def recover(folder: Path) -> None:
    """Put back what a kill between the two renames took away, and clear what it left."""
    making, old = aside(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)
    for left in (making, old):
        shutil.rmtree(left, ignore_errors=True)


def swap(folder: Path) -> None:
    """Put the folder that was made aside in the place of the one that stands."""
    making, old = aside(folder)
    if folder.exists():
        folder.rename(old)
    try:
        making.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def read(target: Path, hashes: tree.Hashes) -> Manifest:
    """Read what stands in the target, and verify that every release in it is as it was published.

    Raises
    ------
    PublishError
        If the target holds something else, or what is published was altered: all in one message.
    """
    found = manifests.read(target)
    if not found.releases:
        _refuse_foreign(target)
        return found
    faults = []
    for entry in found.releases:
        held = where(target, entry)
        if held.folder is not None and (fault := _altered(held, hashes)):
            faults.append(fault)
        if entry.name == found.newest and entry.place != REDIRECT:
            root = Held(entry, target, ADDED)
            faults += [fault] if (fault := _altered(root, hashes)) else []
    if faults:
        raise PublishError(
            "what is published is not as it was published",
            where=target,
            wanted=f"the files that {manifests.NAME} tells of",
            found="\n    " + "\n    ".join(faults),
            todo="restore the folder from its last good copy: cited addresses must not change",
        )
    return found


def where(target: Path, entry: Entry) -> Held:
    """Tell where the files of a published release lie."""
    if entry.place == COPY:
        return Held(entry, target / "releases" / entry.name)
    if entry.place == REDIRECT:
        return Held(entry, target, ADDED)
    folder = overflow(target, entry.place) / "releases" / entry.name
    return Held(entry, folder if folder.is_dir() else None)


def _altered(held: Held, hashes: tree.Hashes) -> str:
    """Say how a release differs from what was published; nothing where it does not."""
    folder, wanted = held.folder, held.entry.tree
    if folder is None or not folder.is_dir():
        return f"{held.entry.name}: its folder is missing"
    now = tree.measure(folder, hashes, held.without)
    if now == wanted:
        return ""
    counts = f"{now.files:,} files of {now.bytes:,} bytes"
    if (now.files, now.bytes) == (wanted.files, wanted.bytes):
        return f"{held.entry.name}: {folder} has {counts}, as it had, but other contents"
    return f"{held.entry.name}: {folder} has {counts}; it had {wanted.files:,} of {wanted.bytes:,}"


def _refuse_foreign(target: Path) -> None:
    """Refuse to replace a folder that is not a published one."""
    if target.exists() and not target.is_dir():
        names = [target.name]
    else:
        names = sorted(e.name for e in target.iterdir()) if target.is_dir() else []
    foreign = [name for name in names if name not in _FOREIGN]
    if foreign:
        raise PublishError(
            "the target holds something else",
            where=target,
            wanted="an empty folder, or one that an earlier publication made",
            found=", ".join(foreign[:5]) + (", ..." if len(foreign) > 5 else ""),
            todo="name another folder: this one would be replaced as a whole",
        )
