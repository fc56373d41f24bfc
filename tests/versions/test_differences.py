"""What changed between two releases: against a comparison by hand, and over chains of releases."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.versions.editions import (
    Edition,
    Spectrum,
    drawn,
    percentile,
    ranks,
    rows,
    slug,
    tables,
)

from catalog.errors import RecipeError
from catalog.versions import earlier
from catalog.versions.differences import between

SEEDS = st.integers(0, 10**6)
SIZES = st.integers(1, 25)


def compared(before: Edition, now: Edition) -> dict[str, list[dict[str, Any]]]:
    return {name: rows(table) for name, table in between(tables(before), tables(now)).items()}


def naive(before: Edition, now: Edition) -> dict[tuple[str, str], dict[str, Any]]:
    """Compare spectrum by spectrum, as one would on paper; without the sentences."""
    found = {}
    keys = {(s.survey, s.target_id) for e in (before, now) for s in e.spectra}
    for key in keys:
        old, new = _stand(before, key), _stand(now, key)
        kind = None
        if new["listed"] and not old["listed"]:
            kind = "new"
        elif old["listed"] and not new["listed"]:
            kind = "gone"
        elif old["listed"] and (old["rank"], old["category"]) != (new["rank"], new["category"]):
            kind = "moved"
        if kind:
            found[key] = {
                "kind": kind,
                **{f"{n}_before": old[n] for n in ("rank", "percentile", "category")},
                **{f"{n}_now": new[n] for n in ("rank", "percentile", "category")},
                "slug": new["slug"] or old["slug"],
            }
    return found


def _stand(edition: Edition, key: tuple[str, str]) -> dict[str, Any]:
    rank = ranks(edition).get(key)
    mine = next((s for s in edition.spectra if (s.survey, s.target_id) == key), None)
    listed = rank is not None and rank <= edition.n_outliers
    page = listed and rank is not None and rank <= edition.n_pages
    return {
        "rank": rank,
        "percentile": None if rank is None else percentile(rank, len(ranks(edition))),
        "category": mine.category if mine and listed else "",
        "listed": listed,
        "slug": slug(mine) if mine and page else "",
    }


def pages(edition: Edition) -> set[str]:
    every = {_stand(edition, (s.survey, s.target_id))["slug"] for s in edition.spectra}
    return every - {""}


@given(SEEDS, SIZES)
@settings(max_examples=150, deadline=None)
def test_every_change_is_found_and_nothing_else(seed, n):
    before, now = drawn(seed, n)
    found = compared(before, now)["differences"]
    wanted = naive(before, now)
    assert {(r["survey"], r["target_id"]) for r in found} == set(wanted)
    assert len(found) == len(wanted)
    for row in found:
        expected = wanted[row["survey"], row["target_id"]]
        assert {name: row[name] for name in expected} == pytest.approx(expected)


@given(SEEDS, SIZES)
@settings(max_examples=100, deadline=None)
def test_the_way_back_undoes_the_way_there(seed, n):
    before, now = drawn(seed, n)
    there, back = compared(before, now), compared(now, before)

    def turned(row: dict[str, Any]) -> dict[str, Any]:
        kind = {"new": "gone", "gone": "new", "moved": "moved"}[row["kind"]]
        swapped = {
            f"{name}_{a}": row[f"{name}_{b}"]
            for name in ("rank", "percentile", "category")
            for a, b in (("before", "now"), ("now", "before"))
        }
        return {"survey": row["survey"], "target_id": row["target_id"], "kind": kind, **swapped}

    def plain(found):
        return {(r["survey"], r["target_id"]): r for r in found}

    wanted = plain(turned(row) for row in there["differences"])
    got = plain(back["differences"])
    assert wanted.keys() == got.keys()
    for key, row in wanted.items():
        assert {name: got[key][name] for name in row} == pytest.approx(row)
    made = [(r["subject"], r["now"], r["before"]) for r in there["release_differences"]]
    assert made == [(r["subject"], r["before"], r["now"]) for r in back["release_differences"]]


@given(SEEDS, SIZES)
@settings(max_examples=60, deadline=None)
def test_pages_of_the_release_before_are_pages_or_tombstones(seed, n):
    before, now = drawn(seed, n)
    stones = compared(before, now)["withdrawn"]
    assert {stone["slug"] for stone in stones} == pages(before) - pages(now)
    assert all(stone["release"] == "one" and stone["why"] for stone in stones)


@given(SEEDS, SIZES)
@settings(max_examples=30, deadline=None)
def test_a_release_and_its_twin_do_not_differ(seed, n):
    _, edition = drawn(seed, n)
    found = compared(edition, replace(edition, name="twin"))
    assert found["differences"] == found["release_differences"] == found["withdrawn"] == []
    assert found["previous"][0]["name"] == edition.name


@given(st.lists(SEEDS, min_size=2, max_size=5), SIZES)
@settings(max_examples=40, deadline=None)
def test_over_any_chain_no_address_is_ever_forgotten(seeds, n):
    chain = [replace(drawn(s, n)[1], name=f"r{i}") for i, s in enumerate(seeds)]
    known, shown = tables(chain[0]), pages(chain[0])
    last = dict.fromkeys(shown, "r0")
    for edition in chain[1:]:
        stones = between(known, tables(edition))["withdrawn"]
        known = {**tables(edition), "withdrawn": stones}
        shown |= pages(edition)
        last |= dict.fromkeys(pages(edition), edition.name)
        found = {stone["slug"]: stone["release"] for stone in rows(stones)}
        assert found == {s: last[s] for s in shown - pages(edition)}


def test_a_tombstone_stays_until_its_object_returns():
    lost, other = Spectrum("1", p=0.01), Spectrum("2", p=0.02)
    first = Edition("r1", (lost, other), n_outliers=1)
    second = Edition("r2", (other,), n_outliers=1)
    third = replace(second, name="r3")
    fourth = replace(first, name="r4")
    stones_2 = between(tables(first), tables(second))["withdrawn"]
    assert [(s["slug"], s["release"], s["rank"], s["category"]) for s in rows(stones_2)] == [
        ("desi-1", "r1", 1, "blend")
    ]
    known = {**tables(second), "withdrawn": stones_2}
    stones_3 = between(known, tables(third))["withdrawn"]
    assert rows(stones_3) == rows(stones_2)
    known = {**tables(third), "withdrawn": stones_3}
    stones_4 = between(known, tables(fourth))["withdrawn"]
    assert [(s["slug"], s["release"]) for s in rows(stones_4)] == [("desi-2", "r3")]


def test_names_are_kept_for_ever_also_those_of_the_withdrawn():
    first = Edition("r1", (Spectrum("1", p=0.01, name="PSA A"), Spectrum("2", name="PSA B")), 1)
    second = Edition("r2", (Spectrum("2", name="PSA B"),), 1)
    known = {**tables(second), "withdrawn": between(tables(first), tables(second))["withdrawn"]}
    assert earlier.kept_names(known) == {("desi", "1"): "PSA A", ("desi", "2"): "PSA B"}


def test_two_surveys_may_call_two_objects_the_same():
    before = Edition("r1", (Spectrum("5", survey="desi", p=0.01),), 1)
    now = Edition("r2", (Spectrum("5", survey="sdss", p=0.01),), 1)
    found = compared(before, now)
    assert [(r["survey"], r["kind"]) for r in found["differences"]] == [
        ("desi", "gone"),
        ("sdss", "new"),
    ]
    assert [stone["slug"] for stone in found["withdrawn"]] == ["desi-5"]


def test_a_release_neither_follows_itself_nor_one_of_the_other_kind():
    edition = Edition("r1", (Spectrum("1"),))
    with pytest.raises(RecipeError, match="cannot follow itself"):
        compared(edition, edition)
    with pytest.raises(RecipeError, match="do not follow each other"):
        compared(replace(edition, simulated=True), replace(edition, name="r2"))


def crowd(name: str, seed: int) -> dict[str, Any]:
    """A release of 200,000 scored spectra in random order, 2,000 of them outliers with a page."""
    n_spectra, n_outliers = 200_000, 2_000
    made = tables(Edition(name, ()))
    rank = np.random.default_rng(seed).permutation(n_spectra) + 1
    ids = np.array([f"3962783{i:010d}" for i in range(n_spectra)], dtype=object)
    constant = {"survey": "desi", "shard": "a", "category": "blend"}
    made["spectra"] = {
        "target_id": ids,
        **{column: np.full(n_spectra, value, dtype=object) for column, value in constant.items()},
        "name": ids,
        "slug": np.where(rank <= n_outliers, ids, ""),
        "quality": np.zeros(n_spectra, np.int64),
        "rank": rank,
        "percentile": 100 - rank / n_spectra,
        "p": rank / n_spectra,
        "outlier": rank <= n_outliers,
    }
    return made


@pytest.mark.alone
def test_two_hundred_thousand_spectra_are_compared_in_seconds():
    before, now = crowd("r1", 1), crowd("r2", 2)
    start = time.process_time()
    found = between(before, now)
    seconds = time.process_time() - start
    assert len(found["differences"]["kind"]) > 3900
    assert seconds < 4
