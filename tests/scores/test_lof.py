"""Isolation is scikit-learn's local outlier factor, with copies guarded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import LocalOutlierFactor

from catalog.scores.lof import lof


def _sklearn(latent, k):
    return -LocalOutlierFactor(n_neighbors=k).fit(latent).negative_outlier_factor_


@given(n=st.integers(30, 400), d=st.integers(1, 10), k=st.integers(1, 25), seed=st.integers(0, 99))
def test_equals_scikit_learn(n, d, k, seed):
    rng = np.random.default_rng(seed)
    latent = rng.normal(0, rng.uniform(0.1, 3, d), (n, d))

    assert np.abs(lof(latent, k) / _sklearn(latent, k) - 1).max() < 1e-9


def test_equals_scikit_learn_to_nine_digits_on_a_large_sample():
    latent = np.random.default_rng(0).normal(size=(20_000, 10))

    assert np.abs(lof(latent, 20) / _sklearn(latent, 20) - 1).max() < 1e-9


def test_a_lone_point_ranks_first():
    latent = np.random.default_rng(1).normal(size=(500, 5))
    latent[123] = 9.0

    assert lof(latent, 20).argmax() == 123


def test_copies_do_not_make_their_neighbours_infinitely_unusual():
    rng = np.random.default_rng(2)
    latent = np.concatenate([rng.normal(size=(2000, 4)), np.repeat(rng.normal(size=(1, 4)), 40, 0)])

    score = lof(latent, 20)

    assert np.isfinite(score).all()
    assert score.max() < 100


@pytest.mark.parametrize("n", [1, 2, 5, 20], ids=lambda n: f"{n} spectra")
def test_fewer_spectra_than_neighbours_still_get_a_score(n):
    score = lof(np.random.default_rng(3).normal(size=(n, 3)), 20)

    assert score.shape == (n,)
    assert np.isfinite(score).all()


def test_order_of_spectra_does_not_matter():
    rng = np.random.default_rng(4)
    latent = rng.normal(size=(300, 6))
    order = rng.permutation(300)

    assert np.allclose(lof(latent, 20)[order], lof(latent[order], 20), rtol=1e-12)
