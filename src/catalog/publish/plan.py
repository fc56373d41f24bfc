"""How each release stands on a host of limited size: whole, led to `/`, or kept elsewhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from catalog.publish.hosts import Host
from catalog.publish.manifest import COPY, REDIRECT, Entry, Manifest

UNPLACED = ""
"""Place of a release that has no room here, and for which an overflow folder is yet to be found."""
OVERFLOW = "overflow-"

Size = tuple[int, int]
"""Bytes and files."""


def newest_of(entries: Sequence[Entry]) -> str:
    """Name the release that has `/`: of the latest date, then the one published last.

    A release without a date is older than any with one.
    """
    latest = max(range(len(entries)), key=lambda i: (entries[i].date, i))
    return entries[latest].name


def candidates(found: Manifest) -> Iterator[Manifest]:
    """Give ways to place the releases, each of them smaller than the one before.

    First all stand whole; then the newest is at `/` only; then the oldest, one after the other, are
    kept elsewhere. What is elsewhere already stays there: its address there may be cited.
    """
    places = {e.name: COPY if e.place == REDIRECT else e.place for e in found.releases}
    yield placed(found, places)
    places[found.newest] = REDIRECT
    yield placed(found, places)
    for each in sorted(found.releases, key=lambda each: each.date):  # of one date, the first first
        if places[each.name] == COPY:
            places[each.name] = UNPLACED
            yield placed(found, places)


def placed(found: Manifest, places: Mapping[str, str]) -> Manifest:
    """Give a manifest with other places."""
    releases = tuple(replace(each, place=places[each.name]) for each in found.releases)
    return replace(found, releases=releases)


def find_overflow(
    found: Manifest,
    host: Host,
    on_this_machine: Callable[[str], bool],
    weigh: Callable[[Sequence[Entry]], Size],
) -> Manifest:
    """Find overflow folders for the releases that have no room, filling the last one first.

    Parameters
    ----------
    found : Manifest
        The releases.
    host : Host
        Its limits hold for each folder.
    on_this_machine : callable
        Tells whether a place's folder is here: to another nothing can be added.
    weigh : callable
        Releases -> size of a folder that holds them.
    """
    places = {each.name: each.place for each in found.releases}
    numbers = [int(place.removeprefix(OVERFLOW)) for place in places.values() if OVERFLOW in place]
    last = max(numbers, default=0)
    held = [each for each in found.releases if each.place == f"{OVERFLOW}{last}"]
    open_folder = last > 0 and on_this_machine(f"{OVERFLOW}{last}")
    for each in sorted(found.releases, key=lambda each: each.date):
        if each.place != UNPLACED:
            continue
        if not (open_folder and host.holds(*weigh([*held, each]))):
            last, held, open_folder = last + 1, [], True
        held.append(each)
        places[each.name] = f"{OVERFLOW}{last}"
    return placed(found, places)
