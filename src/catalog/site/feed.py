"""What is new, as an Atom feed (RFC 4287): one entry for the release, more for what came and went.

The library feedgen has no xml:base and refuses control characters, which text from data may hold.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.store.release_records import Change

PATH = "feed.xml"
SHOWN = 100
"""Objects that the feed tells of at most, most unusual first."""
NOBODY = "peculiar-spectra"
YEAR = "2026"
"""A tag names the year in which its words were taken; the date of a release may be corrected, and
then every reader would take the same news for new."""
AUTHOR = "The Peculiar Spectra developers"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True)
class Entry:
    """One piece of news: an identifier for ever, a title, a sentence, and where to read more."""

    identifier: str
    title: str
    summary: str
    link: str


def text(atlas: Atlas) -> str:
    """Write the feed; empty where the recipe gives no date, without which there is no feed."""
    if not atlas.citation.date:
        return ""
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    if not atlas.address:
        feed.set("xml:base", "./")  # links are seen from the feed's own place, wherever that is
    _add(feed, "id", _tag(atlas, "feed"))
    _add(feed, "title", _title(atlas))
    if atlas.release.description:
        _add(feed, "subtitle", atlas.release.description)
    _add(feed, "updated", _updated(atlas))
    for name in _authors(atlas):
        _add(ET.SubElement(feed, "author"), "name", name)
    if atlas.address:
        _link(feed, "self", f"{atlas.address}{PATH}", "application/atom+xml")
    _link(feed, "alternate", f"{atlas.address}changes/index.html", "text/html")
    _add(feed, "rights", atlas.citation.licence)
    generator = _add(feed, "generator", "Peculiar Spectra")
    generator.set("version", atlas.release.software_version)
    for entry in _entries(atlas):
        _add_entry(feed, entry, atlas)
    ET.indent(feed)
    return ET.tostring(feed, "unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n")
    )


def _title(atlas: Atlas) -> str:
    simulated = " (simulated spectra)" if atlas.release.simulated else ""
    return f"{atlas.release.title}{simulated}: Peculiar Spectra"


def _updated(atlas: Atlas) -> str:
    return f"{atlas.citation.date}T00:00:00Z"


def _authors(atlas: Atlas) -> Sequence[str]:
    authors = atlas.catalogue.authors()
    return [f"{each.given} {each.family}" for each in authors] or [AUTHOR]


def _add(parent: ET.Element, name: str, content: str) -> ET.Element:
    """Add an element of text: one line, without what XML forbids."""
    element = ET.SubElement(parent, name)
    element.text = " ".join(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", content).split())
    return element


def _link(parent: ET.Element, relation: str, address: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": kind, "href": address})


def _add_entry(feed: ET.Element, entry: Entry, atlas: Atlas) -> None:
    element = ET.SubElement(feed, "entry")
    _add(element, "id", entry.identifier)
    _add(element, "title", entry.title)
    _add(element, "updated", _updated(atlas))
    _link(element, "alternate", f"{atlas.address}{entry.link}", "text/html")
    _add(element, "summary", entry.summary)


def _tag(atlas: Atlas, *parts: str) -> str:
    """Make a tag URI (RFC 4151) from the site's or the repository's address, or from neither."""
    split = urlsplit(atlas.address or atlas.repository)
    host = split.hostname or ""
    authority = host if _HOST.fullmatch(host) else NOBODY
    path = split.path.strip("/") if authority == host else ""
    specific = "/".join(quote(part, safe="") for part in (*path.split("/"), *parts) if part)
    return f"tag:{authority},{YEAR}:{specific}"


def _entries(atlas: Atlas) -> Iterator[Entry]:
    release = atlas.release
    changes = [each for each in atlas.changed if each.kind in {"new", "gone"}]
    changes.sort(key=lambda each: (_rank(each), each.kind, each.survey, each.target_id))
    yield Entry(
        identifier=_tag(atlas, "release", release.name),
        title=f"{release.title} ({release.name}) is published",
        summary=_summary(atlas),
        link="changes/index.html",
    )
    for change in changes[:SHOWN]:
        yield _of_object(atlas, change)


def _summary(atlas: Atlas) -> str:
    release, previous = atlas.release, atlas.catalogue.previous()
    said = (
        f"{release.n_outliers:,} unusual spectra of {release.n_scored:,} scored; "
        f"{release.n_published:,} have a page."
    )
    if previous is None:
        return f"{said} It is the first release."
    n = {kind: sum(c.kind == kind for c in atlas.changed) for kind in ("new", "gone", "moved")}
    return (
        f"{said} Since {previous.title} ({previous.name}), {n['new']:,} are new, {n['gone']:,} "
        f"are gone, and {n['moved']:,} have another rank or category."
    )


def _rank(change: Change) -> int:
    """Rank while it was an outlier."""
    return (change.rank_before if change.kind == "gone" else change.rank_now) or 0


def _of_object(atlas: Atlas, change: Change) -> Entry:
    category = change.category_before if change.kind == "gone" else change.category_now
    known = atlas.categories.get(category)
    of = f"{words.in_sentence(known.title)}, " if known else ""
    name = change.name or atlas.identified(change.survey, change.target_id)
    return Entry(
        identifier=_tag(
            atlas, "release", atlas.release.name, change.kind, change.survey, change.target_id
        ),
        title=f"{words.capitalised(change.kind)}: {name} ({of}rank {_rank(change):,})",
        summary=change.why,
        link=f"objects/{change.slug}/index.html" if change.slug else "changes/index.html",
    )
