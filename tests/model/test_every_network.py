"""What every network in the folder promises once trained: on disk, without torch, in both modes."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.model import numpy_decoder
from tests.model.spectra_made import SHAPE, as_rest, linear, spectra, trained
from tests.model.test_checkpoint import card

from catalog import registry
from catalog.basis import padded
from catalog.model import checkpoint, encode, train
from catalog.model.batches import Batch
from catalog.model.networks import Shape

KINDS = registry.names("catalog.model.networks")
PLAIN = Shape(SHAPE.n_bins, SHAPE.n_latent, SHAPE.hidden, 0.0, variational=False)


@pytest.fixture(scope="module")
def fitted():
    """Every network after two epochs: its last layers are no longer the zeros of the start."""
    known = spectra(200)
    return {kind: trained(kind, known, known, epochs=2, schedule="one_cycle")[0] for kind in KINDS}


@pytest.fixture
def plain(request):
    """A network of a kind, trained as a plain autoencoder, and its history."""
    known = spectra(200)
    train.start(4)
    network = checkpoint.build(request.param, PLAIN)
    from tests.model.spectra_made import settings as how

    history = train.train(
        network, padded(linear(known), 3), known, known, how(epochs=3), lambda *_: None
    )
    return network, history


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(latent=arrays(np.float32, 3, elements=st.floats(-5, 5, width=32)))
def test_its_steps_without_torch_give_its_reconstruction(fitted, kind, latent):
    network = fitted[kind]
    with torch.no_grad():
        expected = network.decode(torch.from_numpy(latent)[None])[0][0].numpy()

    found = numpy_decoder.decode(network.decoding(), latent)

    np.testing.assert_allclose(found, expected, atol=1e-5 * max(1.0, np.abs(expected).max()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_gives_back_the_same_encodings_and_counts_what_was_fitted(
    tmp_path, fitted, kind
):
    network, rest = fitted[kind], as_rest(*spectra(20, 9))
    weights, card_file = tmp_path / "w.safetensors", tmp_path / "m.json"

    checkpoint.save(network, card(kind=kind), weights, card_file)
    loaded, found = checkpoint.load(weights, card_file)

    before, after = (encode.encode(net, rest, "cpu") for net in (network, loaded))
    for part in ("latent", "latent_sd", "recon", "scatter", "log_likelihood"):
        assert getattr(before, part).tobytes() == getattr(after, part).tobytes()
    assert found.kind == kind
    of_training = sum(parameter.numel() for parameter in network.parameters())
    assert checkpoint.n_parameters(weights) == of_training or not of_training
    assert checkpoint.n_parameters(weights) > 0


@pytest.mark.parametrize("plain", KINDS, indirect=True)
def test_a_plain_autoencoder_has_points_for_latents_and_pays_for_no_divergence(plain):
    network, history = plain
    flux, ivar = spectra(50, 2)

    found = encode.encode(network, as_rest(flux, ivar), "cpu")

    assert not found.latent_sd.any()
    assert np.isfinite(found.latent).all()
    batch = [torch.from_numpy(a) for a in (flux, ivar)]
    made = Batch(batch[0], batch[1], network.prepare(*batch))
    with torch.no_grad():
        costs = [train._loss(network, made, beta).item() for beta in (0.0, 100.0)]
    assert costs[0] == costs[1]
    assert all(np.isfinite(epoch.loss_validation) for epoch in history)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pca"])
def test_gradients_reach_all_that_is_trained(kind):
    torch.manual_seed(2)
    network = checkpoint.build(kind, SHAPE)
    known = spectra(64)
    network.begin(linear(known))
    with torch.no_grad():  # what begins at zero passes nothing on in the first step
        for parameter in network.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    flux, ivar = (torch.from_numpy(a) for a in known)

    train._loss(network, Batch(flux, ivar, network.prepare(flux, ivar)), 1.0).backward()

    silent = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []
