"""The convolutional network: lengths, masks, where it begins, and what beta does to it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.spectra_made import as_rest, linear, shifted, spectra, trained

from catalog.latent import dispersion
from catalog.model import checkpoint, encode
from catalog.model.networks import Shape, conv_vae

HIDDEN = (4, 8)


def begun(n_bins: int = 64, n_latent: int = 3):
    """Random weights beside the linear model of spectra of 64 bins."""
    torch.manual_seed(1)
    network = checkpoint.build("conv_vae", Shape(n_bins, n_latent, HIDDEN, 0.0))
    if n_bins == 64:
        network.begin(linear(spectra(300)))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network.eval()


def encoded(network, flux, ivar):
    x, w = (torch.from_numpy(each) for each in (flux, ivar))
    with torch.no_grad():
        return network.encode(x, network.prepare(x, w))


def test_at_the_papers_length_it_has_the_papers_layers():
    n_layers = conv_vae.n_halvings(327_680)
    papers = (16, 16, 16, 32, 32, 32, 64, 64, 64, 128, 128, 128, 256, 512)

    assert n_layers == 14
    assert 327_680 / 2**n_layers == 20
    assert conv_vae.channels(papers, n_layers) == papers
    assert conv_vae.channels((16, 32), 5) == (16, 16, 16, 32, 32)


@settings(max_examples=25, deadline=None)
@given(n_bins=st.integers(16, 700), n_latent=st.integers(1, 14))
def test_spectra_of_any_length_come_back_at_that_length(n_bins, n_latent):
    network = begun(n_bins, n_latent) if n_bins != 64 else begun()
    flux = torch.ones(2, n_bins) * n_bins**-0.5

    with torch.no_grad():
        mean, _ = network.encode(flux, network.prepare(flux, torch.ones_like(flux)))
        recon, scatter = network.decode(mean)

    assert recon.shape == scatter.shape == (2, n_bins)
    assert recon.isfinite().all()


def test_padding_is_as_masked_bins_and_is_cropped_away():
    """A spectrum, and the same with masked bins where the first is padded, are one spectrum."""
    short = begun(101)
    start, end = short.start, short.end
    assert start + end > 0
    long = begun(101 + start + end)
    for name, tensor in short.state_dict().items():
        if tensor.shape[-1:] == (101,):
            padded = torch.nn.functional.pad(tensor, (start, end))
            if name == "frozen_scatter":
                padded[padded == 0] = 1.0
            long.state_dict()[name].copy_(padded)
        else:
            long.state_dict()[name].copy_(tensor)
    flux, ivar = (np.random.default_rng(2).uniform(1, 2, (3, 101)).astype("f4") for _ in range(2))
    wide = [np.pad(each, ((0, 0), (start, end))) for each in (flux, ivar)]

    mean, log_variance = encoded(short, flux, ivar)
    found = encoded(long, *wide)

    torch.testing.assert_close(found[0], mean, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found[1], log_variance, rtol=1e-4, atol=1e-5)
    with torch.no_grad():
        inside = long.decode(mean)[0][:, start : start + 101]
        torch.testing.assert_close(inside, short.decode(mean)[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("value", [0.0, 1e3, -5.0])
def test_what_masked_bins_hold_cannot_move_the_latents(value):
    network = begun()
    flux, ivar = spectra(10, 3)
    ivar = ivar.copy()
    ivar[:, 20:30] = 0
    before = encoded(network, flux, ivar)
    flux[:, 20:30] = value

    after = encoded(network, flux, ivar)

    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_it_begins_as_the_linear_model():
    known = spectra(300)
    fitted = linear(known)
    network = checkpoint.build("conv_vae", Shape(64, 3, HIDDEN, 0.0))
    network.begin(fitted)
    flux, ivar = spectra(100, 3)

    found = encode.encode(network, as_rest(flux, ivar), "cpu")

    expected = fitted.reconstruct(fitted.coefficients(flux, ivar))
    np.testing.assert_allclose(found.recon, expected, atol=2e-4)
    np.testing.assert_allclose(found.scatter, np.broadcast_to(fitted.scatter, flux.shape), 1e-5)


def test_a_basis_of_fewer_components_than_it_takes_is_enough():
    network = checkpoint.build("conv_vae", Shape(64, 5, HIDDEN, 0.0))
    network.begin(linear(spectra(300), 2))

    found = encode.encode(network.eval(), as_rest(*spectra(4)), "cpu")

    assert np.isfinite(found.recon).all()
    assert not found.latent[:, 2:].any()


def dimensions(beta: float, epochs: int = 8):
    """KL of each dimension, the largest first, and the held-out misfit, for one planted factor."""
    known = shifted(256)
    network, history = trained(
        "conv_vae", known, shifted(100, 1),
        epochs=epochs, batch_size=32, learning_rate=3e-3, schedule="one_cycle", beta=beta,
    )  # fmt: skip
    found = encode.latents(network, as_rest(*known), "cpu")
    _, kl = dispersion.dimensions(*found)
    return np.sort(kl)[::-1], history[-1].chi2_validation


def test_a_large_beta_leaves_fewer_dimensions_and_a_worse_fit():
    free, fit_free = dimensions(0.0)
    mild, fit_mild = dimensions(3.0)
    none, fit_none = dimensions(1e5)

    assert (free > 0.1).all()
    assert mild.sum() < free.sum()
    assert none.max() < 0.01
    assert fit_free < fit_none
    assert fit_mild < fit_none


def test_a_plain_one_shares_the_variational_ones_body():
    shape = Shape(64, 3, HIDDEN, 0.0)
    one, other = (
        checkpoint.build("conv_vae", each) for each in (shape, replace(shape, variational=False))
    )

    assert one.state_dict().keys() == other.state_dict().keys()
    assert all(
        a.shape == b.shape for a, b in zip(one.parameters(), other.parameters(), strict=True)
    )
