"""The linear model of spectra: against planted components, numpy, and its own noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import subspace_angles

from catalog import basis
from catalog.basis import Basis

L, K = 120, 3
X = np.linspace(-1, 1, L)


def planted(n, seed=0, sigma=0.01, scatter=0.0):
    """Spectra of three known components of unequal variance: flux, ivar, components."""
    rng = np.random.default_rng(seed)
    truth = np.linalg.qr(np.stack([X, X**2, np.exp(-0.5 * (X / 0.1) ** 2)], axis=1))[0].T
    coefficients = rng.normal(size=(n, K)) * [0.3, 0.2, 0.1]
    mean = np.full(L, L**-0.5)
    noise = np.broadcast_to(sigma, (n, L))
    flux = mean + coefficients @ truth + rng.normal(size=(n, L)) * np.sqrt(noise**2 + scatter)
    return flux.astype(np.float32), (1 / noise**2).astype(np.float32), truth


def angle(found, truth):
    """Largest angle between two subspaces, degrees."""
    return np.degrees(subspace_angles(np.asarray(found, float).T, truth.T).max())


def test_planted_components_are_recovered_under_noise():
    flux, ivar, truth = planted(1500)
    found = basis.fit(flux, ivar, K, 0.0)

    assert angle(found.components, truth) < 2.0
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(K), atol=1e-5)
    assert (np.diff(found.variances) < 0).all()
    np.testing.assert_allclose(found.variances.sum(), 0.3**2 + 0.2**2 + 0.1**2, rtol=0.1)
    assert found.n_spectra == 1500


def test_weights_beat_plain_components_where_the_noise_differs():
    sigma = np.where(np.arange(L) % 2, 0.003, 0.15)
    flux, ivar, truth = planted(400, sigma=sigma)
    centred = flux - flux.mean(axis=0)
    plain = np.linalg.svd(centred, full_matrices=False)[2][:K]

    found = basis.fit(flux, ivar, K, 0.0)

    assert angle(found.components, truth) < 0.5 * angle(plain, truth)


def test_the_flux_of_masked_bins_does_not_matter():
    flux, ivar, truth = planted(600)
    masked = np.random.default_rng(1).random(flux.shape) < 0.1
    ivar[masked] = 0
    model = Basis(
        flux.mean(axis=0), truth.astype(np.float32), np.full(K, 0.05, np.float32),
        np.full(L, 1e-6, np.float32), 600,
    )  # fmt: skip
    spoilt = np.where(masked, 1e3, flux).astype(np.float32)

    np.testing.assert_array_equal(model.coefficients(flux, ivar), model.coefficients(spoilt, ivar))
    np.testing.assert_array_equal(model.chi2(flux, ivar), model.chi2(spoilt, ivar))


def test_a_fit_forgets_how_masked_bins_were_filled():
    """Its first guess is made of filled spectra; the rounds that follow do not look at them."""
    flux, ivar, truth = planted(800)
    masked = np.random.default_rng(1).random(flux.shape) < 0.1
    ivar[masked] = 0
    filled = np.where(masked, L**-0.5, flux).astype(np.float32)

    assert angle(basis.fit(filled, ivar, K, 0.0).components, truth) < 3.0


def test_coefficients_are_those_of_numpys_least_squares():
    flux, ivar, truth = planted(20, sigma=np.geomspace(0.01, 0.1, L))
    ivar[:, 30:50] = 0
    model = Basis(
        np.full(L, L**-0.5, np.float32), truth.astype(np.float32), np.full(K, 10.0, np.float32),
        np.full(L, 1e-4, np.float32), 20,
    )  # fmt: skip
    found = model.coefficients(flux, ivar)

    for i in range(20):
        root = np.sqrt(ivar[i].astype(float) / (1 + ivar[i] * 1e-4))
        wanted = np.linalg.lstsq(truth.T * root[:, None], (flux[i] - L**-0.5) * root, rcond=None)[0]
        np.testing.assert_allclose(found[i], wanted, atol=2e-5)


def test_scatter_is_the_models_error_apart_from_the_noise():
    variance = np.where(X > 0, 4e-4, 4e-5)
    flux, ivar, _ = planted(3000, sigma=0.01, scatter=variance)
    found = basis.fit(flux, ivar, K, 0.0)

    for side in (X > 0, X <= 0):
        assert found.scatter[side].mean() == pytest.approx(variance[side].mean(), rel=0.2)


def test_noise_alone_leaves_next_to_no_scatter():
    flux, ivar, _ = planted(3000, sigma=0.01)

    assert basis.fit(flux, ivar, K, 0.0).scatter.mean() < 0.05 * 0.01**2


def test_chi2_of_its_own_draws_is_one():
    flux, ivar, _ = planted(2000, sigma=0.02, scatter=2e-4)
    held_out, its_ivar, _ = planted(2000, seed=1, sigma=0.02, scatter=2e-4)
    found = basis.fit(flux, ivar, K, 0.0)

    assert np.median(found.chi2(held_out, its_ivar)) == pytest.approx(1 - K / L, abs=0.03)


def _strange(flux):
    """Twenty of the spectra get a line that no other has."""
    line = np.exp(-0.5 * ((X - 0.6) / 0.03) ** 2)
    flux[:20] += np.random.default_rng(2).uniform(0.15, 0.45, (20, 1)) * line
    return flux.astype(np.float32), line / np.linalg.norm(line)


def test_trimming_keeps_strange_spectra_out_of_the_components():
    flux, ivar, truth = planted(1000, sigma=0.02)
    flux, line = _strange(flux)
    ordinary = np.linalg.norm(truth @ line)
    plain, trimmed = (basis.fit(flux, ivar, K, trim) for trim in (0.0, 0.04))

    assert np.linalg.norm(plain.components @ line) > ordinary + 0.02
    assert np.linalg.norm(trimmed.components @ line) < ordinary + 0.005
    misfit = trimmed.chi2(flux, ivar)
    assert np.median(misfit[:20]) > 4 * np.median(misfit[20:])
    assert trimmed.n_spectra == 960


def test_padding_adds_components_and_changes_no_reconstruction():
    flux, ivar, _ = planted(4)
    few = basis.fit(flux, ivar, K, 0.0)
    many = basis.padded(few, 7)

    assert many.components.shape == (7, L)
    assert many.variances.shape == (7,)
    np.testing.assert_allclose(
        many.reconstruct(many.coefficients(flux, ivar)),
        few.reconstruct(few.coefficients(flux, ivar)),
        atol=1e-5,
    )
    assert basis.padded(many, 7) is many or len(basis.padded(many, 7).components) == 7


@given(st.integers(1, 6), st.integers(1, 10))
def test_fewer_spectra_than_components_are_fitted_all_the_same(n, n_components):
    flux, ivar, _ = planted(n)
    found = basis.fit(flux, ivar, n_components, 0.0)

    assert len(found.components) == min(n_components, max(1, n - 1))
    for part in (found.mean, found.components, found.variances, found.scatter):
        assert np.isfinite(part).all()
    assert np.isfinite(found.chi2(flux, ivar)).all()


def test_a_spectrum_without_a_valid_bin_has_the_mean_and_no_misfit():
    flux, ivar, _ = planted(200)
    found = basis.fit(flux, ivar, K, 0.0)

    np.testing.assert_array_equal(found.coefficients(flux[:1], 0 * ivar[:1]), np.zeros((1, K)))
    assert found.chi2(flux[:1], 0 * ivar[:1]) == 0


def test_many_spectra_are_solved_as_few_are(monkeypatch):
    flux, ivar, _ = planted(50)
    found = basis.fit(flux, ivar, K, 0.0)
    whole = found.coefficients(flux, ivar)
    monkeypatch.setattr(basis, "CHUNK", 7)

    np.testing.assert_allclose(found.coefficients(flux, ivar), whole, atol=1e-6)
    assert found.coefficients(flux[:0], ivar[:0]).shape == (0, K)


def test_the_worst_fitted_fraction_is_left_out():
    misfit = np.random.default_rng(0).permutation(100).astype(float)

    assert set(misfit[~basis.best_fitted(misfit, 0.05)]) == {95, 96, 97, 98, 99}
    assert basis.best_fitted(misfit, 0.0).all()
    assert basis.best_fitted(np.ones(10), 0.1).all()
