"""Pages that publishing adds: the list of releases, and what stands where a release is not."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from catalog.publish.manifest import COPY, REDIRECT, Entry
from catalog.site.templating import fill

DOI = "https://doi.org/"


@dataclass(frozen=True)
class Row:
    """One release in a list: its link, and whether it is the newest, or kept on another host."""

    entry: Entry
    link: str
    newest: bool
    elsewhere: bool


@dataclass(frozen=True)
class ListContext:
    """Everything that `releases.html` shows; `style` leads to the folder of `static/`."""

    heading: str
    style: str
    atlas: str
    simulated: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class NewestContext:
    """Everything that `newest.html` shows: where this page of the newest release is."""

    style: str
    atlas: str
    simulated: bool
    entry: Entry
    link: str


@dataclass(frozen=True)
class ElsewhereContext:
    """Everything that `elsewhere.html` shows: where a release is kept that has no room here."""

    style: str
    atlas: str
    simulated: bool
    entry: Entry
    link: str
    listing: str


def folder_of(name: str) -> str:
    """Give the folder of a release, below the site's root."""
    return f"releases/{name}/"


def kept_at(entry: Entry, page: str = "index.html") -> str:
    """Give the full address of a page of a release that is kept elsewhere; of its DOI otherwise."""
    if entry.address:
        return f"{entry.address}{folder_of(entry.name)}{quote(page)}"
    return f"{DOI}{entry.doi}" if entry.doi else ""


def _latest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Order releases as the list shows them: the latest first, those without a date last."""
    numbered = sorted(enumerate(entries), key=lambda pair: (pair[1].date, pair[0]), reverse=True)
    return [each for _, each in numbered]


def listing(entries: Sequence[Entry], newest: str) -> dict[str, str]:
    """Make `releases/index.html` and `releases/index.json`, by path."""
    rows = tuple(
        Row(
            each,
            f"{each.name}/index.html" if each.place in {COPY, REDIRECT} else kept_at(each),
            each.name == newest,
            each.place not in {COPY, REDIRECT},
        )
        for each in _latest_first(entries)
    )
    simulated = all(each.simulated for each in entries)
    context = ListContext("Releases", "../", "../index.html", simulated, rows)
    told = [
        {
            "name": row.entry.name,
            "title": row.entry.title,
            "version": row.entry.version,
            "date": row.entry.date,
            "doi": row.entry.doi,
            "simulated": row.entry.simulated,
            "objects": row.entry.n_objects,
            "address": row.link,
            "newest": row.newest,
        }
        for row in rows
    ]
    return {
        "releases/index.html": fill("published/releases.html", context),
        "releases/index.json": json.dumps({"releases": told}, indent=1, ensure_ascii=False) + "\n",
    }


def overflow_index(entries: Sequence[Entry]) -> str:
    """Make the first page of a folder that holds releases for which the site has no room."""
    first = entries[0]
    rows = tuple(
        Row(each, f"{folder_of(each.name)}index.html", newest=False, elsewhere=False)
        for each in _latest_first(entries)
    )
    simulated = all(each.simulated for each in entries)
    context = ListContext("Earlier releases", folder_of(first.name), "", simulated, rows)
    return fill("published/releases.html", context)


def stand_ins(entry: Entry, pages: Iterable[str]) -> dict[str, str]:
    """Make a page for each page of a release that does not stand whole at its address.

    Parameters
    ----------
    entry : Entry
        The release; its place says whether the pages lead to `/` or to another host.
    pages : iterable of str
        Its HTML files, as seen from its own folder.

    Returns
    -------
    dict
        Text by path, as seen from the release's folder.
    """
    return {page: _stand_in(entry, page) for page in pages}


def _stand_in(entry: Entry, page: str) -> str:
    root = "../" * (page.count("/") + 2)
    if entry.place == REDIRECT:
        link = root + quote(page)
        newest = NewestContext(root, f"{root}index.html", entry.simulated, entry, link)
        return fill("published/newest.html", newest)
    context = ElsewhereContext(
        root, f"{root}index.html", entry.simulated, entry, kept_at(entry, page),
        f"{root}releases/index.html",
    )  # fmt: skip
    return fill("published/elsewhere.html", context)
