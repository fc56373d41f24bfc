"""What pages tell machines: schema.org's words, OpenGraph, the sitemap."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import duckdb
import pytest
from hypothesis import given
from tests.citing.texts import anything
from tests.site.catalogue_fixture import HOSTILE, make_catalogue, slug_at

from catalog.site import sitemap, structured, templating
from catalog.site.atlas import Atlas
from catalog.site.pages import about, provenance
from catalog.site.render import render
from catalog.store.read import Catalogue

ADDRESS = "https://spectra.example.org/atlas/"
N = 12


class Head(HTMLParser):
    """What a page's head says: its data blocks and its properties, as a crawler reads them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.blocks, self.properties, self.links, self.inside = [], {}, {}, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.inside = tag == "script" and found.get("type") == "application/ld+json"
        if self.inside:
            self.blocks.append("")
        if tag == "meta" and "property" in found:
            self.properties[found["property"]] = found["content"]
        if tag == "link":
            self.links[found["rel"]] = found["href"]

    def handle_endtag(self, tag):  # noqa: ARG002 - the parser gives it
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.blocks[-1] += data


def entities(text: str) -> dict[str, Any]:
    """The entities of a page by their type; a page has one block at most."""
    blocks = Head(text).blocks
    assert len(blocks) <= 1
    if not blocks:
        return {}
    read = json.loads(blocks[0])
    assert read.pop("@context") == "https://schema.org"
    return {each["@type"]: each for each in read.get("@graph", [read])}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A catalogue that knows where its site is published, its downloads and its site."""
    made = tmp_path_factory.mktemp("structured")
    database = make_catalogue(made / "catalog.duckdb", n_published=N, n_scored=50, benchmark=False)
    with duckdb.connect(str(database)) as connection:
        (text,) = connection.execute("SELECT recipe FROM release").fetchone() or ("{}",)
        recipe = json.loads(text)
        recipe["site"]["address"] = ADDRESS
        connection.execute("UPDATE release SET recipe = ?", [json.dumps(recipe)])
        connection.execute("UPDATE citation SET address = ?", [ADDRESS])
    (made / "download").mkdir()
    (made / "download" / "outliers 1.csv").write_text("target_id\n")
    render(database, made / "download", made / "site")
    return made


@pytest.fixture(scope="module")
def published(folder):
    return folder / "site"


@pytest.fixture(scope="module")
def here(folder):
    with Catalogue(folder / "catalog.duckdb") as catalogue:
        yield Atlas(catalogue)


def pages(site):
    return {p.relative_to(site).as_posix(): p.read_text() for p in site.rglob("index.html")}


@pytest.mark.parametrize("path", ["index.html", "download/index.html"])
def test_the_release_is_a_data_set_with_all_that_searches_for_data_want(published, path):
    found = entities((published / path).read_text())["Dataset"]
    assert 50 <= len(found["description"]) <= 5000
    assert found["name"] == "Test Atlas"
    assert found["@id"] == "https://doi.org/10.5281/zenodo.1234567"
    assert found["identifier"] == [
        "https://doi.org/10.5281/zenodo.1234567", "https://doi.org/10.5281/zenodo.1234566",
    ]  # fmt: skip
    assert found["sameAs"] == found["identifier"][0]
    assert (found["version"], found["datePublished"]) == ("1.0", "2026-11-21")
    assert found["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert found["isAccessibleForFree"] is True
    ada, group = found["creator"]
    assert (ada["@type"], ada["@id"]) == ("Person", "https://orcid.org/0000-0002-1825-0097")
    assert group == {"@type": "Organization", "name": "The Test Collaboration"}
    assert found["url"] == ADDRESS
    assert found["isBasedOn"] == ["https://data.desi.lbl.gov"]
    assert {"score_misfit", "p", "z"} <= {each["name"] for each in found["variableMeasured"]}
    assert "misfit" in found["measurementTechnique"]
    assert "declinations" in found["spatialCoverage"]["name"]


def test_every_file_is_offered_with_its_address_size_and_checksum(published):
    offered = entities((published / "index.html").read_text())["Dataset"]["distribution"]
    for each in offered:
        path = published / unquote(each["contentUrl"].removeprefix(ADDRESS))
        assert path.is_file()
        if path.suffix != ".duckdb":
            assert each["contentSize"] == f"{path.stat().st_size} B"
            assert len(each["sha256"]) == 64
    assert {each["encodingFormat"] for each in offered} >= {"text/csv"}


def test_every_object_is_a_part_of_the_release_in_few_bytes(published):
    for i in range(N):
        text = (published / "objects" / slug_at(i) / "index.html").read_text()
        (block,) = Head(text).blocks
        assert len(block.encode()) < 900
        found = entities(text)
        assert found["Dataset"]["isPartOf"]["@id"] == "https://doi.org/10.5281/zenodo.1234567"
        assert found["Dataset"]["url"] == f"{ADDRESS}objects/{slug_at(i)}/"
        assert len(found["Dataset"]["description"]) >= 50
        way = found["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in way] == [1, 2, 3]
        assert [step.get("item") for step in way] == [ADDRESS, f"{ADDRESS}explore/", None]


def test_a_hostile_name_ends_no_block(published):
    text = (published / "objects" / slug_at(3) / "index.html").read_text()
    found = entities(text)
    assert HOSTILE in found["Dataset"]["name"]
    assert HOSTILE not in text


def test_every_page_but_the_first_tells_the_way_to_it(published):
    shown = [p for p in pages(published) if not p.startswith(("id/", "index.html"))]
    for page in shown:
        way = entities(pages(published)[page])["BreadcrumbList"]["itemListElement"]
        assert way[0] == {
            "@type": "ListItem", "position": 1, "name": "Test Atlas", "item": ADDRESS,
        }  # fmt: skip
        for step in way[1:-1]:
            place = urlsplit(step["item"]).path.removeprefix("/atlas/")
            assert (published / place / "index.html").is_file()


def test_without_an_address_no_page_claims_one(site):
    for page, text in pages(site).items():
        found = entities(text)
        assert "BreadcrumbList" not in found, page
        assert "url" not in found.get("Dataset", {})
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text()


def test_what_is_shared_says_what_it_is_of_and_how_large_its_picture(published):
    properties = Head((published / "index.html").read_text()).properties
    assert properties["og:image"] == f"{ADDRESS}card.png"
    assert (published / "card.png").is_file()
    assert (properties["og:image:width"], properties["og:image:height"]) == ("600", "315")
    for text in pages(published).values():
        found = Head(text)
        if "canonical" not in found.links or "og:title" not in found.properties:
            continue  # a page that only leads on
        # https://ogp.me: title, type, image and url are required of what has a picture.
        assert {"og:title", "og:type", "og:url", "og:site_name"} <= found.properties.keys()
        assert found.properties["og:url"] == found.links["canonical"]
        if "og:image" in found.properties:
            assert found.properties["og:image:alt"]


def located(text: str) -> list[str]:
    """Addresses in a sitemap, by the rules of its schema."""
    root = ET.fromstring(text)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    kinds = {f"{space}urlset": f"{space}url", f"{space}sitemapindex": f"{space}sitemap"}
    assert len(root) <= 50_000
    found = []
    for each in root:
        assert each.tag == kinds[root.tag]
        location, *rest = each
        assert location.tag == f"{space}loc"
        assert [r.tag for r in rest] in ([], [f"{space}lastmod"])
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", r.text or "") for r in rest)
        assert (location.text or "").startswith("https://")
        assert len(location.text or "") < 2048
        found.append(location.text or "")
    return found


def test_the_sitemap_lists_every_page_that_is_there_for_good_and_no_other(published):
    listed = located((published / "sitemap.xml").read_text())
    assert len(set(listed)) == len(listed)
    own = {page for page in pages(published) if not page.startswith("id/")}
    assert {f"{ADDRESS}{page.removesuffix('index.html')}" for page in own} == set(listed)
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (published / "robots.txt").read_text()


@pytest.mark.parametrize(("n", "parts"), [(1, 0), (50_000, 0), (50_001, 2), (100_001, 3)])
def test_a_sitemap_of_many_pages_is_split(n, parts):
    paths = [f"objects/{i}/index.html" for i in range(n)]
    made = sitemap.files(ADDRESS, paths, "")
    assert len(made) == 2 + parts
    first = located(made["sitemap.xml"])
    listed = first
    if parts:
        listed = [a for part in first for a in located(made[part.removeprefix(ADDRESS)])]
    assert listed == [f"{ADDRESS}objects/{i}/" for i in range(n)]
    assert all(len(text.encode()) < 50_000_000 for text in made.values())


@given(name=anything, told=anything)
def test_no_text_leaves_its_block_or_makes_it_large(here, name, told):
    each = replace(here.objects[0], name=name)
    block = structured.block(structured.object_page(here, each, told))
    page = f'<script type="application/ld+json">{block}</script><p>after</p>'
    found = entities(page)["Dataset"]
    assert found["name"] == name if len(name) <= 80 else found["name"].endswith("…")
    assert len(found["description"]) <= len(told) + 1 + len(structured.ENDS)
    way = structured.breadcrumbs(here, "objects/a/index.html", name)
    assert way is not None
    assert len(way["itemListElement"]) == 3


def test_an_about_page_says_how_to_cite_and_whom_to_thank(published):
    text = (published / "about" / "index.html").read_text()
    assert 'href="https://doi.org/10.5281/zenodo.1234567"' in text
    assert 'href="https://doi.org/10.5281/zenodo.1234566"' in text
    assert "This research used data obtained with the Dark Energy" in text
    assert "Licence of its data: CC-BY-4.0." in text
    assert "Not published" not in text


def test_a_release_without_a_date_says_that_it_is_not_published(folder, tmp_path):
    database = tmp_path / "catalog.duckdb"
    database.write_bytes((folder / "catalog.duckdb").read_bytes())
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE citation SET date = '', doi = '', concept_doi = ''")
    with Catalogue(database) as catalogue:
        for page in (about.PAGE, provenance.PAGE):
            assert page.sheets is not None
            (sheet,) = page.sheets(Atlas(catalogue), ())
            text = templating.fill(page.template, sheet.context)
            assert "not published yet" in text
            assert "doi.org/10.5281" not in text


def test_the_provenance_page_says_all_that_the_catalogue_knows_of_the_making(published):
    text = (published / "provenance" / "index.html").read_text()
    for told in ("c3" * 32, "d4" * 20, "e5" * 32, "b2" * 32, "a1" * 32, "2.13.0", "Linux x86_64",
                 "catalog build recipe.toml", "outliers 1.csv"):  # fmt: skip
        assert told in text
    assert 'href="https://data.desi.lbl.gov/coadd-sv3-1.fits"' in text
    for section in ("Intended use", "Training data", "Caveats and recommendations"):
        assert f">{section}</h3>" in text


def test_a_simulated_object_says_that_it_is_none(here):
    simulated = Atlas(here.catalogue)
    simulated.release = replace(here.release, simulated=True)
    found = structured.object_page(simulated, here.objects[0], "A galaxy.")
    assert found["description"].startswith("Simulated, no real object. A galaxy.")
