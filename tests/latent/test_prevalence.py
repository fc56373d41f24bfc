"""Intervals of fractions hold the truth as often as they say, by all samples or by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from catalog.latent.prevalence import Trial, corrected, interval


def coverage(ends, share):
    """Probability of a sample whose interval holds the true share, over all samples."""
    n = len(ends) - 1
    counts = np.arange(n + 1)
    holds = (ends[:, 0] <= share) & (share <= ends[:, 1])
    return float(stats.binom.pmf(counts, n, share)[holds].sum())


def test_intervals_hold_the_truth_95_times_in_a_hundred():
    shares = np.linspace(0.02, 0.5, 97)
    ends = np.array([interval(k, 100) for k in range(101)])
    held = np.array([coverage(ends, share) for share in shares])
    assert held.mean() == pytest.approx(0.95, abs=0.01)
    assert held.min() > 0.88


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_is_of_a_share_and_holds_what_was_found(sample):
    count, n = sample
    low, high = interval(count, n)
    assert 0 <= low <= count / n + 1e-12
    assert count / n <= high + 1e-12 <= 1 + 2e-12


def test_what_is_missed_and_what_is_wrong_is_counted_in():
    listed, named, right = Trial(80, 100), Trial(45, 50), Trial(30, 40)
    value, low, high = corrected(36, 10_000, {"listed": listed, "named": named}, right, 0)
    assert value == pytest.approx(36 / 10_000 * 0.75 / (0.8 * 0.9))
    assert low < value < high
    assert (low, high) == corrected(36, 10_000, {"a": listed, "b": named}, right, 0)[1:]


def test_the_corrected_interval_holds_the_truth_though_recall_is_only_measured():
    rng = np.random.default_rng(1)
    true, listed, named, n, held = 0.01, 0.7, 0.8, 20_000, []
    for seed in range(300):
        count = rng.binomial(n, true * listed * named)
        stages = {
            "listed": Trial(rng.binomial(60, listed), 60),
            "named": Trial(rng.binomial(60, named), 60),
        }
        _, low, high = corrected(count, n, stages, None, seed)
        held.append(low <= true <= high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_nothing_found_and_little_known_stay_within_bounds():
    value, low, high = corrected(0, 50, {"listed": Trial(1, 60)}, None, 0)
    assert value == 0
    assert 0 <= low < high <= 1
    assert corrected(50, 50, {"listed": Trial(30, 60)}, None, 0)[0] == 1
