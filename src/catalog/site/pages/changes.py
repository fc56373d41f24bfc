"""Changes: what is new in this release, and what has changed since the one before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site import feed
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier, Release
from catalog.store.release_records import Change, MadeDifferently, Previous
from catalog.versions import listing, making

SHOWN = 50
"""Outliers of each kind that the page tells of at most; the file has all of them."""
_DIGEST = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
KINDS = (
    ("new", "new", "Outliers that were none before, most unusual first."),
    ("gone", "gone", "Outliers that are none any more, those that were most unusual first."),
    (
        "moved",
        "of another rank or category",
        "Outliers whose rank or category is another, those that moved most first.",
    ),
)


@dataclass(frozen=True)
class Counted:
    """A number of the release before and of this one."""

    what: str
    before: int
    now: int


@dataclass(frozen=True)
class Changed:
    """An outlier that came, went or moved; `address` is empty where it has, and had, no page."""

    name: str
    address: str
    places: str
    category: str
    why: str


@dataclass(frozen=True)
class Group:
    """All outliers that changed in one way."""

    kind: str
    said: str
    meaning: str
    n: int
    shown: tuple[Changed, ...]


@dataclass(frozen=True)
class Since:
    """What has changed since the release before; its `address` is empty where it is not known."""

    previous: Previous
    address: str
    n_same: int
    counts: tuple[Counted, ...]
    groups: tuple[Group, ...]
    made: tuple[MadeDifferently, ...]


@dataclass(frozen=True)
class ChangesContext:
    """Everything that `changes.html` shows; `releases` is empty without the site's address."""

    frame: Frame
    release: Release
    changes: tuple[str, ...]
    since: Since | None
    releases: str


def _since(atlas: Atlas) -> Since | None:
    previous = atlas.catalogue.previous()
    if previous is None:
        return None
    counted = set(making.COUNTS.values())
    groups = tuple(_group(atlas, *kind) for kind in KINDS)
    n_changed = sum(group.n for group in groups if group.kind != "gone")
    return Since(
        previous=previous,
        address=f"{previous.address}releases/{previous.name}/" if previous.address else "",
        n_same=atlas.release.n_outliers - n_changed,
        counts=tuple(
            Counted(what, getattr(previous, name), getattr(atlas.release, name))
            for name, what in making.COUNTS.items()
        ),
        groups=groups,
        made=tuple(
            MadeDifferently(row.subject, _short(row.before), _short(row.now))
            for row in atlas.catalogue.made_differently()
            if row.subject not in counted
        ),
    )


def _group(atlas: Atlas, kind: str, said: str, meaning: str) -> Group:
    mine = [change for change in atlas.changed if change.kind == kind]
    mine.sort(key=lambda change: (-_distance(change), change.rank_now or change.rank_before or 0))
    if kind == "gone":
        mine.sort(key=lambda change: change.rank_before or 0)
    shown = tuple(_changed(atlas, change) for change in mine[:SHOWN])
    return Group(kind, said, meaning, len(mine), shown)


def _short(text: str) -> str:
    """Cut a digest to what tells it from others; the catalogue has all of it."""
    return f"{text[:12]}…" if _DIGEST.fullmatch(text) else text


def _distance(change: Change) -> int:
    """Give the places by which an outlier moved; 0 for one that came or went."""
    if change.kind != "moved":
        return 0
    return abs((change.rank_before or 0) - (change.rank_now or 0))


def _changed(atlas: Atlas, change: Change) -> Changed:
    return Changed(
        name=change.name or atlas.identified(change.survey, change.target_id),
        address=f"../objects/{change.slug}/index.html" if change.slug else "",
        places=_places(change),
        category=_category(atlas, change),
        why=change.why,
    )


def _places(change: Change) -> str:
    """Tell rank now and before; a spectrum that was not scored has none."""
    before, now = change.rank_before, change.rank_now
    if before is None:
        return f"rank {now:,}"
    if now is None:
        return f"was rank {before:,}"
    if before == now:
        return f"rank {now:,}, as before"
    return f"rank {now:,}, was {before:,}"


def _category(atlas: Atlas, change: Change) -> str:
    """Titles of its categories, before and now where they differ."""
    names = [name for name in (change.category_before, change.category_now) if name]
    titles = [atlas.categories[n].title if n in atlas.categories else n for n in names]
    return " → ".join(dict.fromkeys(titles))


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "changes/index.html"
    since = _since(atlas)
    context = ChangesContext(
        frame=frame(atlas, path, "Changes", "What is new in this release of the atlas."),
        release=atlas.release,
        changes=atlas.catalogue.changes(),
        since=since,
        releases=f"{atlas.address}releases/index.html" if atlas.address else "",
    )
    data = {}
    if since:
        data[f"changes/{listing.NAME}"] = listing.text(atlas.changed)
    if atlas.has_feed:
        data[feed.PATH] = feed.text(atlas)
    yield Sheet(path, context, data)


PAGE = Page("changes.html", ChangesContext, _sheets)
