"""What differs in the making: every setting, library and file that differs, and nothing else."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.versions.editions import Edition, Spectrum, rows, tables, text

from catalog.versions import making

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
RECIPES = st.dictionaries(
    st.text("abc", min_size=1, max_size=2),
    st.dictionaries(
        st.text("xyz", min_size=1, max_size=2), PLAIN | st.lists(PLAIN, max_size=3), max_size=3
    ),
    max_size=3,
)
EDITION = Edition("r1", (Spectrum("1"),))


def recipes(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, str, str]]:
    both = (tables(replace(EDITION, recipe=each)) for each in (one, other))
    return [(d.subject, d.before, d.now) for d in making.settings(*both)]


def worded(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@given(RECIPES, RECIPES)
@settings(max_examples=100, deadline=None)
def test_every_setting_that_differs_is_named_once(one, other):
    flat = [
        {
            f"{section}.{key}": worded(v)
            for section, table in each.items()
            for key, v in table.items()
        }
        for each in (one, other)
    ]
    wanted = [
        (key, flat[0].get(key, ""), flat[1].get(key, ""))
        for key in sorted(flat[0].keys() | flat[1].keys())
        if flat[0].get(key) != flat[1].get(key)
    ]
    assert recipes(one, other) == wanted


def test_tables_of_a_list_are_told_by_name_and_what_names_a_release_is_left_out():
    one = {
        "release": {"title": "One", "seed": 1},
        "surveys": [{"name": "desi", "files": ["a"]}, {"name": "sdss", "files": ["b"]}],
        "citation": {"date": "2026-01-01"},
    }
    other = {
        "release": {"title": "Two", "seed": 2},
        "surveys": [{"name": "sdss", "files": ["b"]}, {"name": "desi", "files": ["a", "c"]}],
        "citation": {"date": "2027-01-01"},
    }
    assert recipes(one, other) == [
        ("release.seed", "1", "2"),
        ("surveys.desi.files", '["a"]', '["a", "c"]'),
    ]


def test_two_of_one_name_stay_apart():
    one = {"surveys": [{"name": "desi", "folder": "a"}, {"name": "desi", "folder": "b"}]}
    other = {"surveys": [{"name": "desi", "folder": "a"}, {"name": "desi", "folder": "c"}]}
    assert recipes(one, other) == [("surveys.desi.1.folder", "b", "c")]


def test_counts_files_software_and_libraries_are_told():
    one = replace(EDITION, files=(("a", "1", "a"), ("b", "1", "b"), ("c", "1", "c")))
    other = Edition(
        "r2",
        (*one.spectra, Spectrum("2")),
        version="0.2.0",
        code="d1ff",
        weights=("v",),
        files=(("b", "2", "b"), ("c", "1", "c"), ("d", "1", "d"), ("e", "1", "e")),
        libraries=(("numpy", "2.0"), ("scipy", "1")),
    )
    found = rows(making.differences(tables(one), tables(other)))
    assert [(r["position"], r["subject"], r["before"], r["now"]) for r in found] == [
        (1, "spectra read", "1", "2"),
        (2, "spectra scored", "1", "2"),
        (3, "outliers", "1", "2"),
        (4, "outliers with a page", "1", "2"),
        (5, "model: weights and cards (sha256)", "cards of r1", "cards of r2"),
        (6, "survey files that the other release lacks", "1", "2"),
        (7, "survey files with other content", "1", "1"),
        (8, "software: version", "0.1.0", "0.2.0"),
        (9, "software: source (sha256)", "c0de", "d1ff"),
        (10, "library: scipy", "", "1"),
    ]


def test_where_weights_are_not_known_their_cards_decide():
    one, other = tables(EDITION), tables(replace(EDITION, name="r2"))
    for each in (one, other):
        each["model"]["configuration"] = text("{}")
    assert making.model_differs(one, other)
    other["model"]["weights_sha256"] = one["model"]["weights_sha256"]
    assert not making.model_differs(one, other)
