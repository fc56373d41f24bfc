"""Three estimators of mutual information against what it is known to be."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

from catalog.latent.information import histogram, mixture, neighbours

RHO = (0.0, 0.3, 0.6, 0.9)


def gaussians(rho, n, seed):
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, n))
    return x, rho * x + np.sqrt(1 - rho**2) * noise


def truth(rho):
    return -0.5 * np.log(1 - rho**2)


ESTIMATORS = {
    "histogram": histogram.information,
    "neighbours": neighbours.information,
    "mixture": lambda x, y: mixture.information(x, y)[0],
}


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("rho", RHO)
def test_correlated_gaussians_share_what_theory_says(name, rho):
    found = ESTIMATORS[name](*gaussians(rho, 10_000, seed=1))
    assert found == pytest.approx(truth(rho), abs=0.05)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("rho", RHO)
def test_a_thousand_pairs_give_it_without_bias(name, rho):
    found = [ESTIMATORS[name](*gaussians(rho, 1_000, seed)) for seed in range(5)]
    assert np.mean(found) == pytest.approx(truth(rho), abs=0.05)


@pytest.mark.parametrize("name", ["histogram", "neighbours"])
def test_errors_are_as_large_as_the_scatter(name):
    module = {"histogram": histogram, "neighbours": neighbours}[name]
    pairs = [gaussians(0.6, 1_000, seed) for seed in range(25)]
    found = [module.measure(x[:, None], y, discrete=False, permutations=0, seed=0)
             for x, y in pairs]  # fmt: skip
    scatter = np.std([each.value[0] for each in found], ddof=1)
    assert np.mean([each.error[0] for each in found]) == pytest.approx(scatter, rel=0.4)


def test_the_mixtures_error_is_as_large_as_its_scatter():
    found = np.array([mixture.information(*gaussians(0.6, 500, seed)) for seed in range(12)])
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(ddof=1), rel=0.5)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(20, 300))
def test_neighbours_of_numbers_are_those_of_another_implementation(seed, n):
    x, y = gaussians(0.6, n, seed)
    x, y = x / x.std(), y / y.std()
    theirs = mutual_info_regression(x[:, None], y, n_neighbors=3, random_state=0)[0]
    # Theirs adds noise of 1e-10 to part equal values, and gives nothing below zero.
    assert max(neighbours._of_numbers(x, y), 0.0) == pytest.approx(theirs, abs=1e-6)


def by_all_distances(x, code):
    """Equation 2 of Ross (2014) as it is written, for classes of more than three."""
    apart = np.abs(x[:, None] - x)
    same = code[:, None] == code
    third = np.sort(np.where(same, apart, np.inf), axis=1)[:, 3]
    nearer = (apart < third[:, None]).sum(axis=1)  # itself among them
    sizes = same.sum(axis=1)
    return digamma(x.size) + digamma(3) - digamma(sizes).mean() - digamma(nearer).mean()


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(40, 300), st.integers(2, 5))
def test_neighbours_of_classes_are_those_of_another_implementation(seed, n, n_classes):
    rng = np.random.default_rng(seed)
    code = np.arange(n) % n_classes
    x = rng.normal(size=n) + code
    found = neighbours._of_classes(x, code)
    assert found == pytest.approx(by_all_distances(x, code), abs=1e-9)
    theirs = mutual_info_classif(x[:, None], code, n_neighbors=3, random_state=0)[0]
    assert max(found, 0.0) == pytest.approx(theirs, abs=0.03)  # it counts some of equal distance


@given(st.integers(0, 2**32 - 1))
def test_neither_units_nor_logarithms_change_what_neighbours_tell(seed):
    x, y = gaussians(0.7, 200, seed)
    plain = neighbours.information(x, y)
    assert neighbours.information(np.exp(x), y**3) == pytest.approx(plain, abs=1e-9)
    assert neighbours.information(1e6 + 1e-3 * x, y) == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2, 0.3, 0.5), (0.05, 0.95)])
def test_a_dimension_that_decides_the_class_tells_its_entropy(shares):
    rng = np.random.default_rng(3)
    code = rng.choice(len(shares), 4_000, p=shares)
    counted = np.bincount(code) / code.size
    entropy = -(counted * np.log(counted)).sum()
    x = 10.0 * code + rng.normal(size=code.size)
    for estimate in (histogram.information, neighbours.information):
        assert estimate(x, code.astype(float), discrete=True) == pytest.approx(entropy, abs=0.01)


def test_classes_that_tell_nothing_tell_nothing():
    rng = np.random.default_rng(4)
    code, x = rng.integers(0, 4, 5_000).astype(float), rng.normal(size=5_000)
    for estimate in (histogram.information, neighbours.information):
        assert estimate(x, code, discrete=True) == pytest.approx(0, abs=0.02)


def test_a_relation_without_correlation_is_seen_by_all():
    rng = np.random.default_rng(5)
    x = rng.normal(size=5_000)
    y = x**2 + 0.3 * rng.normal(size=5_000)
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.1
    found = [estimate(x, y) for estimate in ESTIMATORS.values()]
    assert min(found) > 0.6
    assert np.ptp(found) < 0.25


def test_the_plain_histogram_is_that_of_numpy_and_biased_as_is_said():
    x, y = gaussians(0.5, 2_000, seed=6)
    counts, _, _ = np.histogram2d(x, y, bins=20)
    share = counts / counts.sum()
    theirs = sum(
        share[i, j] * np.log(share[i, j] / (share[i].sum() * share[:, j].sum()))
        for i, j in zip(*np.nonzero(share), strict=True)
    )
    assert histogram.plain(x, y, 20) == pytest.approx(theirs, rel=1e-9)
    assert histogram.plain(x[:1_000], y[1_000:], 160) > 2


def test_labels_without_a_value_and_beyond_five_deviations_are_left_out():
    x, y = gaussians(0.6, 3_000, seed=8)
    spoilt = y.copy()
    spoilt[:100] = np.nan
    spoilt[100] = 1e6
    found = histogram.measure(x[:, None], spoilt, discrete=False, permutations=0, seed=0)
    assert found.n == 2_899
    assert found.value[0] == pytest.approx(histogram.information(x[101:], y[101:]), abs=1e-12)


def test_many_equal_values_are_no_information():
    rng = np.random.default_rng(9)
    x, y = rng.normal(size=2_000), np.where(rng.random(2_000) < 0.9, 0.0, rng.normal(size=2_000))
    for estimate in ESTIMATORS.values():
        assert abs(estimate(x, y)) < 0.05


@pytest.mark.alone
def test_ten_dimensions_and_a_label_take_seconds():
    rng = np.random.default_rng(10)
    latent, label = rng.normal(size=(10_000, 10)), rng.normal(size=10_000)
    start = time.process_time()
    histogram.measure(latent, label, discrete=False, permutations=100, seed=0)
    neighbours.measure(latent, label, discrete=False, permutations=100, seed=0)
    mixture.measure(latent, label, permutations=100, seed=0)
    assert time.process_time() - start < 60  # about 12 s of one core


def test_the_mixture_gives_its_authors_example():
    found = np.array([mixture.information(*gaussians(0.6, 200, seed)) for seed in range(12)])
    assert found[:, 0].mean() == pytest.approx(0.223, abs=0.03)
    assert found[:, 1].mean() == pytest.approx(0.04, abs=0.015)
