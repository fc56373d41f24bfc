"""Measures of detection, against scikit-learn and against counting."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_curve

from catalog.benchmark import metrics
from catalog.benchmark.curves import trace

PREVALENCE = 0.01


@st.composite
def lists(draw, most=40, levels=12):
    """Scores with ties, and which of them are planted: at least one of each."""
    n = draw(st.integers(2, most))
    score = np.array(draw(st.lists(st.integers(0, levels), min_size=n, max_size=n)), float)
    planted = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    assume(planted.any() and not planted.all())
    return score, planted


def _weight(planted, prevalence):
    n_planted = planted.sum()
    heavy = prevalence / (1 - prevalence) * (planted.size - n_planted) / n_planted
    return np.where(planted, heavy, 1.0)


def _all(score, planted, prevalence=PREVALENCE):
    curve = trace(score, planted, ~planted)
    return {
        "average precision": metrics.average_precision(curve, prevalence)[0],
        "precision at 1 %": metrics.precision_at(curve, 0.01, prevalence)[0],
        "recall at 1e-3": metrics.recall_at(curve, 1e-3)[0],
        "recall at 1e-2": metrics.recall_at(curve, 1e-2)[0],
        "median percentile": metrics.median_percentile(curve)[0],
    }


@given(lists(), st.sampled_from([0.001, 0.01, 0.2, 0.5]))
def test_average_precision_is_scikit_learns_with_weights_that_give_the_prevalence(data, prevalence):
    score, planted = data
    weight = _weight(planted, prevalence)
    expected = average_precision_score(planted, score, sample_weight=weight)
    found = metrics.average_precision(trace(score, planted, ~planted), prevalence)[0]

    assert weight[planted].sum() / weight.sum() == pytest.approx(prevalence)
    assert found == pytest.approx(expected, abs=1e-12)


def test_average_precision_of_a_large_list_is_scikit_learns():
    rng = np.random.default_rng(3)
    planted = rng.uniform(size=20_000) < 0.03
    score = rng.standard_normal(20_000) + 2 * planted
    expected = average_precision_score(planted, score, sample_weight=_weight(planted, PREVALENCE))

    assert _all(score, planted)["average precision"] == pytest.approx(expected, abs=1e-12)


@given(lists(most=6, levels=2), st.integers(1, 6))
def test_precision_at_k_is_the_mean_over_all_orders_of_tied_spectra(data, k):
    score, planted = data
    assume(k <= score.size)
    orders = (list(order) for order in permutations(range(score.size)))
    found = [planted[o][:k].mean() for o in orders if (np.diff(score[o]) <= 0).all()]
    curve = trace(score, planted, ~planted)
    prevalence = planted.mean()

    at_k = metrics.precision_at(curve, k / score.size, prevalence)[0]
    assert at_k == pytest.approx(np.mean(found))


@given(lists(), st.integers(2, 5), st.floats(0.01, 1))
def test_a_planted_spectrum_of_weight_w_counts_as_w_copies(data, weight, share):
    score, planted = data
    copies = np.repeat(np.arange(score.size), np.where(planted, weight, 1))
    many = trace(score[copies], planted[copies], ~planted[copies])
    prevalence = planted[copies].mean()
    few = trace(score, planted, ~planted)

    for measure in (metrics.average_precision, lambda c, p: metrics.precision_at(c, share, p)):
        np.testing.assert_allclose(measure(few, prevalence), measure(many, prevalence))


@given(lists(), st.sampled_from([0.0, 1e-3, 1e-2, 0.1, 0.5, 1.0]))
def test_recall_is_read_from_the_operating_curve_of_scikit_learn(data, rate):
    score, planted = data
    false, true, _ = roc_curve(planted, score, drop_intermediate=False)
    last = np.flatnonzero(false <= rate).max()
    expected = true[last]
    if last + 1 < true.size:
        part = (rate - false[last]) / (false[last + 1] - false[last])
        expected += part * (true[last + 1] - true[last])

    assert metrics.recall_at(trace(score, planted, ~planted), rate)[0] == pytest.approx(expected)


@given(lists())
def test_the_median_percentile_is_the_median_of_each_planted_spectrums_place(data):
    score, planted = data
    clean = score[~planted]
    places = [100 * np.mean((clean < s) + 0.5 * (clean == s)) for s in score[planted]]

    assert _all(score, planted)["median percentile"] == pytest.approx(np.median(places))


@given(lists())
def test_a_monotone_change_of_the_score_changes_nothing(data):
    score, planted = data

    for name, value in _all(score, planted).items():
        assert _all(np.exp(score / 3) - 7, planted)[name] == pytest.approx(value), name


@given(lists(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(data, random):
    score, planted = data
    order = list(range(score.size))
    random.shuffle(order)

    for name, value in _all(score, planted).items():
        assert _all(score[order], planted[order])[name] == pytest.approx(value), name


@given(lists())
def test_a_perfect_score_has_the_highest_of_every_measure(data):
    _, planted = data
    found = _all(planted.astype(float), planted)

    assert found.pop("median percentile") == 100
    assert all(value == pytest.approx(1) for value in found.values())


def test_precision_cannot_exceed_what_there_is_to_find():
    planted = np.arange(1000) < 10
    curve = trace(planted.astype(float), planted, ~planted)

    assert metrics.precision_at(curve, 0.05, PREVALENCE)[0] == pytest.approx(0.2)


def test_a_score_that_says_nothing_has_the_prevalence_for_its_precision():
    rng = np.random.default_rng(0)
    planted = np.arange(60_000) < 3000
    found = _all(rng.standard_normal(60_000), planted)

    assert found["average precision"] == pytest.approx(PREVALENCE, rel=0.15)
    assert found["precision at 1 %"] == pytest.approx(PREVALENCE, rel=0.5)
    assert found["recall at 1e-2"] == pytest.approx(0.01, rel=0.5)
    assert found["median percentile"] == pytest.approx(50, abs=4)


def test_equal_scores_have_exactly_the_prevalence_and_the_rates():
    planted = np.arange(100) < 30
    found = _all(np.zeros(100), planted)

    assert found["average precision"] == pytest.approx(PREVALENCE)
    assert found["precision at 1 %"] == pytest.approx(PREVALENCE)
    assert found["recall at 1e-3"] == pytest.approx(1e-3)
    assert found["median percentile"] == 50


def test_a_missing_score_is_below_every_number_and_ties_with_its_like():
    planted = np.array([True, True, False, False])
    with_nan = np.array([5.0, np.nan, 3.0, np.nan])
    with_low = np.array([5.0, -1e9, 3.0, -1e9])

    assert _all(with_nan, planted) == _all(with_low, planted)


def test_rows_in_neither_mask_are_ignored():
    score = np.array([9.0, 8.0, 7.0, 6.0, 5.0])
    positive = np.array([False, True, False, False, False])
    negative = np.array([False, False, False, True, True])

    assert metrics.average_precision(trace(score, positive, negative), PREVALENCE)[0] == 1
