"""How far spectra spread along a dimension, and what that tells, against independent numbers."""

import numpy as np
import pytest
import torch
from scipy.stats import median_abs_deviation
from torch.distributions import Normal, kl_divergence

from catalog.latent import dispersion

LIMITS = (0.02, 0.01)


@pytest.fixture
def encoded():
    rng = np.random.default_rng(1)
    return rng.normal(0, [1.0, 0.1, 0.001], (500, 3)), rng.uniform(0.05, 1.0, (500, 3))


def test_the_deviation_and_the_divergence_are_those_of_scipy_and_torch(encoded):
    mad, kl = dispersion.dimensions(*encoded)

    np.testing.assert_allclose(mad, median_abs_deviation(encoded[0], axis=0), rtol=1e-12)
    q = Normal(torch.from_numpy(encoded[0]), torch.from_numpy(encoded[1]))
    zero = torch.zeros(500, 3, dtype=torch.float64)
    expected = kl_divergence(q, Normal(zero, zero + 1)).mean(dim=0)
    np.testing.assert_allclose(kl, expected.numpy(), rtol=1e-10)


def test_a_dimension_is_informative_if_both_are_above_their_limits():
    mad = np.array([0.5, 0.5, 0.01, 0.01, 0.02])
    kl = np.array([1.0, 0.001, 1.0, 0.001, 1.0])

    assert dispersion.informative(mad, kl, LIMITS).tolist() == [True, False, False, False, False]


def test_of_a_plain_autoencoder_the_deviation_alone_is_asked(encoded):
    mad, kl = dispersion.dimensions(encoded[0], np.zeros((500, 3)))

    assert np.isnan(kl).all()
    assert dispersion.informative(mad, kl, LIMITS).tolist() == [True, True, False]


def test_a_posterior_that_is_the_prior_tells_nothing():
    mad, kl = dispersion.dimensions(np.zeros((10, 2)), np.ones((10, 2)))

    assert not mad.any()
    assert not kl.any()


def test_without_spectra_nothing_is_informative():
    mad, kl = dispersion.dimensions(np.empty((0, 4)), np.empty((0, 4)))

    assert dispersion.informative(mad, kl, LIMITS).tolist() == [False] * 4
