"""Ranks, percentiles and thresholds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from catalog import ranking

SCORES = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e3, 1e3))


def _ids(n: int):
    return np.array([f"t{i:03d}" for i in range(n)], object)


@given(SCORES)
def test_ranks_are_a_permutation_with_the_highest_first(score):
    rank = ranking.ranks(score, _ids(score.size))

    assert sorted(rank) == list(range(1, score.size + 1))
    assert score[rank == 1][0] == score.max()


@given(SCORES, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_spectra(score, random):
    order = list(range(score.size))
    random.shuffle(order)
    ids = _ids(score.size)

    assert np.array_equal(ranking.ranks(score, ids)[order], ranking.ranks(score[order], ids[order]))


@given(SCORES, st.floats(0.001, 0.9))
def test_threshold_lets_the_asked_fraction_through(score, fraction):
    at_least = max(1, int(np.floor(fraction * score.size)))
    limit = ranking.threshold(score, fraction)

    assert (score >= limit).sum() >= at_least
    assert (score > limit).sum() < at_least


def test_percentile_is_the_share_of_others_that_are_less_unusual():
    assert ranking.percentiles(np.array([1, 3, 5, 2, 4])).tolist() == [100, 50, 0, 75, 25]
    assert ranking.percentiles(np.array([1])).tolist() == [0.0]


def test_first_in_one_list_comes_before_second_in_both():
    ids = _ids(4)
    places = {"a": np.array([1, 2, 3, 4]), "b": np.array([4, 2, 1, 3])}

    assert ranking.best_place(places, ids).tolist() == [2, 3, 1, 4]
