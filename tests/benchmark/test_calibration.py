"""Good p-values pass; each way of being bad shows in the number that is for it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from catalog import tables
from catalog.benchmark.calibration import false_discoveries, uniformity
from catalog.errors import ReleaseError


def _value(table, quantity, stratum="all"):
    found = (table["quantity"] == quantity) & (table["stratum"] == stratum)
    assert found.sum() == 1
    return {name: column[found][0] for name, column in table.items()}


@pytest.fixture
def clean():
    rng = np.random.default_rng(1)
    return rng.uniform(size=20_000), rng.lognormal(2.4, 0.6, 20_000)


def test_uniform_p_values_pass_every_gate(clean):
    table = uniformity("chi2", *clean)

    assert 0.007 < _value(table, "flagged_fraction")["value"] < 0.013
    for decile in range(1, 11):
        row = _value(table, "flagged_fraction", str(decile))
        assert 0.005 < row["value"] < 0.02
        assert row["n"] == 2000
    assert _value(table, "abs_spearman_with_snr")["value"] < 0.02
    assert _value(table, "distance_from_uniform")["value"] < 0.02
    assert set(table["score"]) == {"chi2"}


def test_the_numbers_are_scipys(clean):
    p, snr = clean[0][:500] ** 1.3, clean[1][:500]
    table = uniformity("chi2", p, snr)

    rho = stats.spearmanr(p, snr).statistic
    assert _value(table, "abs_spearman_with_snr")["value"] == pytest.approx(abs(rho))
    distance = stats.kstest(p, "uniform").statistic
    assert _value(table, "distance_from_uniform")["value"] == pytest.approx(distance)
    row = _value(table, "flagged_fraction")
    exact = stats.binomtest(int((p <= 0.01).sum()), 500).proportion_ci(0.95, "exact")
    assert (row["low"], row["high"]) == pytest.approx((exact.low, exact.high))


def test_p_values_that_follow_snr_are_caught_in_its_deciles(clean):
    p, snr = clean
    place = stats.rankdata(snr) / snr.size
    driven = p ** (0.5 + place)
    table = uniformity("mse", driven, snr)

    assert _value(table, "abs_spearman_with_snr")["low"] > 0.05
    first, last = (_value(table, "flagged_fraction", str(d))["value"] for d in (1, 10))
    assert first < 0.005
    assert last > 0.02


def test_deciles_are_in_the_order_of_snr_and_share_the_spectra(clean):
    table = uniformity("mse", *clean)
    rows = [_value(table, "flagged_fraction", str(d)) for d in range(1, 11)]

    for low, high in pairwise(rows):
        assert low["snr_high"] <= high["snr_low"]
    assert sum(row["n"] for row in rows) == clean[0].size


@given(st.integers(10, 60), st.integers(0, 1000))
def test_intervals_hold_their_values(n, seed):
    rng = np.random.default_rng(seed)
    table = uniformity("x", rng.uniform(size=n) ** 3, rng.integers(1, 9, n).astype(float))

    assert (table["low"] <= table["value"] + 1e-12).all()
    assert (table["value"] <= table["high"] + 1e-12).all()
    assert np.isfinite(table["value"]).all()


def test_p_values_that_are_all_equal_correlate_with_nothing():
    table = uniformity("x", np.full(50, 0.3), np.arange(50.0))

    assert _value(table, "abs_spearman_with_snr")["value"] == 0


def test_a_perfect_correlation_has_a_finite_interval():
    at = np.linspace(0.01, 0.99, 50)
    row = _value(uniformity("x", at, at), "abs_spearman_with_snr")

    assert row["value"] == pytest.approx(1)
    assert 0.9 < row["low"] <= row["high"] <= 1


def test_spectra_without_a_p_value_are_left_out(clean):
    p, snr = clean[0][:300].copy(), clean[1][:300]
    p[::3] = np.nan
    known = ~np.isnan(p)
    one, two = uniformity("x", p, snr), uniformity("x", p[known], snr[known])

    for name in ("value", "n"):
        np.testing.assert_array_equal(one[name], two[name])


def _discovered(p, rate):
    """Benjamini & Hochberg's step-up rule, as they write it."""
    order = np.argsort(p)
    passes = [i for i, k in enumerate(order) if p[k] <= (i + 1) / p.size * rate]
    found = np.zeros(p.size, bool)
    found[order[: max(passes) + 1 if passes else 0]] = True
    return found


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(0, 100))
def test_false_discoveries_are_counted_by_the_step_up_rule(values, seed):
    p = np.array(values)
    anomalous = np.random.default_rng(seed).uniform(size=p.size) < 0.4
    found = _discovered(p, 0.1)
    row = _value(false_discoveries("x", p, anomalous), "false_discovery_rate")

    assert row["n"] == found.sum()
    assert row["value"] == pytest.approx((found & ~anomalous).sum() / max(1, found.sum()))


def test_uniform_p_values_of_clean_spectra_keep_the_false_discovery_rate():
    rng = np.random.default_rng(5)
    anomalous = np.arange(15_000) < 600
    p = np.where(anomalous, rng.uniform(size=15_000) * 1e-4, rng.uniform(size=15_000))
    row = _value(false_discoveries("x", p, anomalous), "false_discovery_rate")

    assert row["value"] <= 1.2 * 0.1
    assert row["low"] < 0.1 < row["high"]


def test_nothing_discovered_is_no_false_discovery():
    row = _value(
        false_discoveries("x", np.full(20, 0.9), np.zeros(20, bool)), "false_discovery_rate"
    )

    assert (row["value"], row["n"], row["low"], row["high"]) == (0, 0, 0, 1)


def test_tables_of_several_scores_stack(clean):
    parts = [uniformity("mse", *clean), false_discoveries("lof", clean[0], clean[1] > 50)]

    assert len(tables.concatenate(parts)["value"]) == 14


@pytest.mark.parametrize(
    ("p", "found"),
    [(np.full(20, 1.2), "20 from 1.2 to 1.2"), (np.full(20, np.nan), "none")],
    ids=["above one", "missing"],
)
def test_numbers_that_are_no_p_values_are_refused(p, found):
    with pytest.raises(ReleaseError, match=found):
        uniformity("mse", p, np.arange(20.0))
