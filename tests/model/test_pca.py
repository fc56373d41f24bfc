"""Principal components through the autoencoders' door."""

import numpy as np
import pytest
import torch
from tests.model.spectra_made import SHAPE, as_rest, linear, settings, spectra, unit

from catalog.basis import padded
from catalog.model import checkpoint, encode, train
from catalog.model.networks import Shape


def _begun(known, shape: Shape = SHAPE):
    network = checkpoint.build("pca", shape)
    network.begin(padded(linear(known, shape.n_latent), shape.n_latent))
    return network.eval()


def test_it_is_the_basis_and_nothing_else():
    known = spectra(300)
    fitted, network = linear(known), _begun(known)
    flux, ivar = spectra(100, 3)
    ivar[::2, 20:40] = 0

    found = encode.encode(network, as_rest(flux, ivar), "cpu")

    coefficients = fitted.coefficients(flux, ivar)
    np.testing.assert_allclose(found.recon, fitted.reconstruct(coefficients), atol=1e-5)
    np.testing.assert_allclose(
        found.latent * np.sqrt(fitted.variances), coefficients, rtol=1e-3, atol=1e-5
    )
    np.testing.assert_allclose(found.scatter, np.broadcast_to(fitted.scatter, flux.shape), 1e-5)


def test_nothing_is_trained():
    known = spectra(300)
    network = checkpoint.build("pca", SHAPE)

    history = train.train(
        network, linear(known), known, spectra(50, 1), settings(), lambda *_: None
    )

    assert history == []
    assert list(network.parameters()) == []
    assert not network.training


def test_its_deviations_are_the_scatter_of_repeated_observations():
    rng = np.random.default_rng(1)
    network = _begun(spectra(2000))
    sigma = 0.05
    truth = np.repeat(1 + 0.2 * np.linspace(-1, 1, 64)[None], 1500, axis=0)

    latent, deviation = encode.latents(network, as_rest(*unit(truth, sigma, rng)), "cpu")

    # Two of the three factors are real; their prior is wide against the noise, and hardly pulls.
    ratio = latent.std(axis=0)[:2] / deviation.mean(axis=0)[:2]
    assert ratio == pytest.approx(np.ones(2), abs=0.12)


def test_a_spectrum_that_tells_nothing_has_the_priors_deviation():
    flux, ivar = spectra(3)
    network = _begun(spectra(300))

    latent, deviation = encode.latents(network, as_rest(flux, 0 * ivar), "cpu")

    assert np.allclose(latent, 0)
    np.testing.assert_allclose(deviation, 1.0, rtol=1e-5)


def test_components_that_a_small_release_lacks_tell_nothing():
    network = _begun(spectra(3), Shape(64, 8, (8,), 0.0))

    latent, deviation = encode.latents(network, as_rest(*spectra(3)), "cpu")

    assert np.allclose(latent[:, 2:], 0)
    np.testing.assert_allclose(deviation[:, 2:], 1.0, rtol=1e-5)


def test_masked_bins_cannot_move_its_latents():
    network = _begun(spectra(300))
    flux, ivar = (torch.from_numpy(a) for a in spectra(10, 3))
    ivar[:, 30:36] = 0
    changed = flux.clone()
    changed[:, 30:36] = 1e3

    assert torch.equal(network.prepare(flux, ivar), network.prepare(changed, ivar))
