"""The files beside an object's page: JSON and DataLink for programs, an image for people."""

import io
import json
import re
import warnings

import pytest
from astropy.io.votable import parse, validate
from tests.site.catalogue_fixture import HOSTILE, LONG_ID, slug_at, slug_by_id
from tests.site.released import ADDRESS, KNOWN_AS, N_PUBLISHED

from catalog.site import object_json
from catalog.site.datalink import Link, datalink
from catalog.store.read import Catalogue

KEYS = [key for names, _ in object_json.FIELDS for key in names.split(", ")]
FIRST = f"objects/{slug_at(0)}"


def _object(site, slug):
    return json.loads((site / "objects" / slug / "object.json").read_text(encoding="utf-8"))


def test_every_object_has_its_json_small_with_the_keys_that_the_page_explains(released):
    with Catalogue(released.database) as catalogue:
        objects = catalogue.outliers()
    for each in objects:
        path = released.site / "objects" / each.slug / "object.json"
        assert path.stat().st_size < 4000
        told = json.loads(path.read_text())
        assert sorted(told) == sorted(KEYS)
        assert told["target_id"] == each.target_id
        assert told["name"] == (each.name or None)
        assert told["rank"] == each.rank
        assert told["ra"] == (None if each.ra is None else pytest.approx(each.ra, abs=1e-8))
        assert told["scores"]["misfit"] == pytest.approx(
            [each.scores["misfit"].value, each.scores["misfit"].p, each.scores["misfit"].rank]
        )
        for file in told["files"]:
            assert path.with_name(file).is_file()


def test_the_json_tells_reasons_neighbours_verdicts_and_what_is_known(released):
    told = _object(released.site, slug_at(0))
    assert told["address"] == f"{ADDRESS}{FIRST}/"
    assert told["reasons"][0]["significance"] == 38.0
    assert told["reasons"][0]["wave"] == [6535.0, 6600.0]
    assert {near["kind"] for near in told["neighbours"]} == {"ordinary", "unusual"}
    assert told["verdicts"][0] == {
        "verdict": "artefact", "category": "sky_residual", "by": "A. Rossi", "date": "2026-03-09"
    }  # fmt: skip
    assert told["known"][0]["identifier"] == KNOWN_AS
    assert told["alternatives"][0]["suggested"] is True
    assert _object(released.site, slug_by_id(LONG_ID))["target_id"] == LONG_ID
    assert _object(released.site, slug_at(3))["target_id"] == HOSTILE


def test_the_index_lists_every_object_in_columns(released):
    index = json.loads((released.site / "api/index.json").read_text())
    with Catalogue(released.database) as catalogue:
        objects = catalogue.outliers()
    columns = index["columns"]
    assert columns["target_id"] == [each.target_id for each in objects]
    assert columns["name"] == [each.name for each in objects]
    assert columns["slug"] == [each.slug for each in objects]
    assert columns["rank"] == [each.rank for each in objects]
    assert [index["categories"][i] for i in columns["category"]] == [o.category for o in objects]
    assert [index["surveys"][i] for i in columns["survey"]] == [o.survey for o in objects]


def test_the_index_of_10000_objects_stays_under_a_megabyte(released):
    size = (released.site / "api/index.json").stat().st_size
    assert 10_000 * size / N_PUBLISHED < 1_000_000


def _links(released):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return parse(released.site / FIRST / "datalink.xml").get_first_table()


def test_the_datalink_table_is_valid_and_every_link_of_ours_leads_to_a_file_of_that_size(released):
    table = _links(released)
    names = [field.name for field in table.fields]
    assert names == ["ID", "access_url", "service_def", "error_message", "semantics",
                     "description", "content_type", "content_length"]  # fmt: skip
    rows = [dict(zip(names, row, strict=True)) for row in table.array]
    words = [row["semantics"] for row in rows]
    assert words.count("#this") == 1
    assert {"#preview", "#auxiliary", "#documentation", "#progenitor"} <= set(words)
    for row in rows:
        assert row["ID"] == "PSA J000000.00-283600.0"
        assert bool(row["access_url"]) != bool(row["error_message"] or row["service_def"])
        if row["access_url"].startswith(ADDRESS):
            file = released.site / row["access_url"].removeprefix(ADDRESS)
            assert file.exists()
            if row["content_length"]:
                assert file.stat().st_size == row["content_length"]


def test_pyvo_reads_the_datalink_table(released):
    adhoc = pytest.importorskip("pyvo.dal.adhoc")
    votable = parse(released.site / FIRST / "datalink.xml")
    links = adhoc.DatalinkResults(votable)
    found = [link.access_url for link in links if link.semantics == "#this"]
    assert found == [f"{ADDRESS}{FIRST}/data.json"]


def test_a_datalink_table_holds_any_text(tmp_path):
    text = datalink(HOSTILE, [Link("https://a.org/?a=1&b=<", "#this", "a\x00b]]>", "text/html")])
    rows = parse(io.BytesIO(text.encode())).get_first_table().array
    assert rows[0][0] == HOSTILE
    assert rows[0][1] == "https://a.org/?a=1&b=<"
    path = tmp_path / "d.xml"
    path.write_text(text)
    assert validate(path, output=None)


def test_without_an_address_there_is_no_datalink_and_the_json_names_none(site):
    assert not list((site / "objects").rglob("datalink.xml"))
    assert _object(site, slug_at(0))["address"] is None


def test_the_image_that_the_site_carries_is_shown_with_its_credit_and_asks_nobody(released):
    page = (released.site / FIRST / "index.html").read_text()
    (image,) = re.findall(r"<img [^>]*>", page)
    for part in ('src="cutout.jpg"', 'width="256"', 'height="256"', 'loading="lazy"', "67 arcsec"):
        assert part in image
    assert (released.site / FIRST / "cutout.jpg").read_bytes()[:2] == b"\xff\xd8"
    assert "Legacy Surveys / D. Lang" in page
    assert "fetched 2026-11-02" in page
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]
    assert "legacysurvey" not in policy
    assert "data-image" not in page
    other = (released.site / f"objects/{slug_at(1)}/index.html").read_text()
    assert "<img" not in other


def test_the_page_says_what_is_known_there_and_what_is_not(released):
    page = (released.site / FIRST / "index.html").read_text()
    assert 'Known as <a href="https://simbad.example.org/?id=NGC%201275"' in page
    assert "NGC &lt;1275&gt; &amp; Co</a>" in page
    other = (released.site / f"objects/{slug_at(1)}/index.html").read_text()
    assert "Not in SIMBAD within 5″ on 2026-11-01." in other
    nowhere = (released.site / f"objects/{slug_at(4)}/index.html").read_text()
    assert "SIMBAD within" not in nowhere
