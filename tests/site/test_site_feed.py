"""The feed: valid by RFC 4287 and for a reader, whatever the data hold; its identifiers stay."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import duckdb
import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.site.changed_catalogue import GONE_SLUG, N_GONE, make_first, make_second

from catalog.site import feed
from catalog.site.atlas import Atlas
from catalog.store.read import Catalogue
from catalog.store.release_records import Change

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")


def written(path) -> str:
    with Catalogue(path) as catalogue:
        return feed.text(Atlas(catalogue))


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    return make_second(tmp_path_factory.mktemp("feed") / "catalog.duckdb")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "catalog.duckdb"
    return make_second(path, address="https://user.example.org/atlas/")


def faults(text: str) -> list[str]:
    """What of RFC 4287 a feed breaks: elements, their number and order, dates, identifiers."""
    root = ET.fromstring(text.encode())
    entries = root.findall(f"{ATOM}entry")
    found = [fault for element in (root, *entries) for fault in _faults_of(element)]
    authors = root.findall(f"{ATOM}author")
    if not authors or any(len(each.findall(f"{ATOM}name")) != 1 for each in authors):
        found.append("a feed needs an author with a name")
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    if len(set(ids)) < len(ids):
        found.append("two identifiers are alike")
    if list(root)[-len(entries) :] != entries:
        found.append("entries come last")
    return found


def _faults_of(element: ET.Element) -> Iterator[str]:
    """Faults of a feed or an entry by itself."""
    for name in ("id", "title", "updated"):
        if len(element.findall(f"{ATOM}{name}")) != 1:
            yield f"{element.tag} has not one {name}"
    if not TAG.fullmatch(element.findtext(f"{ATOM}id") or ""):
        yield f"identifier {element.findtext(f'{ATOM}id')}"
    if not DATE.fullmatch(element.findtext(f"{ATOM}updated") or ""):
        yield f"date {element.findtext(f'{ATOM}updated')}"
    links = [(each.get("rel"), each.get("type")) for each in element.findall(f"{ATOM}link")]
    if links.count(("alternate", "text/html")) != 1:
        yield "one alternate link is needed"
    if element.tag == f"{ATOM}entry" and len(element.findall(f"{ATOM}summary")) != 1:
        yield "an entry without content needs a summary"


def test_the_feed_keeps_the_rules_and_a_reader_reads_it(second, published):
    for path in (second, published):
        text = written(path)
        assert faults(text) == []
        read = feedparser.parse(text)
        assert read.bozo == 0, read.get("bozo_exception")
        assert read.version == "atom10"
        assert len(read.entries) == 1 + feed.SHOWN
        assert read.feed.updated == "2026-11-21T00:00:00Z"
        assert [author.name for author in read.feed.authors] == [
            "Ada Rossi",
            "The Test Collaboration",
        ]


def test_a_checker_that_finds_no_fault_would_find_one(second):
    text = written(second)
    assert faults(text.replace("T00:00:00Z", ""))
    assert faults(text.replace("<author>", "<contributor>").replace("</author>", "</contributor>"))
    assert faults(text.replace("/gone/", "/new/").replace("gone-1<", "gone-2<"))


def test_links_lead_to_pages_from_wherever_the_feed_lies(second, published):
    read = feedparser.parse(written(published))
    assert read.feed.links[0].rel == "self"
    assert read.feed.links[0].href == "https://user.example.org/atlas/feed.xml"
    assert all(e.link.startswith("https://user.example.org/atlas/") for e in read.entries)
    root = ET.fromstring(written(second).encode())
    base = urljoin("https://elsewhere.org/a/feed.xml", root.get(f"{{{XML}}}base"))
    hrefs = [urljoin(base, each.get("href")) for each in root.iter(f"{ATOM}link")]
    assert "https://elsewhere.org/a/changes/index.html" in hrefs
    assert f"https://elsewhere.org/a/objects/{GONE_SLUG}/index.html" in hrefs
    assert all(each.get("rel") != "self" for each in root.iter(f"{ATOM}link"))


XML = "http://www.w3.org/XML/1998/namespace"


def test_the_most_unusual_come_first_behind_the_release(second):
    titles = [entry.title for entry in feedparser.parse(written(second)).entries]
    assert "is published" in titles[0]
    ranks = [int(title.rpartition("rank ")[2].strip(")").replace(",", "")) for title in titles[1:]]
    assert ranks == sorted(ranks)
    assert {t.split(":")[0] for t in titles[1:]} == {"New", "Gone"}


def test_identifiers_hold_neither_date_nor_title(second, tmp_path):
    other = make_second(tmp_path / "catalog.duckdb", title="Another title")
    with duckdb.connect(str(other)) as database:
        database.execute("UPDATE citation SET date = '2027-01-01'")
    ids = [[e.id for e in feedparser.parse(written(path)).entries] for path in (second, other)]
    assert ids[0] == ids[1]


def test_without_a_date_there_is_no_feed(tmp_path):
    path = make_second(tmp_path / "catalog.duckdb")
    with duckdb.connect(str(path)) as database:
        database.execute("UPDATE citation SET date = ''")
    assert written(path) == ""


def test_a_first_release_is_news_by_itself(tmp_path):
    read = feedparser.parse(written(make_first(tmp_path / "catalog.duckdb")))
    assert len(read.entries) == 1
    assert "first release" in read.entries[0].summary


def test_a_simulated_release_says_so(tmp_path):
    text = written(make_second(tmp_path / "catalog.duckdb", simulated=True))
    assert "simulated" in feedparser.parse(text).feed.title


def test_the_same_catalogue_gives_the_same_bytes(second):
    assert written(second) == written(second)
    assert N_GONE > feed.SHOWN


ANYTHING = st.text(st.characters(codec="utf-8"), max_size=30)


@given(
    title=ANYTHING,
    name=ANYTHING,
    target=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
    why=ANYTHING,
    author=ANYTHING,
    host=st.sampled_from(["", "https://example.org/a/b/", "https://bücher.example/ä/",
                          "https://u:p@example.org:8080/x y/", "https://[::1]/"]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_whatever_the_data_hold_the_feed_is_valid(title, name, target, why, author, host):
    change = Change(target, "desi", name, "", "new", None, 3, None, 99.0, "", "blend", why)
    catalogue = SimpleNamespace(
        authors=lambda: [SimpleNamespace(given="", family=author)], previous=lambda: None
    )
    atlas: Any = SimpleNamespace(
        release=SimpleNamespace(
            title=title, name="two", description=why, simulated=False, software_version="0",
            n_outliers=1, n_scored=2, n_published=1,
        ),
        citation=SimpleNamespace(date="2026-01-01", licence="CC-BY-4.0"),
        address=host, repository="", changed=(change,), categories={}, catalogue=catalogue,
        identified=lambda survey, target_id: f"{survey} {target_id}",
    )  # fmt: skip
    text = feed.text(atlas)
    assert faults(text) == []
    read = feedparser.parse(text)
    assert read.bozo == 0, read.get("bozo_exception")
    assert len(read.entries) == 2
