"""Isolation is scikit-learn's local outlier factor, with copies guarded."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import LocalOutlierFactor
from tests.scores.samples import population

from catalog.scores._isolation import local_outlier_factor
from catalog.scores.lof import lof
from catalog.scores.pca_lof import pca_lof


def _sklearn(points, k):
    return -LocalOutlierFactor(n_neighbors=k).fit(points).negative_outlier_factor_


@given(n=st.integers(30, 400), d=st.integers(1, 10), k=st.integers(1, 25), seed=st.integers(0, 99))
def test_equals_scikit_learn(n, d, k, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(0, rng.uniform(0.1, 3, d), (n, d))

    assert np.abs(local_outlier_factor(points, k) / _sklearn(points, k) - 1).max() < 1e-9


@given(n=st.integers(60, 300), copies=st.integers(2, 8), seed=st.integers(0, 99))
def test_equals_scikit_learn_where_some_points_are_copies(n, copies, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, 4))
    points[10 : 10 + copies] = points[10]

    assert np.abs(local_outlier_factor(points, 15) / _sklearn(points, 15) - 1).max() < 1e-9


@given(fraction=st.floats(0.01, 1), seed=st.integers(0, 99))
def test_of_the_wanted_equals_scikit_learn_of_all(fraction, seed):
    wanted = np.random.default_rng(seed).random(300) < fraction
    crowd = population(wanted=wanted, seed=seed)

    of_latent = _sklearn(crowd.latent.astype(np.float64), 20)[wanted]
    of_coefficients = _sklearn(crowd.coefficients[:, :10].astype(np.float64), 20)[wanted]

    assert np.allclose(lof(crowd), of_latent, rtol=1e-9)
    assert np.allclose(pca_lof(crowd), of_coefficients, rtol=1e-9)


def test_equals_scikit_learn_to_nine_digits_on_a_large_sample():
    points = np.random.default_rng(0).normal(size=(10_000, 10))

    assert np.abs(local_outlier_factor(points, 20) / _sklearn(points, 20) - 1).max() < 1e-9


def test_k_is_the_populations():
    crowd = population()

    assert np.allclose(
        lof(replace(crowd, neighbours=7)), _sklearn(crowd.latent.astype(np.float64), 7), rtol=1e-9
    )


def test_a_lone_point_ranks_first():
    points = np.random.default_rng(1).normal(size=(500, 5))
    points[123] = 9.0

    assert local_outlier_factor(points, 20).argmax() == 123


@pytest.mark.parametrize("n_copies", [40, 4000], ids=["a few", "most"])
def test_copies_do_not_make_their_neighbours_infinitely_unusual(n_copies):
    rng = np.random.default_rng(2)
    copies = np.repeat(rng.normal(size=(1, 4)), n_copies, 0)
    points = np.concatenate([rng.normal(size=(2000, 4)), copies])

    score = local_outlier_factor(points, 20)

    assert np.isfinite(score).all()
    assert score.max() < 100


def test_nothing_but_copies_is_all_alike():
    assert np.allclose(local_outlier_factor(np.ones((50, 3)), 20), 1.0)


@pytest.mark.parametrize("n", [1, 2, 5, 20], ids=lambda n: f"{n} spectra")
def test_fewer_spectra_than_neighbours_still_get_a_score(n):
    score = local_outlier_factor(np.random.default_rng(3).normal(size=(n, 3)), 20)

    assert score.shape == (n,)
    assert np.isfinite(score).all()


def test_order_of_spectra_does_not_matter():
    rng = np.random.default_rng(4)
    points = rng.normal(size=(300, 6))
    order = rng.permutation(300)

    moved = local_outlier_factor(points[order], 20)

    assert np.allclose(local_outlier_factor(points, 20)[order], moved, rtol=1e-12)
