"""The target as it is to be: where each release stands, and every file that publishing adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalog.errors import PublishError
from catalog.publish import manifest as manifests
from catalog.publish import pages, plan, tree
from catalog.publish.hosts import Host
from catalog.publish.manifest import COPY, REDIRECT, Entry, Manifest
from catalog.publish.standing import Held, overflow
from catalog.site import links

NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to serve the files as they are."""


@dataclass(frozen=True)
class Draft:
    """A way to place all releases: the manifest, the text of each added file, the whole's size."""

    manifest: Manifest
    added: Mapping[str, str]
    size: plan.Size


def choose(
    wanted: Manifest,
    held: Mapping[str, Held],
    target: Path,
    host: Host,
    addresses: Sequence[str],
) -> Draft:
    """Take the first way to place the releases that fits the host.

    Raises
    ------
    PublishError
        If the newest release alone does not fit, or one would be kept where nobody finds it.
    """
    listed = {each.entry.name: _html(each, target) for each in held.values()}
    draft = None
    for candidate in plan.candidates(wanted):
        found = plan.find_overflow(
            candidate, host, lambda place: overflow(target, place).is_dir(), _weigh_overflow
        )
        draft = _draft(_addressed(found, addresses), listed)
        if host.holds(*draft.size):
            _refuse_lost(draft.manifest, target)
            return draft
    n_bytes, n_files = draft.size if draft else (0, 0)
    raise PublishError(
        f"the newest release alone is more than {host.title} takes",
        where=target,
        wanted=f"{host.limits} ({host.source})",
        found=f"{n_bytes / 1e6:,.1f} MB in {n_files:,} files",
        todo="name with --files where the downloads are published besides, give fewer objects a "
        "page (site.n_objects in the recipe), or choose another host",
    )


def _html(held: Held, target: Path) -> tuple[str, ...]:
    """Name the pages of a release that have an address; where it is not here, their stand-ins."""
    folder = held.folder or target / pages.folder_of(held.entry.name)
    without = held.without if held.folder else ()
    names = (name for name, _ in tree.files(folder, without))
    return tuple(each for each in names if each.endswith(".html") and each != links.ANY_DEPTH)


def _addressed(found: Manifest, addresses: Sequence[str]) -> Manifest:
    """Note the addresses of overflow folders with the releases in them."""
    known = {f"{plan.OVERFLOW}{i}": address for i, address in enumerate(addresses, 1)}
    releases = (replace(e, address=known.get(e.place, e.address)) for e in found.releases)
    return replace(found, releases=tuple(releases))


def _draft(found: Manifest, listed: Mapping[str, Sequence[str]]) -> Draft:
    added = {NO_JEKYLL: "", **pages.listing(found.releases, found.newest)}
    n_bytes = n_files = 0
    for each in found.releases:
        whole = (each.place == COPY) + (each.name == found.newest)
        n_bytes, n_files = n_bytes + whole * each.tree.bytes, n_files + whole * each.tree.files
        if each.place != COPY:
            made = pages.stand_ins(each, listed[each.name])
            added |= {pages.folder_of(each.name) + page: text for page, text in made.items()}
    added[manifests.NAME] = found.text()
    n_bytes += sum(len(text.encode()) for text in added.values())
    return Draft(found, added, (n_bytes, n_files + len(added)))


def _weigh_overflow(entries: Sequence[Entry]) -> plan.Size:
    added = overflow_files(entries)
    n_bytes = sum(each.tree.bytes for each in entries) + sum(
        len(t.encode()) for t in added.values()
    )
    return n_bytes, sum(each.tree.files for each in entries) + len(added)


def overflow_files(entries: Sequence[Entry]) -> dict[str, str]:
    """Make the files of an overflow folder that belong to no release, by path."""
    return {NO_JEKYLL: "", "index.html": pages.overflow_index(entries)}


def _refuse_lost(found: Manifest, target: Path) -> None:
    """Refuse to take away a release whose address could then not say where it is."""
    lost = [
        f"{each.name} in {overflow(target, each.place).name}"
        for each in found.releases
        if each.place not in {COPY, REDIRECT} and not pages.kept_at(each)
    ]
    if lost:
        raise PublishError(
            "there is no room for all releases, and nobody would find those kept elsewhere",
            where=target,
            wanted="the address at which each overflow folder will be published, or a DOI",
            found=", ".join(lost),
            todo="name the addresses with --overflow, in the order of the folders",
        )
