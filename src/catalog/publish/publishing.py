"""The verb `publish`: a release verified, made fit for its host, put in place."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from catalog.errors import PublishError, ReleaseError
from catalog.publish import moved, parts, placing, standing, tree, verify
from catalog.publish.hosts import HOSTS, Host
from catalog.publish.manifest import Entry
from catalog.publish.placing import Placed
from catalog.release import Layout, locked
from catalog.stages import Build
from catalog.store.read import Catalogue


def publish(
    work: Build,
    target: Path,
    host: Host = HOSTS["any"],
    addresses: Sequence[str] = (),
    files: str = "",
) -> Placed:
    """Verify a finished release and put it into a folder that a static host serves.

    Parameters
    ----------
    work : Build
        The release.
    target : Path
        The folder: empty, not there yet, or one that an earlier publication made. It is replaced
        in one step; a kill at any moment leaves the old one or the new one.
    host : Host
        Its limits hold.
    addresses : sequence of str
        Where folders of releases for which there is no room are published, in their order.
    files : str
        Where all downloads are published besides, with its final slash: the largest of them then
        lie only there if the host has no room. Empty where they are nowhere else.

    Raises
    ------
    PublishError
        If the release is not fit, or the target cannot take it: all that is wrong, in one message.
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    target = target.resolve()
    _refuse_overlap(work.layout.root.resolve(), target)
    with locked(work.layout.root), standing.alone(target):
        verify.check(work)
        return put(work.layout, target, host, addresses, files)


def put(
    layout: Layout, target: Path, host: Host, addresses: Sequence[str] = (), files: str = ""
) -> Placed:
    """Put a verified release into a folder; the caller holds both."""
    large = parts.too_large(layout.site, host)
    away = moved.choose(layout.site, host, large, files)
    made = target.with_name(f".{target.name}.made")
    try:
        shutil.rmtree(made, ignore_errors=True)
        split = tuple(name for name in large if name not in away)
        prepared, entry = _prepared(layout, made, host, split, away)
        return placing.put(prepared, entry, target, host, addresses)
    except OSError as fault:
        raise ReleaseError(
            "the release cannot be put in place",
            where=target,
            wanted="a folder with room that this user may write to",
            found=str(fault),
            todo="free space or name another folder; what stood there still stands",
        ) from fault
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(standing.aside(target)[0], ignore_errors=True)


def _prepared(
    layout: Layout, made: Path, host: Host, split: tuple[str, ...], away: Mapping[str, str]
) -> tuple[Path, Entry]:
    """Give the release's files as the host takes them, and what there is to say of the release.

    They lie in its own folder where the host takes them as they are; else in `made`, some of them
    split and some of them away, at their addresses.
    """
    with Catalogue(layout.database) as catalogue:
        release, citation = catalogue.release(), catalogue.citation()
    prepared = layout.site
    if split or away:
        prepared = made
        fit = parts.Fit(split, away, citation.address)
        parts.divide(layout.site, made, fit, host, simulated=release.simulated)
    hashes = tree.Hashes()
    return prepared, Entry(
        name=release.name,
        title=release.title,
        version=citation.version,
        date=citation.date,
        doi=citation.doi,
        simulated=release.simulated,
        n_objects=release.n_published,
        source=tree.measure(layout.site, hashes).digest,
        tree=tree.measure(prepared, hashes),
        split=split,
        moved=tuple(away.values()),
    )


def _refuse_overlap(root: Path, target: Path) -> None:
    if target.is_relative_to(root) or root.is_relative_to(target):
        raise PublishError(
            "the target and the release's own folder overlap",
            where=target,
            wanted=f"a folder apart from {root}",
            todo="name another folder",
        )
