"""Densities and forests: fitted to trained spectra only, and what they promise about noise."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, spearmanr
from tests.scores.samples import ODD, population

from catalog.scores import latent_density as density_module
from catalog.scores.latent_density import latent_density
from catalog.scores.lof import lof
from catalog.scores.lof_noise_aware import lof_noise_aware
from catalog.scores.pca_isolation_forest import pca_isolation_forest


def _scattered(n=4000, seed=5):
    """A thin sheet; a tenth of the spectra are so noisy that they are thrown off it."""
    rng = np.random.default_rng(seed)
    faint = np.arange(n) % 10 == 0
    latent_sd = np.where(faint, 0.4, 0.05)[:, None] * np.exp(rng.normal(0, 0.1, (n, 1)))
    latent_sd = latent_sd * np.ones(4)
    sheet = np.column_stack([rng.normal(size=(n, 2)), np.zeros((n, 2))])
    latent = sheet + rng.normal(size=(n, 4)) * latent_sd
    crowd = replace(population(n=n), latent=latent, latent_sd=latent_sd, coefficients=latent.copy())
    return crowd, faint


def test_faint_spectra_are_isolated_for_being_faint_unless_noise_is_known():
    crowd, faint = _scattered()

    def share_of_faint(score):
        return faint[np.argsort(-score(crowd))[:100]].mean()

    assert share_of_faint(lof) > 0.9
    assert share_of_faint(lof_noise_aware) < 0.5


@pytest.mark.parametrize("odd", [10, 11], ids=["faint", "bright"])
def test_what_lies_apart_from_its_like_is_isolated_whatever_its_noise(odd):
    crowd, _ = _scattered()
    crowd.latent[odd, 2] = 6.0

    assert lof_noise_aware(crowd).argmax() == odd


def test_where_all_are_equally_noisy_noise_does_not_matter():
    crowd = population()
    alike = replace(crowd, latent_sd=np.full_like(crowd.latent_sd, 0.2))

    assert np.allclose(lof_noise_aware(alike), lof(crowd), rtol=1e-5)


def test_latent_density_of_one_gaussian_is_that_gaussians(monkeypatch):
    monkeypatch.setattr(density_module, "N_GAUSSIANS", 1)
    crowd = population(n=3000)
    fitted = crowd.latent[crowd.trained].astype(np.float64)
    oracle = multivariate_normal(fitted.mean(axis=0), np.cov(fitted.T, bias=True))

    value = latent_density(crowd)

    # The score's unit of volume is another one: a constant apart.
    expected = -oracle.logpdf(crowd.latent)
    assert np.allclose(value - value[0], expected - expected[0], rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("score", [latent_density, pca_isolation_forest])
def test_only_spectra_that_were_trained_on_shape_it(score):
    crowd = population()
    fresh = np.flatnonzero(~crowd.trained)[:100]
    others = np.setdiff1d(np.arange(300), fresh)
    latent, coefficients = crowd.latent.copy(), crowd.coefficients.copy()
    latent[fresh] = coefficients[fresh, :1] = 50.0

    value = score(replace(crowd, latent=latent, coefficients=coefficients))

    assert np.array_equal(value[others], score(crowd)[others])


def test_a_crowd_is_sampled_and_the_density_stays(monkeypatch):
    crowd = population(n=6000)
    whole = latent_density(crowd)

    monkeypatch.setattr(density_module, "MOST_FITTED", 1500)

    assert spearmanr(whole, latent_density(crowd)).statistic > 0.9


def test_a_dimension_that_the_model_does_not_use_harms_nothing():
    crowd = population()
    latent = crowd.latent.copy()
    latent[:, 2] = 0.0

    value = latent_density(replace(crowd, latent=latent))

    assert np.isfinite(value).all()
    assert value.argmax() == ODD


def test_isolation_forest_is_between_nought_and_one():
    value = pca_isolation_forest(population())

    assert 0 < value.min() < value.max() < 1
