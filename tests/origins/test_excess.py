"""Groups with too many artefacts are found, and chance alone makes hardly any."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.origins import FALSE_SHARE, Tally, find
from catalog.spectra import Origins

BAD = "2233"


def memberships(names, kind="fibre"):
    """Each spectrum in one group of a kind."""
    names = np.array(names, dtype=object)
    return Origins(np.arange(names.size), np.full(names.size, kind, dtype=object), names)


def groups_of(origins, category, scored=None):
    tally = Tally()
    category = np.array(category, dtype=object)
    tally.add(origins, np.ones(category.size, bool) if scored is None else scored, category)
    return find(tally)


def row(table, name, category="", kind="fibre"):
    at = (table["name"] == name) & (table["category"] == category) & (table["kind"] == kind)
    (found,) = np.flatnonzero(at)
    return {column: values[found] for column, values in table.items()}


def rows(table):
    return list(zip(*(values.tolist() for values in table.values()), strict=True))


def test_a_fibre_with_ten_artefacts_in_twelve_spectra_is_the_one_that_stands_out():
    rng = np.random.default_rng(1)
    names = [BAD] * 12 + [str(i % 200) for i in range(4000)]
    category = np.where(rng.random(len(names)) < 0.005, "low_snr", "").astype(object)
    category[:10] = "arm_discontinuity"
    table = groups_of(memberships(names), category)
    found = row(table, BAD)
    assert (found["n_scored"], found["n_artefacts"]) == (12, int((category[:12] != "").sum()))
    assert found["q"] < 1e-9
    assert set(table["name"][table["stands_out"]]) == {BAD}
    assert row(table, BAD, "arm_discontinuity")["stands_out"]


@pytest.mark.parametrize("seed", range(8))
def test_artefacts_dealt_at_random_make_hardly_any_group_stand_out(seed):
    rng = np.random.default_rng(seed)
    n = 20_000
    names = rng.integers(0, 500, n).astype(str)
    category = np.where(rng.random(n) < 0.01, rng.choice(["a", "b"], n), "")
    table = groups_of(memberships(names), category)
    assert table["stands_out"].sum() <= 1
    # The p of a count that chance deals out is no smaller than a probability may be.
    everything = table["category"] == ""
    assert (table["p"][everything] < 0.01).mean() < 0.02


def test_p_is_the_sum_of_the_binomials_tail_and_expected_the_share_of_all():
    category = ["x", "x", "", "", "", "x", "", "", "", ""]
    table = groups_of(memberships(list("aaabbbcccc")), category)
    share = 0.3
    for name, n, k in (("a", 3, 2), ("b", 3, 1), ("c", 4, 0)):
        tail = sum(math.comb(n, j) * share**j * (1 - share) ** (n - j) for j in range(k, n + 1))
        found = row(table, name)
        assert found["p"] == pytest.approx(tail)
        assert found["expected"] == pytest.approx(n * share)


def test_q_counts_every_test_of_the_kind_those_without_an_artefact_too():
    names = [str(i // 10) for i in range(400)]
    category = np.full(400, "", dtype=object)
    category[:4], category[50:52] = "x", "y"
    table = groups_of(memberships(names), category)
    n_tests = 40 * 3  # 40 groups, each for all artefacts, for x and for y
    lowest = min(table["p"])
    at = np.argmin(table["p"])
    assert table["q"][at] <= n_tests * lowest
    # Benjamini and Hochberg, written out: the least of p n / rank from here on.
    ordered = np.sort(np.concatenate([table["p"], np.ones(n_tests - len(table["p"]))]))
    wanted = np.minimum.accumulate((ordered * n_tests / np.arange(1, n_tests + 1))[::-1])[::-1]
    np.testing.assert_allclose(np.sort(table["q"]), wanted[: len(table["q"])].clip(max=1))


def test_one_artefact_is_no_group_however_rare_it_is():
    category = np.full(10_001, "", dtype=object)
    category[0] = "x"
    names = [BAD] + [str(i % 10) for i in range(10_000)]
    found = row(groups_of(memberships(names), category), BAD)
    assert found["q"] < FALSE_SHARE
    assert not found["stands_out"]


def test_a_spectrum_of_several_exposures_counts_in_each_and_once_in_the_share():
    origins = Origins(
        np.array([0, 0, 1, 2, 3]),
        np.full(5, "exposure", dtype=object),
        np.array(["1", "2", "1", "2", "3"], dtype=object),
    )
    table = groups_of(origins, ["x", "", "", ""])
    assert [row(table, n, kind="exposure")["n_artefacts"] for n in "123"] == [1, 1, 0]
    assert row(table, "1", kind="exposure")["expected"] == pytest.approx(2 * 1 / 4)


def test_spectra_that_are_not_scored_or_told_of_change_nothing():
    names, category = list("aabbb"), ["x", "", "", "x", ""]
    alone = groups_of(memberships(names), category)
    more = Origins(np.arange(6), np.full(6, "fibre", dtype=object), np.array([*names, "b"], object))
    scored = np.array([True] * 5 + [False, True])
    together = groups_of(more, [*category, "x", "x"], scored)
    assert rows(together) == rows(alone)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["", "", "x", "y"])), min_size=1
    ).flatmap(lambda told: st.tuples(st.just(told), st.permutations(range(len(told))))),
    st.integers(0, 5),
)
def test_neither_the_order_of_rows_nor_their_spread_over_shards_changes_anything(drawn, cut):
    told, order = drawn
    names, category = zip(*told, strict=True)
    once = groups_of(memberships(names), category)
    tally = Tally()
    for part in (order[:cut], order[cut:]):
        mine = memberships([names[i] for i in part])
        kinds = np.array([category[i] for i in part], dtype=object)
        tally.add(mine, np.ones(len(part), bool), kinds)
    assert rows(find(tally)) == rows(once)
    everything = once["category"] == ""
    assert once["n_scored"][everything].sum() == len(told)
    assert once["n_artefacts"][everything].sum() == once["n_artefacts"][~everything].sum()
    assert (once["q"] >= once["p"] * (1 - 1e-12)).all()


def test_no_memberships_give_no_groups():
    table = groups_of(Origins(), ["x", ""])
    assert {name: len(values) for name, values in table.items()} == dict.fromkeys(
        ("kind", "name", "category", "n_scored", "n_artefacts", "expected", "p", "q", "stands_out"),
        0,
    )
