"""A decoder written as JSON and numbers is the network's own, or it stays at home."""

import json

import numpy as np
import pytest
import torch
from tests.model import numpy_decoder
from tests.model.spectra_made import SHAPE, linear, spectra

from catalog import registry
from catalog.basis import padded
from catalog.model import checkpoint, exported
from catalog.model.networks import Step


def network(kind):
    torch.manual_seed(3)
    made = checkpoint.build(kind, SHAPE)
    made.begin(padded(linear(spectra(60)), SHAPE.n_latent))
    with torch.no_grad():  # the last layers begin as zeros
        for parameter in made.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.1)
    return made.eval()


def read(chains, numbers):
    """The steps again, from what was written."""
    at = 0
    for chain in json.loads(chains):
        steps = []
        for told in chain:
            arrays = {}
            for name, shape in told["arrays"].items():
                size = int(np.prod(shape))
                arrays[name] = numbers[at : at + size].reshape(shape)
                at += size
            steps.append(Step(told["kind"], arrays, told["settings"]))
        yield tuple(steps)
    assert at == numbers.size


@pytest.mark.parametrize("kind", registry.names("catalog.model.networks"))
def test_what_is_written_decodes_as_the_network_does(kind):
    made = network(kind)
    latent = np.array([0.4, -1.2, 2.0], np.float32)
    with torch.no_grad():
        expected = made.decode(torch.from_numpy(latent)[None])[0][0].numpy()
    written = exported.exported(made)
    assert written is not None
    chains, numbers = written
    assert numbers.dtype == np.float32
    found = numpy_decoder.decode(tuple(read(chains, numbers)), latent)
    np.testing.assert_allclose(found, expected, atol=1e-5 * max(1.0, np.abs(expected).max()))


def test_a_decoder_too_large_for_a_visitor_is_not_written(monkeypatch):
    made = network("mlp_vae")
    written = exported.exported(made)
    assert written is not None
    _, numbers = written
    monkeypatch.setattr(exported, "MOST_NUMBERS", numbers.size)
    assert exported.exported(made) is not None
    monkeypatch.setattr(exported, "MOST_NUMBERS", numbers.size - 1)
    assert exported.exported(made) is None


def test_a_decoder_to_more_bins_than_a_browser_can_follow_is_not_written(monkeypatch):
    made = network("pca")
    monkeypatch.setattr(exported, "MOST_BINS", SHAPE.n_bins)
    assert exported.exported(made) is not None
    monkeypatch.setattr(exported, "MOST_BINS", SHAPE.n_bins - 1)
    assert exported.exported(made) is None
