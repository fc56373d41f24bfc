"""Probabilities of held-out scores: uniform where all is ordinary, small where it is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from catalog.calibrate import calibrate

N = 20_000
CLASSES = np.array(["GALAXY", "STAR", "QSO"], object)


def clean(n=N, seed=0):
    """Scores whose place and width depend strongly on S/N and class: score, snr, class."""
    rng = np.random.default_rng(seed)
    snr = np.exp(rng.uniform(1, 4, n))
    group = rng.choice(3, n, p=[0.8, 0.15, 0.05])
    centre = np.array([0.0, 1.5, -1.0])[group] + 0.3 * np.log(snr) ** 1.5
    width = np.array([0.2, 0.5, 0.3])[group] * snr**0.4
    value = centre + width * stats.gumbel_r.rvs(size=n, random_state=rng)
    return np.exp(value), snr, CLASSES[group]


def test_on_clean_spectra_probabilities_are_uniform_at_every_signal_to_noise():
    score, snr, spec_class = clean()
    p = calibrate(score, snr, spec_class, log=True).p

    assert 0.007 <= (p < 0.01).mean() <= 0.013
    deciles = np.array_split(np.argsort(snr), 10)
    rates = np.array([(p[rows] < 0.01).mean() for rows in deciles])
    assert rates.min() >= 0.005
    assert rates.max() <= 0.02
    assert abs(stats.spearmanr(p, snr).statistic) < 0.05
    assert stats.kstest(p, "uniform").statistic < 0.02


def test_every_class_is_flagged_alike_though_its_scores_are_not():
    score, snr, spec_class = clean()
    p = calibrate(score, snr, spec_class, log=True).p

    for name in CLASSES:
        assert 0.002 <= (p[spec_class == name] < 0.01).mean() <= 0.02
    # A raw threshold would flag one class alone.
    raw = score >= np.quantile(score, 0.99)
    assert max((raw[spec_class == name]).mean() for name in CLASSES) > 0.03


def _tail(null, *, log: bool):
    """Probabilities of a dozen draws of an ordinary score."""
    found = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        snr = np.exp(rng.normal(2.3, 0.5, N))
        result = calibrate(null(rng, N), snr, np.full(N, "GALAXY", object), log=log)
        assert result.extrapolated[result.p < 1e-4].all()
        found.append(result.p)
    return np.concatenate(found)


@pytest.mark.parametrize("level", [1e-3, 1e-4])
@pytest.mark.parametrize(
    "null",
    [lambda rng, n: rng.exponential(size=n), lambda rng, n: rng.chisquare(4, n)],
    ids=["exponential", "chi-square"],
)
def test_the_extrapolated_tail_is_right_to_a_factor_of_two(null, level):
    assert level / 2 <= (_tail(null, log=False) < level).mean() <= 2 * level


@pytest.mark.parametrize(
    ("null", "log"),
    [
        (lambda rng, n: rng.normal(size=n), False),
        (lambda rng, n: rng.chisquare(200, n) / 200, True),
    ],
    ids=["normal", "reduced chi-square of 200"],
)
def test_a_light_tail_is_extrapolated_to_the_safe_side(null, log):
    p = _tail(null, log=log)

    assert 0.5e-3 <= (p < 1e-3).mean() <= 2e-3
    assert (p < 1e-4).mean() <= 1.2e-4


def test_contaminants_are_found_and_do_not_hide_the_rest():
    score, snr, spec_class = clean()
    planted = np.random.default_rng(9).random(N) < 0.02
    score[planted] *= np.exp(8 * snr[planted] ** 0.4)
    found = calibrate(score, snr, spec_class, log=True)

    evidence = np.exp(found.evidence)
    assert (evidence[planted] < 1e-3).mean() > 0.95
    assert 0.005 <= (evidence[~planted] < 0.01).mean() <= 0.02
    # Counted among them, the ordinary look more ordinary, never less.
    assert (found.p[~planted] < 0.01).mean() <= 0.013
    assert (found.p[planted] < 0.025).mean() > 0.95


def test_strange_members_of_a_small_class_are_found_though_they_are_a_third_of_it():
    score, snr, spec_class = clean()
    small = np.random.default_rng(3).permutation(np.flatnonzero(spec_class == "GALAXY"))[:300]
    spec_class[small] = "WD"
    strange = small[:90]
    score[strange] *= np.exp(6 * snr[strange] ** 0.4)
    found = calibrate(score, snr, spec_class, log=True)

    assert (found.p[strange] < 0.02).mean() > 0.9
    assert (found.evidence[strange] < np.log(0.01)).mean() > 0.9


def test_what_is_not_known_stays_unknown_and_changes_nothing():
    score, snr, spec_class = clean(3000)
    unknown = np.random.default_rng(0).random(3000) < 0.3
    found = calibrate(np.where(unknown, np.nan, score), snr, spec_class, log=True)
    without = calibrate(score[~unknown], snr[~unknown], spec_class[~unknown], log=True)

    assert np.isnan(found.p[unknown]).all()
    assert np.isnan(found.evidence[unknown]).all()
    assert not found.extrapolated[unknown].any()
    np.testing.assert_array_equal(found.log_p[~unknown], without.log_p)
    np.testing.assert_array_equal(found.evidence[~unknown], without.evidence)
    assert np.isnan(calibrate(np.full(5, np.nan), snr[:5], spec_class[:5], log=True).p).all()


@pytest.mark.parametrize("log", [True, False], ids=["by its logarithm", "as it is"])
@pytest.mark.parametrize("value", [0.0, 1.0, 1e30])
def test_scores_that_are_all_the_same_are_all_ordinary(value, log):
    _, snr, spec_class = clean(2000)
    p = calibrate(np.full(2000, value), snr, spec_class, log=log).p

    assert (p > 0.1).all()


@pytest.mark.parametrize("n", [1, 2, 10, 100])
def test_few_spectra_have_probabilities_no_smaller_than_their_number_allows(n):
    score, snr, spec_class = clean(n)
    found = calibrate(score, snr, spec_class, log=True)

    assert ((found.p >= 1 / n - 1e-12) & (found.p <= 1)).all()
    assert not found.extrapolated.any()


@given(st.integers(1, 1500), st.integers(0, 1000))
def test_of_two_spectra_alike_in_all_else_the_higher_score_is_the_less_likely(n, seed):
    rng = np.random.default_rng(seed)
    score = np.round(rng.standard_t(3, n), 1)  # with ties
    snr, group = np.full(n, 10.0), np.full(n, "GALAXY", object)
    found = calibrate(score, snr, group, log=False)

    order = np.argsort(score, kind="stable")
    for log_p in (found.log_p, found.evidence):
        assert (np.diff(log_p[order]) <= 1e-12).all()
        assert np.isfinite(log_p).all()
        assert (log_p <= 0).all()


def test_a_score_far_beyond_all_others_does_not_underflow():
    score, snr, spec_class = clean()
    score[[5, 6]] = 1e200, 1e250
    found = calibrate(score, snr, spec_class, log=True)

    for log_p in (found.log_p, found.evidence):
        assert np.isfinite(log_p).all()
        assert set(np.argsort(log_p)[:2]) == {5, 6}
    assert found.extrapolated[[5, 6]].all()


def test_zero_scores_and_a_signal_of_nothing_are_no_fault():
    score, snr, spec_class = clean(2000)
    score[:10], snr[5:15] = 0.0, -1.0
    p = calibrate(score, snr, spec_class, log=True).p

    assert np.isfinite(p).all()
    assert (p[:5] > 0.5).all()
