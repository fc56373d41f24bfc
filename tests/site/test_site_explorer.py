"""What the explorer loads is what the catalogue holds, and little enough to load at once."""

import gzip
import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site import unpacked
from tests.site.catalogue_fixture import LONG_ID, N_PUBLISHED, SCORES
from tests.site.crowd import N_CROWD, make_crowd

from catalog.site import modules, packed, words
from catalog.site.pages.explore import SPARKS_PER_FILE
from catalog.store.read import Catalogue

PLAIN = {"z": 5, "snr": 2, "ra": 6, "dec": 6, "map_x": 2, "map_y": 2}
MAP_FILES = ("map.json", "points.bin")


@pytest.fixture(scope="module")
def objects(database):
    """The published objects of the fixture's catalogue."""
    with Catalogue(database) as catalogue:
        return catalogue.outliers()


def test_every_value_is_the_catalogues_to_its_stated_decimals(site, objects):
    table = unpacked.objects(site / "explore")
    assert table["size"] == len(objects) == N_PUBLISHED
    for row, each in enumerate(objects):
        for name in ("target_id", "survey", "spec_class", "verdict", "category", "rank"):
            assert table[name][row] == getattr(each, name)
        assert unpacked.slug(table, row) == each.slug
        assert unpacked.name(table, row) == each.name
        for name, decimals in PLAIN.items():
            value = getattr(each, name)
            assert table[name][row] == (None if value is None else pytest.approx(
                value, rel=0, abs=0.5001 * 10**-decimals))  # fmt: skip
        assert table["p"][row] == pytest.approx(each.p, rel=0.051)


def test_a_percentile_is_written_as_the_objects_page_writes_it(site, objects):
    table = unpacked.objects(site / "explore")
    assert [words.percent(p) for p in table["percentile"]] == [
        words.percent(each.percentile) for each in objects
    ]
    for score in table["scores"]:
        given = [each.scores[score["name"]].percentile for each in objects]
        found = table[f"percentile_{score['name']}"]
        assert [None if p is None else words.percent(p) for p in found] == [
            None if p is None else words.percent(p) for p in given
        ]


@given(st.lists(st.one_of(
    st.none(), st.floats(0, 100), st.floats(1e-9, 1).map(lambda x: 100 - x),
    st.sampled_from([0.0, 57.3 - 1e-12, 99.0, 99.9, 99.99, 99.999, 99.9999999, 100.0])),
    min_size=1))  # fmt: skip
def test_any_percentile_keeps_its_text_and_its_place(values):
    made = packed.percentiles("x", values)
    found = unpacked.column(made.header, made.data, len(values))
    told = [None if p is None else words.percent(p) for p in found]
    assert told == [None if p is None else words.percent(p) for p in values]
    known = sorted((p, q) for p, q in zip(values, found, strict=True) if p is not None)
    assert all(a[1] <= b[1] for a, b in pairwise(known))


@given(st.lists(st.one_of(
    st.integers(0, 2**63).map(str), st.integers(39_627_700_000_000_000, 39_633_500_000_000_000)
    .map(str), st.text(max_size=12), st.just("007"))))  # fmt: skip
def test_any_identifier_comes_back_whole(values):
    made = packed.identifiers("target_id", values)
    assert unpacked.column(made.header, made.data, len(values)) == values


@given(st.lists(st.one_of(st.none(), st.floats(-400, 1e6)), min_size=1), st.integers(0, 5))
def test_any_number_comes_back_to_its_decimals(values, decimals):
    made = packed.fixed("x", values, decimals)
    found = unpacked.column(made.header, made.data, len(values))
    for value, back in zip(values, found, strict=True):
        assert back is None if value is None else abs(back - value) <= 0.5001 * 10**-decimals


@given(st.lists(st.one_of(st.none(), st.just(0.0), st.floats(1e-300, 1)), min_size=1))
def test_any_probability_keeps_two_digits(values):
    made = packed.probabilities("p", values)
    found = unpacked.column(made.header, made.data, len(values))
    assert found == [None if p is None else float(f"{p:.1e}") for p in values]


def test_no_more_scores_are_loaded_than_are_ranked_by_or_the_papers(site):
    table = unpacked.objects(site / "explore")
    wanted = [name for name, _, role, *_ in SCORES if role in {"ranking", "paper"}]
    assert [each["name"] for each in table["scores"]] == wanted
    assert {f"percentile_{name}" for name in wanted} == {
        name for name in table if name.startswith("percentile_")
    }
    assert LONG_ID in table["target_id"]


def test_the_explorer_of_20000_objects_is_loaded_with_less_than_a_megabyte(tmp_path):
    site = make_crowd(tmp_path)
    folder = site / "explore"
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert json.loads((folder / "objects.json").read_text(encoding="utf-8"))["size"] == N_CROWD
    styles = [site / "static" / name for name in re.findall(r'static/([^"]+\.css)"', html)]
    assert styles
    scripts = {site / "static" / "start.js"}
    for entry in ("explore.js", "map/latent_view.js"):  # the second comes once the table stands
        names = (entry, *modules.needed(site / "static", entry))
        scripts |= {site / "static" / name for name in names}
    texts = [folder / "index.html", folder / "objects.json", *styles, *scripts]
    transfer = sum(len(gzip.compress(path.read_bytes(), 6)) for path in texts)
    transfer += (folder / "objects.bin").stat().st_size
    transfer += sum(site.joinpath("map", name).stat().st_size for name in MAP_FILES)
    two_scores = 2 * N_CROWD * 16 // 8  # a real release has six, the fixture four
    assert transfer + SPARKS_PER_FILE * 63 + two_scores < 1_000_000
