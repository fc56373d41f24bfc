"""The network with attention: where it looks, and that it starts from the linear model."""

from typing import Any

import numpy as np
import pytest
import torch
from tests.model.spectra_made import N_BINS, X, as_rest, linear, settings, spectra, unit

from catalog.errors import ModelError
from catalog.model import attention as looking
from catalog.model import checkpoint, encode, train
from catalog.model.networks import Attentive, Shape

SHAPE = Shape(N_BINS, 3, (16, 16), 0.0, patch=5, heads=4)  # 64 bins: the last patch has four
N_TOKENS = 13


def _begun(shape: Shape = SHAPE, known=None) -> Any:
    torch.manual_seed(5)
    network = checkpoint.build("attention_ae", shape)
    assert isinstance(network, Attentive)
    network.begin(linear(spectra(300) if known is None else known, shape.n_latent))
    return network.eval()


def _stirred(shape: Shape = SHAPE) -> Any:
    """A network whose weights are no longer those of the start."""
    network = _begun(shape)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return network


def _tensors(flux, ivar):
    return torch.from_numpy(flux), torch.from_numpy(ivar)


@pytest.mark.parametrize("patch", [1, 5, 16, 64, 100])
def test_every_patch_gives_away_one_whole_attention(patch):
    shape = Shape(N_BINS, 3, (16, 16), 0.0, patch=patch, heads=4)
    network = _stirred(shape)

    flux, ivar = spectra(6)
    weight = looking.attention(network, flux, ivar, "cpu")

    n_tokens = -(-N_BINS // patch)
    assert weight.shape == (6, n_tokens, n_tokens)
    assert (weight >= 0).all()
    np.testing.assert_allclose(weight.sum(axis=2), 1.0, atol=1e-5)


def test_the_told_weights_are_those_that_mix_the_tokens():
    """What the fast attention of training gives is the weights times the values."""
    torch.manual_seed(1)
    block = _stirred().encoder.first
    tokens = torch.randn(3, N_TOKENS, 16)
    query, key, value = block.queries(tokens)

    fast = torch.nn.functional.scaled_dot_product_attention(query, key, value)
    slow = (query @ key.mT / 2.0).softmax(dim=-1) @ value

    assert torch.allclose(fast, slow, atol=1e-6)
    mean = (query @ key.mT / 2.0).softmax(dim=-1).mean(dim=1)
    assert torch.allclose(block.weights(tokens), mean, atol=1e-6)


def test_attention_follows_its_patches_when_they_change_places():
    """Without positions, tokens in another order have the same attention in that order."""
    network = _stirred()
    order = torch.randperm(N_TOKENS, generator=torch.Generator().manual_seed(3))
    block, tokens = network.encoder.first, torch.randn(2, N_TOKENS, 16)

    weight, moved = block.weights(tokens), block.weights(tokens[:, order])

    assert torch.allclose(weight[:, order][:, :, order], moved, atol=1e-6)


def test_where_a_feature_lies_matters():
    """Positions tell patches apart: the same feature elsewhere has another latent."""
    network = _stirred()
    flux, ivar = (np.repeat(a, 2, axis=0) for a in spectra(1))
    flux[0, 10:13] += 0.1
    flux[1, 40:43] += 0.1
    x, w = _tensors(flux, ivar)
    channels = network._channels(x, network.prepare(x, w))

    found = network.encoder(channels)

    assert not torch.allclose(found[0], found[1], atol=1e-3)


def test_put_together_patches_add_what_they_get_and_average_what_they_give(monkeypatch):
    network, (flux, ivar) = _stirred(), spectra(4)
    whole = looking.attention(network, flux, ivar, "cpu")
    wave = np.linspace(4000.0, 4063.0, N_BINS)
    low, high = looking.patches(SHAPE, wave)
    assert (low[0], high[0], high[-1]) == (3999.5, 4004.5, 4063.5)
    np.testing.assert_allclose(low[1:], high[:-1])
    monkeypatch.setattr(looking, "MOST_PATCHES", 7)

    pooled = looking.attention(network, flux, ivar, "cpu")

    assert pooled.shape == (4, 7, 7)
    np.testing.assert_allclose(pooled.sum(axis=2), 1.0, atol=1e-5)
    np.testing.assert_allclose(pooled[:, 0, 1], whole[:, :2, 2:4].sum(axis=2).mean(axis=1), 1e-5)
    np.testing.assert_allclose(pooled[:, 6, 6], whole[:, 12, 12], 1e-5)
    fewer = looking.patches(SHAPE, wave)
    assert fewer[0].tolist() == low[::2].tolist()
    assert fewer[1][-1] == 4063.5


def test_it_begins_as_the_linear_model_exactly():
    known = spectra(300)
    fitted, network = linear(known), _begun()
    flux, ivar = spectra(50, 3)
    ivar[::2, 20:40] = 0

    found = encode.encode(network, as_rest(flux, ivar), "cpu")

    expected = fitted.reconstruct(fitted.coefficients(flux, ivar))
    np.testing.assert_allclose(found.recon, expected, atol=1e-5)


def test_what_masked_bins_hold_moves_neither_latents_nor_attention():
    network = _stirred()
    flux, ivar = spectra(10, 3)
    ivar[:, 30:36] = 0
    changed = flux.copy()
    changed[:, 30:36] = 1e3

    for found in (
        encode.latents(network, as_rest(flux, ivar), "cpu")[0],
        looking.attention(network, flux, ivar, "cpu"),
    ):
        assert np.isfinite(found).all()
    before, after = (encode.latents(network, as_rest(x, ivar), "cpu") for x in (flux, changed))
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[1], after[1])
    first, second = (looking.attention(network, x, ivar, "cpu") for x in (flux, changed))
    np.testing.assert_array_equal(first, second)


def test_a_mask_is_seen():
    """A bin that is masked is told from one that happens to be as the mean."""
    network = _stirred()
    flux, ivar = spectra(2)
    hole = ivar.copy()
    hole[:, 30:36] = 0
    x, w = _tensors(flux, hole)
    x[:, 30:36] = network.mean[30:36]
    seen = [network.encoder(network._channels(x, network.prepare(x, each)))
            for each in (w, torch.from_numpy(ivar))]  # fmt: skip

    assert not torch.allclose(seen[0], seen[1], atol=1e-3)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ModelError, match=r"model.heads[\s\S]*model.hidden"):
        checkpoint.build("attention_ae", Shape(64, 3, (15,), 0.0, heads=4))


def _with_a_band(n: int, share: float, seed: int):
    """Of a slope and a curve; few have a sharp band, as deep as a molecule's, of varying depth."""
    rng = np.random.default_rng(seed)
    slope, curve = rng.normal(size=(2, n, 1))
    truth = 1 + 0.3 * slope * X + 0.3 * curve * X**2
    has = rng.random(n) < share
    truth[has, 40:45] -= rng.uniform(0.4, 0.9, (int(has.sum()), 1))
    flux, ivar = unit(truth, 0.02, rng)
    return flux, ivar, has


def test_a_sharp_band_of_rare_spectra_is_attended_to():
    flux, ivar, _ = _with_a_band(800, 0.15, 0)
    shape = Shape(N_BINS, 2, (16, 16), 0.0, patch=5, heads=4)
    train.start(4)
    network = checkpoint.build("attention_ae", shape)
    assert isinstance(network, Attentive)
    train.train(
        network, linear((flux, ivar), 2), (flux, ivar), (flux[:100], ivar[:100]),
        settings(epochs=20, schedule="one_cycle", learning_rate=4e-3, beta=0.1), lambda *_: None,
    )  # fmt: skip
    x, w, with_band = _with_a_band(400, 0.15, 1)

    got = looking.attention(network, x, w, "cpu").mean(axis=1)

    band, elsewhere = 8, np.delete(np.arange(N_TOKENS), 8)
    rise = got[with_band].mean(axis=0) / got[~with_band].mean(axis=0)
    assert rise[band] > 1.3
    assert rise[band] > rise[elsewhere].max()
    assert got[with_band].mean(axis=0).argmax() == band
