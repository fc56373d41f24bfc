"""Ranks, percentiles and thresholds."""

import numpy as np
import pytest
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


@given(SCORES, st.data())
def test_a_score_that_is_not_known_has_no_rank_and_changes_no_other(score, data):
    known = np.array(data.draw(st.lists(st.booleans(), min_size=score.size, max_size=score.size)))
    ids = _ids(score.size)
    rank = ranking.ranks(np.where(known, score, np.nan), ids)

    assert (rank[~known] == ranking.UNRANKED).all()
    assert np.array_equal(rank[known], ranking.ranks(score[known], ids[known]))


def test_what_has_no_rank_has_no_percentile_and_counts_among_no_others():
    percentile = ranking.percentiles(np.array([2, -1, 1, -1, 3]))

    assert np.array_equal(percentile, [50, np.nan, 100, np.nan, 0], equal_nan=True)
    assert np.isnan(ranking.percentiles(np.array([-1, -1]))).all()


@given(SCORES, st.integers(1, 40), st.floats(0.001, 0.9))
def test_a_threshold_is_that_of_the_scores_that_are_known(score, n_unknown, fraction):
    padded = np.concatenate([np.full(n_unknown, np.nan), score])

    assert ranking.threshold(padded, fraction) == ranking.threshold(score, fraction)


def test_no_known_score_has_no_threshold():
    assert np.isnan(ranking.threshold(np.full(3, np.nan), 0.01))


@pytest.mark.parametrize(
    ("fraction", "n", "expected"), [(0.01, 20_000, 200), (0.01, 99, 1), (0.05, 115, 5), (0.9, 1, 1)]
)
def test_a_fraction_of_spectra_is_a_whole_number_of_them_and_at_least_one(fraction, n, expected):
    assert ranking.count(fraction, n) == expected
