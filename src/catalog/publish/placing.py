"""A prepared release -> the target: each release at its address, the newest at `/`, in one step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from catalog.errors import PublishError
from catalog.publish import pages, plan, standing, tree
from catalog.publish.drafts import Draft, choose, overflow_files
from catalog.publish.hosts import Host
from catalog.publish.manifest import COPY, REDIRECT, Entry, Manifest
from catalog.publish.standing import Held
from catalog.site import links
from catalog.site.reuse import link_or_copy

KEPT = "CNAME"
"""Tells GitHub Pages its domain: the owner's file, handed on as it is."""


@dataclass(frozen=True)
class Placed:
    """What a publication did: what stands now, what there is to say, whether anything changed."""

    manifest: Manifest
    notes: tuple[str, ...]
    changed: bool
    bytes: int
    files: int


def put(
    prepared: Path, entry: Entry, target: Path, host: Host, addresses: Sequence[str] = ()
) -> Placed:
    """Put a release beside those that the target holds; the target is replaced in one step.

    Parameters
    ----------
    prepared : Path
        The release's files, as the host takes them.
    entry : Entry
        The release.
    target : Path
        The folder to publish into. The caller holds it (`standing.alone`).
    host : Host
        Its limits hold for the target and for each overflow folder.
    addresses : sequence of str
        Where the overflow folders are published, in their order.

    Raises
    ------
    PublishError
        If the release is frozen with other contents, what stands was altered, or there is no room.
    """
    for folder in (target, *_overflows(target)):
        standing.recover(folder)
    before = standing.read(target, tree.Hashes())
    _refuse_other_contents(before, entry, target)
    held = {each.name: standing.where(target, each) for each in before.releases}
    if before.host not in {"", host.name}:
        _refuse_files(held.values(), host)
    known = before.of(entry.name)
    releases = before.releases if known else (*before.releases, entry)
    held[entry.name] = Held(known or entry, prepared)
    wanted = Manifest(host.name, plan.newest_of(releases), releases)
    draft = choose(wanted, held, target, host, addresses)
    changed = not _stands(target, draft)
    if changed:
        _make_overflows(before, draft.manifest, held, target)
        _make_target(draft, held, target)
    return Placed(
        draft.manifest, _notes(before, draft.manifest, entry, target, host), changed, *draft.size
    )


def _overflows(target: Path) -> list[Path]:
    """Folders beside the target that hold releases, also those that a kill left half made."""
    name = f"{target.name}.{plan.OVERFLOW}"
    left = (each.name for each in target.parent.glob(f".{name}*"))
    names = {each.removeprefix(".").rsplit(".", 1)[0] for each in left}
    return [target.with_name(each) for each in sorted(names)]


def _refuse_other_contents(before: Manifest, entry: Entry, target: Path) -> None:
    """Refuse to alter a release that was published: its addresses may be cited."""
    known = before.of(entry.name)
    if known is None or known.tree == entry.tree:
        return
    same_build = known.source == entry.source
    raise PublishError(
        f"the release {entry.name} is published already, with other contents",
        where=target / "releases" / entry.name,
        wanted="the same files: a published release is never altered, since papers cite it",
        found="the same build, made fit for another host" if same_build else "another build",
        todo=f"publish it with --host {before.host}, or into another folder"
        if same_build
        else "give the release another name (release.name in the recipe) and build it",
    )


def _refuse_files(held: Iterable[Held], host: Host) -> None:
    """Refuse another host than before where it does not take what stands."""
    limit = host.file_bytes
    faults = [
        f"{each.entry.name}: {name}, {file.stat().st_size:,} bytes"
        for each in held
        if each.folder is not None and limit is not None
        for name, file in tree.files(each.folder, each.without)
        if file.stat().st_size > limit
    ]
    if faults:
        raise PublishError(
            f"{host.title} does not take files of releases that are published already",
            wanted=f"files of at most {limit:,} bytes ({host.source})",
            found="\n    " + "\n    ".join(faults),
            todo="publish for the host that the folder was made for, or into another folder",
        )


def _stands(target: Path, draft: Draft) -> bool:
    """Tell whether the target has every added file as it would be written, also its manifest."""
    return all(
        (target / name).is_file() and (target / name).read_bytes() == text.encode()
        for name, text in draft.added.items()
    )


def _make_overflows(
    before: Manifest, after: Manifest, held: Mapping[str, Held], target: Path
) -> None:
    """Put releases that have no room into folders beside the target, before they leave it."""
    stood = {each.name: each.place for each in before.releases}
    places = {each.place for each in after.releases if each.place not in {COPY, REDIRECT}}
    for place in sorted(places):
        entries = [each for each in after.releases if each.place == place]
        if all(stood.get(each.name) == place for each in entries):
            continue
        folder = standing.overflow(target, place)
        _refuse_foreign(folder, {each.name for each in entries})
        making, _ = standing.aside(folder)
        for each in entries:
            _hand_on(held[each.name], making / pages.folder_of(each.name))
        _add(overflow_files(entries), making, folder)
        standing.swap(folder)


def _refuse_foreign(folder: Path, names: set[str]) -> None:
    """Refuse to replace a folder that holds other releases than those which go there."""
    releases = folder / "releases"
    found = {each.name for each in releases.iterdir()} if releases.is_dir() else set()
    if folder.exists() and (not found or found - names):
        raise PublishError(
            "the folder for releases that have no room holds something else",
            where=folder,
            wanted=f"no such folder, or one with {', '.join(sorted(names))} at most",
            found=", ".join(sorted(found - names)) or "no releases",
            todo="move it away: it would be replaced as a whole",
        )


def _make_target(draft: Draft, held: Mapping[str, Held], target: Path) -> None:
    making, _ = standing.aside(target)
    newest = draft.manifest.newest
    _hand_on(held[newest], making)
    for each in draft.manifest.releases:
        if each.place == COPY:
            _hand_on(held[each.name], making / pages.folder_of(each.name))
    _add(draft.added, making, target)
    _check_links(draft.added, making)
    standing.swap(target)


def _hand_on(held: Held, to: Path) -> None:
    if held.folder is None:
        raise PublishError(
            "a release that has to move is not on this machine",
            where=held.entry.name,
            wanted=f"the folder {held.entry.place} beside the target",
            todo="put it there, then run the same command again",
        )
    tree.hand_on(held.folder, to, held.without)


def _add(added: Mapping[str, str], making: Path, folder: Path) -> None:
    """Write what belongs to no release, and hand on what belongs to the folder's owner."""
    for name, text in added.items():
        (making / name).parent.mkdir(parents=True, exist_ok=True)
        tree.write_text(making / name, text)
    if (folder / KEPT).is_file():
        link_or_copy(folder / KEPT, making / KEPT)


def _check_links(added: Mapping[str, str], folder: Path) -> None:
    """Follow the links of added pages; those of the releases were followed when these were made."""
    faults = [
        f"{page}: {address} leads to no file"
        for page, text in added.items()
        if page.endswith(".html")
        for address in sorted(links.addresses(text))
        if not (folder / links.target(PurePosixPath(page), address)[0]).is_file()
    ]
    if faults:
        raise PublishError(
            "links of pages that publishing adds lead nowhere",
            where=folder,
            found="\n    " + "\n    ".join(faults[: links.SHOWN]),
            todo="report it: what stands in the target is as it was",
        )


def _notes(
    before: Manifest, after: Manifest, entry: Entry, target: Path, host: Host
) -> tuple[str, ...]:
    """Say what is not as anybody would expect: what was split, led to `/`, or kept elsewhere."""
    notes = [f"{name}: in parts, {host.title} takes no file so large" for name in entry.split]
    notes += [
        f"{address}: not in the site, {host.title} has no room for it" for address in entry.moved
    ]
    newest = after.of(after.newest) or entry
    if newest.name != entry.name:
        dates = f"{newest.date or 'no date'} against {entry.date or 'no date'}"
        notes.append(f"/ stays with {newest.name}, the later one ({dates})")
    stood = {each.name: each.place for each in before.releases}
    for each in after.releases:
        was, folder = stood.get(each.name), pages.folder_of(each.name)
        if each.place == REDIRECT:
            notes.append(f"{folder} leads to /: {host.title} takes {host.limits}, no second copy")
        elif each.place != COPY:
            kept = standing.overflow(target, each.place)
            notes.append(f"{folder} is kept in {kept}, to be published at {pages.kept_at(each)}")
        elif was == REDIRECT:
            notes.append(f"{folder} is whole again, from what stood at /")
    return tuple(notes)
