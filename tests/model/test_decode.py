"""Points are decoded as the network does, however many fit a batch."""

import numpy as np
import pytest
import torch
from tests.model.spectra_made import N_BINS, SHAPE, trained

from catalog.model import decode as module
from catalog.model.decode import decode


@pytest.fixture(scope="module")
def network():
    return trained("mlp_vae", epochs=1)[0]


def test_points_are_decoded_as_the_network_does(network, monkeypatch):
    points = np.random.default_rng(1).normal(size=(7, SHAPE.n_latent))
    with torch.no_grad():
        wanted, _ = network.eval().decode(torch.tensor(points, dtype=torch.float32))
    whole = decode(network, points, "cpu")
    monkeypatch.setattr(module, "together", lambda _n_bins: 2)
    for found in (whole, decode(network, points, "cpu")):
        assert found.dtype == np.float32
        assert np.allclose(found, wanted.numpy(), atol=1e-6)


def test_no_points_make_no_spectra(network):
    assert decode(network, np.empty((0, SHAPE.n_latent)), "cpu").shape == (0, N_BINS)
