import dataclasses
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st
from tests.site.catalogue_fixture import HOSTILE, make_catalogue, slug_at

from catalog.citing.bibtex import latex, object_entry
from catalog.cutouts.footprint import galactic_latitude
from catalog.site import sky, sky_links
from catalog.site.atlas import Atlas
from catalog.site.render import render
from catalog.store.read import Catalogue

OBJECT = f"objects/{slug_at(0)}/index.html"
HOSTILE_PAGE = "objects/desi-script-alert-1-script/index.html"
PLANE = (266.4, -28.9)
POLE = (192.86, 27.13)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def object_at(atlas: Atlas, ra: float, dec: float) -> sky.Sky:
    each = dataclasses.replace(atlas.objects[0], ra=ra, dec=dec)
    found, why_not = sky.sky_of(atlas, each)
    assert found is not None
    assert why_not == ""
    return found


@pytest.fixture(scope="module")
def atlas(database):
    with Catalogue(database) as catalogue:
        yield Atlas(catalogue)


@given(ra=st.floats(0, 359.999999), dec=st.floats(-90, 90))
def test_galactic_latitude_is_that_of_astropy(ra, dec):
    expected = SkyCoord(ra * units.deg, dec * units.deg, frame="icrs").galactic.b.deg
    assert galactic_latitude(ra, dec) == pytest.approx(expected, abs=1e-3)


def test_in_the_galactic_plane_only_the_layer_of_the_whole_sky_is_offered_and_why_is_said(atlas):
    found = object_at(atlas, *PLANE)
    assert [each.title for each in found.images] == ["infrared"]
    assert sky_links.FALLBACK_LAYER in found.images[0].address
    assert "they have no image of it" in found.doubt


def test_away_from_the_plane_both_layers_are_offered_and_nothing_is_doubted(atlas):
    found = object_at(atlas, *POLE)
    assert [each.title for each in found.images] == ["visible light", "infrared"]
    assert found.doubt == ""


@pytest.mark.parametrize(("ra", "dec"), [(100.0, 40.0), (200.0, 88.0)])
def test_near_the_limits_of_the_footprint_an_image_is_offered_with_a_warning(atlas, ra, dec):
    found = object_at(atlas, ra, dec)
    assert len(found.images) == 2
    assert "may be blank" in found.doubt


@pytest.mark.parametrize(
    ("layer", "titles"),
    [("sdss", ["visible light", "infrared"]), ("unwise-neo11", ["infrared"])],
)
def test_of_other_layers_nothing_is_claimed(atlas, monkeypatch, layer, titles):
    monkeypatch.setattr(Atlas, "cutout_layer", layer)
    found = object_at(atlas, *PLANE)
    assert [each.title for each in found.images] == titles
    assert found.doubt == ""


def test_the_page_links_the_surveys_own_page_of_this_very_spectrum(site):
    page = (site / OBJECT).read_text()
    assert "https://www.legacysurvey.org/viewer/desi-spectrum/edr/targetid39627830000000000" in page
    assert "DESI's own page" in text_of(page)
    hostile = (site / HOSTILE_PAGE).read_text()
    assert "targetid%3Cscript%3Ealert%281%29%3C%2Fscript%3E" in hostile


def test_a_release_that_wants_no_images_offers_none_and_its_policy_names_no_host(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20)
    with duckdb.connect(str(path)) as writable:
        writable.execute("UPDATE release SET recipe = replace(recipe, '\"link\"', '\"none\"')")
    render(path, tmp_path / "none", tmp_path / "site")
    page = (tmp_path / "site" / OBJECT).read_text()
    assert 'class="cutout' not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "legacysurvey" not in policy[1]
    assert "simbad" in page


def test_images_are_no_part_of_the_page_until_somebody_asks(site):
    page = (site / OBJECT).read_text()
    assert "<img" not in page
    assert 'class="cutout-frame"' in page
    assert "mark=" in re.findall(r'class="cutout-frame" href="([^"]*)"', page)[0]


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


@given(name=st.text(), slug=st.text(min_size=1))
def test_bibtex_holds_whatever_a_name_is_made_of(atlas, name, slug):
    entry = object_entry(atlas.work, name, slug)
    assert _balanced(entry)
    key = entry.splitlines()[0]
    assert re.fullmatch(r"@misc\{[A-Za-z0-9-]+,", key)
    assert entry.count("\n") == 9
    fields = [line.split("=")[0].strip() for line in entry.splitlines()[1:-1]]
    assert fields == ["title", "author", "year", "month", "publisher", "version", "doi", "note"]


def test_latex_escapes_every_special_sign():
    assert latex("a_b & 5 % of $x^2 ~ #1 {z} \\") == (
        r"a\_b \& 5 \% of \$x\textasciicircum{}2 \textasciitilde{} \#1 "
        r"\textbraceleft{}z\textbraceright{} \textbackslash{}"
    )
    assert latex("two\nlines\0") == "two lines "


def test_the_page_carries_the_entry_and_leads_to_the_releases(site):
    page = (site / OBJECT).read_text()
    assert f"@misc{{peculiar-spectra-test-{slug_at(0).replace(chr(46), chr(45))}," in page
    assert 'href="../../about/index.html#cite"' in page


def test_a_report_begins_with_name_address_and_what_to_say(site):
    page = (site / HOSTILE_PAGE).read_text()
    (address,) = re.findall(r'href="(https://example.org/repo/issues/new[^"]*)"', page)
    asked = parse_qs(urlsplit(unescape(address)).query)
    assert HOSTILE in asked["title"][0]
    assert "objects/desi-script-alert-1-script" in asked["title"][0]
    assert HOSTILE in asked["body"][0]
    assert "What is wrong" in asked["body"][0]


def test_the_numbers_and_all_spectra_are_linked_without_a_script(site):
    page = (site / OBJECT).read_text()
    assert f'href="data.json" download="{slug_at(0)}.json"' in page
    assert 'href="../../download/index.html"' in page


def test_the_object_is_linked_on_the_map(site):
    assert f'href="../../map/index.html?object={slug_at(0)}"' in (site / OBJECT).read_text()
