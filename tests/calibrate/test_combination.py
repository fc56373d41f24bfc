"""Several probabilities as one, and how many of a list are ordinary."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from catalog.calibrate import Calibrated, combine, false_discovery_rate

PROBABILITIES = arrays(np.float64, (3, 20), elements=st.floats(1e-12, 0.95))


def calibrated(log_p):
    """A score of which only the evidence matters, as in a combination."""
    log_p = np.asarray(log_p, float)
    return Calibrated(np.full(log_p.size, np.nan), np.zeros(log_p.size, bool), log_p)


def combined(*several):
    """Evidence of the combination of probabilities."""
    return combine([calibrated(np.log(p)) for p in several]).evidence


@given(PROBABILITIES)
def test_the_combination_is_the_cauchy_statistic_of_scipys_distribution(p):
    expected = stats.cauchy.sf(stats.cauchy.isf(p).mean(axis=0))

    np.testing.assert_allclose(np.exp(combined(*p)), expected, rtol=1e-6)


@pytest.mark.parametrize("log_p", [-30.0, -250.0, -500.0])
def test_one_tiny_probability_decides_whatever_the_others_say(log_p):
    others = [calibrated(np.log([p])) for p in (0.9, 0.5, 1.0)]
    found = combine([calibrated([log_p]), *others]).evidence

    assert found[0] == pytest.approx(log_p + np.log(4), abs=1e-6)


def test_what_is_not_known_is_left_out():
    known = np.array([0.001, np.nan, np.nan, 0.2]), np.array([0.3, 0.3, np.nan, np.nan])
    found = combine([calibrated(np.log(p)) for p in known])

    alone = np.exp(combined([0.001], [0.3]))[0]
    np.testing.assert_allclose(np.exp(found.evidence), [alone, 0.3, np.nan, 0.2], rtol=1e-9)
    np.testing.assert_allclose(found.p, [1 / 3, 1, np.nan, 2 / 3])
    assert not found.extrapolated.any()


@pytest.mark.parametrize("near_one", [1.0, 1 - 1e-15, 0.999])
def test_a_very_ordinary_score_does_not_cancel_a_strange_one(near_one):
    assert np.exp(combined([1e-6], [near_one], [near_one])[0]) < 4e-6


def test_one_score_alone_is_itself():
    p = np.geomspace(1e-200, 0.9, 50)

    np.testing.assert_allclose(combined(p), np.log(p), rtol=1e-6, atol=1e-6)


@given(st.integers(0, 200))
def test_a_smaller_probability_never_gives_a_larger_combination(seed):
    rng = np.random.default_rng(seed)
    first, second = -rng.exponential(40, (2, 30))
    lower = first - rng.exponential(3, 30)

    before = combine([calibrated(first), calibrated(second)]).evidence
    after = combine([calibrated(lower), calibrated(second)]).evidence
    assert (after <= before + 1e-9).all()


@pytest.mark.parametrize("n_scores", [2, 6])
@pytest.mark.parametrize("dependent", [False, True], ids=["independent", "dependent"])
def test_ordinary_spectra_have_a_uniform_combined_probability(n_scores, dependent):
    rng = np.random.default_rng(1)
    common = rng.normal(size=20_000) * dependent
    p = stats.norm.sf((common + rng.normal(size=(n_scores, 20_000))) / (1 + dependent) ** 0.5)
    found = combine([calibrated(np.log(each)) for each in p]).p

    assert 0.007 <= (found < 0.01).mean() <= 0.013
    assert 0.0005 <= (found < 0.001).mean() <= 0.002
    assert stats.kstest(found, "uniform").statistic < 0.02


def test_the_order_of_probabilities_is_that_of_the_evidence():
    rng = np.random.default_rng(2)
    several = [calibrated(-rng.exponential(3, 2000)) for _ in range(4)]
    found = combine(several)

    order = np.argsort(found.evidence)
    assert (np.diff(found.log_p[order]) >= 0).all()
    assert 0 < found.extrapolated.sum() < 20
    assert found.extrapolated[order[:5]].all()


@given(arrays(np.float64, st.integers(1, 50), elements=st.floats(0, 1)))
def test_the_false_discovery_rate_is_scipys_and_leaves_the_unknown_unknown(p):
    padded = np.concatenate([[np.nan], p, [np.nan]])
    found = false_discovery_rate(padded)

    np.testing.assert_array_equal(found[1:-1], stats.false_discovery_control(p))
    assert np.isnan(found[[0, -1]]).all()


def test_no_known_probability_has_no_false_discovery_rate():
    assert np.isnan(false_discovery_rate(np.full(3, np.nan))).all()


@pytest.mark.parametrize("nominal", [0.05, 0.1, 0.2])
def test_lists_hold_no_more_ordinary_spectra_than_promised(nominal):
    rates = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        strange = np.arange(5000) < 100
        p = np.where(strange, np.exp(-rng.exponential(15, 5000)), rng.random(5000))
        listed = false_discovery_rate(p) <= nominal
        rates.append((listed & ~strange).sum() / max(1, listed.sum()))

    assert np.mean(rates) <= 1.2 * nominal


def test_evidence_too_small_for_a_number_keeps_its_order():
    log_p = np.array([-590.0, -550.0, -576.0, -1.0])  # exp(-576) is about 1e-250
    found = combine([calibrated(log_p), calibrated(np.log(np.full(4, 0.5)))])

    assert np.argsort(found.evidence).tolist() == [0, 2, 1, 3]
    assert np.isfinite(found.evidence).all()
    assert (found.p > 0).all()
