"""Resamples respect who is who, and their intervals hold the truth as often as they say."""

import numpy as np
import pytest
from scipy.stats import norm

from catalog.benchmark import uncertainty
from catalog.benchmark.curves import curve, false_alarms
from catalog.benchmark.metrics import average_precision
from catalog.benchmark.uncertainty import Objects, interval, resamples

N_ROUNDS, KINDS, EACH, CLEAN = 3, ("a", "b", "c", "d"), 8, 400


@pytest.fixture
def objects() -> Objects:
    kind = np.tile(np.repeat(np.array(KINDS, dtype=object), EACH), N_ROUNDS)
    names = np.array([str(i) for i in range(CLEAN)], dtype=object)
    return Objects(
        kind,
        np.repeat(np.arange(N_ROUNDS), len(KINDS) * EACH),
        np.tile(names, N_ROUNDS),
        np.repeat(np.arange(N_ROUNDS), CLEAN),
    )


def _stacked(objects, n, seed=1):
    parts = list(resamples(objects, n, seed))
    planted = np.concatenate([w.planted for w in parts], axis=1)
    return planted, np.concatenate([w.negative for w in parts], axis=1)


def test_the_first_column_is_the_data(objects):
    planted, negative = _stacked(objects, 5)

    assert (planted[:, 0] == 1).all()
    assert (negative[:, 0] == 1).all()
    assert planted.shape == (N_ROUNDS * len(KINDS) * EACH, 6)


def test_each_resample_has_as_many_of_each_kind_as_the_data(objects):
    planted, _ = _stacked(objects, 50)

    for name in KINDS:
        assert (planted[objects.planted_kind == name].sum(axis=0) == N_ROUNDS * EACH).all()


def test_a_resample_has_whole_rounds_as_often_in_planted_as_in_clean(objects):
    planted, negative = _stacked(objects, 50)

    for r in range(N_ROUNDS):
        times = planted[objects.planted_round == r].sum(axis=0) / (len(KINDS) * EACH)
        assert (times == times.round()).all()
        clean = negative[objects.negative_round == r].sum(axis=0)
        assert ((clean > 0) == (times > 0)).all()


def test_a_clean_target_has_one_weight_in_all_rounds(objects):
    _, negative = _stacked(objects, 30)
    by_round = negative.reshape(N_ROUNDS, CLEAN, -1)
    for b in range(1, 31):
        drawn = [part[:, b] / part[:, b].max() for part in by_round if part[:, b].any()]
        for other in drawn[1:]:
            np.testing.assert_allclose(other, drawn[0])


def test_resamples_follow_from_the_seed(objects):
    one, two, other = (_stacked(objects, 20, seed) for seed in (4, 4, 5))

    for a, b, c in zip(one, two, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert (a != c).any()


def test_batches_are_as_many_resamples_as_asked_for(objects, monkeypatch):
    monkeypatch.setattr(uncertainty, "WEIGHTS_IN_MEMORY", 7 * N_ROUNDS * CLEAN)
    widths = [weights.planted.shape[1] for weights in resamples(objects, 20, 1)]

    assert widths == [1, 7, 7, 6]


def test_an_interval_is_turned_about_the_value_and_stays_in_its_span():
    samples = np.linspace(0.5, 0.9, 401)
    span = (0.0, np.ones(1))
    low, high = interval(np.array([0.6]), samples[None], span)
    assert low[0] == pytest.approx(1.2 - 0.89)
    assert high[0] == pytest.approx(1.2 - 0.51)
    _, high = interval(np.array([0.95]), samples[None], span)
    assert high[0] == 1


def test_an_interval_contains_its_value_and_leaves_missing_resamples_out():
    samples = np.array([[0.8, 0.9, np.nan], [np.nan, np.nan, np.nan]])
    low, high = interval(np.array([0.7, 0.5]), samples, (0.0, np.ones(1)))

    assert low[0] <= 0.7 <= high[0]
    assert np.isnan(low[1])
    assert np.isnan(high[1])


def _area(separation, prevalence):
    """Average precision of two unit normal distributions, by quadrature."""
    at = np.linspace(-6, 12, 40_001)
    found, wrong = prevalence * norm.sf(at - separation), (1 - prevalence) * norm.sf(at)
    return np.trapezoid(found / (found + wrong) * norm.pdf(at - separation), at)


def _mean_areas(objects, separation, seed):
    """Mean over kinds of the average precision, (B,), for scores of known distributions."""
    rng = np.random.default_rng(seed)
    score = rng.standard_normal(objects.planted_kind.size) + separation
    clean = np.tile(rng.standard_normal(CLEAN), N_ROUNDS)
    parts = []
    for weights in resamples(objects, 200, seed):
        alarms = false_alarms(score, clean, weights.negative)
        of_kinds = [
            average_precision(
                curve(alarms, np.flatnonzero(objects.planted_kind == k), weights.planted), 0.05
            )
            for k in KINDS
        ]
        parts.append(np.mean(of_kinds, axis=0))
    return np.concatenate(parts)


@pytest.mark.parametrize("separation", [1.0, 2.0, 3.0])
def test_intervals_hold_the_true_average_precision_about_as_often_as_they_say(objects, separation):
    truth, n_held = _area(separation, 0.05), 0
    for seed in range(60):
        samples = _mean_areas(objects, separation, seed)
        low, high = interval(samples[0], samples[1:], (0.0, np.ones(1)))
        n_held += bool(low <= truth <= high)

    assert n_held >= 0.85 * 60
