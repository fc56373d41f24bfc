"""Objects go by their names everywhere, and the explorer tells names by positions alone."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.site import unpacked
from tests.site.catalogue_fixture import name_of, slug_at

from catalog.designation import designation, slug_of
from catalog.site.atlas import Atlas
from catalog.site.packed_names import implied_name, implied_slug, packed_names
from catalog.store.read import Catalogue

POSITIONS = st.tuples(st.floats(0, 360, exclude_max=True), st.floats(-90, 90))


@given(ra=st.integers(0, 359_999_999), dec=st.integers(-90_000_000, 90_000_000))
def test_a_position_of_six_decimals_implies_what_the_iau_makes_of_it(ra, dec):
    table = {"ra": [ra / 10**6], "dec": [dec / 10**6], "slug": {}, "name": {}, "acronym": "PSA"}
    assert implied_slug(ra, dec) == unpacked.slug(table, 0)
    sign = "-" if dec < 0 else "+"
    assert unpacked.name(table, 0)[14] == sign
    assert implied_name(implied_slug(ra, dec), "PSA") == unpacked.name(table, 0)


@given(positions=st.lists(POSITIONS, min_size=1, max_size=5))
def test_any_position_comes_back_as_its_own_name(database, positions):
    objects = _named(database, [(designation(at[0], at[1], "PSA"), at) for at in positions])
    table = _packed(objects)
    for row, each in enumerate(objects):
        assert unpacked.slug(table, row) == each.slug
        assert unpacked.name(table, row) == each.name


def test_names_that_were_kept_or_lettered_and_missing_ones_come_back():
    name = "SIM-PSA J123456.78+012345.6"
    table = {"ra": [188.9, None], "dec": [1.4, None], "slug": {"0": slug_of(f"{name}ab")},
             "name": {}, "acronym": "SIM-PSA", "survey": ["", "sdss"],
             "target_id": ["", "12"]}  # fmt: skip
    assert unpacked.name(table, 0) == f"{name}ab"
    assert (unpacked.slug(table, 1), unpacked.name(table, 1)) == ("sdss-12", "")


def test_an_acronym_of_its_own_is_kept(database):
    at = (10.5, -3.25)
    others = [(designation(*at, word), at) for word in ("PSA", "PSA", "ABC")]
    objects = _named(database, others)
    assert packed_names(objects)["name"] == {"2": "ABC J004200.00-031500.0"}


def test_few_names_need_to_be_listed(site):
    table = unpacked.objects(site / "explore")
    assert table["name"] == {}
    assert len(table["slug"]) <= 3


def test_every_page_calls_an_object_by_its_name_with_the_identifier_beside_it(site):
    name, identifier = name_of(0), "DESI 39627830000000000"
    page = (site / f"objects/{slug_at(0)}/index.html").read_text()
    assert f"<h1>{name}</h1>" in page
    assert re.search(rf'</h1>\s*<p class="identifier">{identifier}</p>', page)
    assert f"<title>{name} " in page
    assert name in page.split('class="citation"')[1].split("</p>")[0]
    row = (site / "explore/index.html").read_text().split("<tbody>")[1].split("</tr>")[0]
    assert f">{name}</a>" in row
    assert identifier in row
    assert name in (site / "index.html").read_text()


def test_an_object_without_a_name_goes_by_what_its_survey_calls_it(site):
    page = (site / f"objects/{slug_at(4)}/index.html").read_text()
    assert "<h1>DESI 39627830000000004</h1>" in page
    assert 'class="identifier"' not in page


def _named(database, pairs):
    with Catalogue(database) as catalogue:
        model = Atlas(catalogue).objects[0]
    return [
        replace(model, target_id=str(i), name=name, slug=slug_of(name), ra=ra, dec=dec)
        for i, (name, (ra, dec)) in enumerate(pairs)
    ]


def _packed(objects):
    told = {
        "ra": [round(each.ra, 6) for each in objects],
        "dec": [round(each.dec, 6) for each in objects],
    }
    return {**told, **packed_names(objects)}
