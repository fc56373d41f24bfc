"""What every network in the folder must do, and what training promises."""

import hashlib
import json

import numpy as np
import pytest
import torch

from catalog import registry
from catalog.errors import ModelError
from catalog.model import checkpoint, encode, train
from catalog.model.networks import Network, Shape
from catalog.spectra import RestSpectra

SHAPE = Shape(n_bins=64, n_latent=3, hidden=(48, 24), dropout=0.0)
WAVE = np.linspace(4000, 5000, 64)


def _spectra(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit-norm spectra of two factors, S/N 20 per bin."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-1, 1, 64)
    slope, line = rng.normal(size=(2, n, 1))
    truth = 1 + 0.3 * slope * x + 0.2 * line * np.exp(-0.5 * (x / 0.05) ** 2)
    flux = truth + rng.normal(0, 0.05, truth.shape)
    norm = np.linalg.norm(flux, axis=1, keepdims=True)
    ivar = np.broadcast_to((norm / 0.05) ** 2, flux.shape)
    return (flux / norm).astype(np.float32), ivar.astype(np.float32)


def _settings(**changes) -> train.Settings:
    base = {
        "epochs": 30,
        "batch_size": 64,
        "learning_rate": 1e-3,
        "patience": 5,
        "beta": 1.0,
        "seed": 4,
        "device": "cpu",
    }
    return train.Settings(**{**base, **changes})


def _trained(**changes):
    settings = _settings(**changes)
    train.start(settings.seed)
    network = checkpoint.build("mlp_vae", SHAPE)
    history = train.train(network, _spectra(800), _spectra(200, 1), settings, lambda *_: None)
    return network, history


@pytest.fixture(params=registry.names("catalog.model.networks"))
def network(request):
    return registry.load("catalog.model.networks", request.param, Network).build(SHAPE)


def test_shapes_are_as_promised(network):
    mean, log_variance = network.encode(torch.zeros(5, 64))
    recon, scatter = network.decode(mean)

    assert mean.shape == log_variance.shape == (5, 3)
    assert recon.shape == scatter.shape == (5, 64)


def test_a_spectrum_is_encoded_alike_alone_and_in_a_batch(network):
    network.eval()
    flux = torch.from_numpy(_spectra(6)[0])

    together = network.encode(flux)[0]
    alone = torch.cat([network.encode(row[None])[0] for row in flux])

    assert torch.allclose(together, alone, atol=1e-6)


def test_the_papers_layer_sizes():
    paper = Shape(1000, 10, (800, 600, 500, 300), 0.2)
    network = checkpoint.build("mlp_vae", paper)
    widths = [tuple(p.shape) for name, p in network.named_parameters() if "weight" in name]

    assert widths == [
        (800, 1000), (600, 800), (500, 600), (300, 500), (20, 300),
        (300, 10), (500, 300), (600, 500), (800, 600), (2000, 800),
    ]  # fmt: skip
    assert sum(isinstance(m, torch.nn.Dropout) and m.p == 0.2 for m in network.modules()) == 8


def test_training_reaches_the_noise_on_held_out_spectra():
    _, history = _trained(epochs=50, batch_size=16)

    assert history[0].loss_validation > history[-1].loss_validation
    assert min(epoch.chi2_validation for epoch in history) < 1.1


def test_training_twice_gives_the_same_weights():
    first, second = _trained(epochs=3)[0], _trained(epochs=3)[0]

    for a, b in zip(first.state_dict().values(), second.state_dict().values(), strict=True):
        assert torch.equal(a, b)


def test_the_step_size_falls_on_a_plateau():
    _, history = _trained(epochs=12, patience=1, learning_rate=0.02)

    rates = [epoch.learning_rate for epoch in history]
    assert rates[0] == 0.02
    assert min(rates) <= 0.002 + 1e-12


def test_a_diverging_loss_is_an_error_that_says_what_to_do():
    flux, ivar = _spectra(50)
    flux[3] = np.nan
    network = checkpoint.build("mlp_vae", SHAPE)

    with pytest.raises(ModelError, match=r"training diverged[\s\S]*learning_rate"):
        train.train(network, (flux, ivar), _spectra(20), _settings(epochs=1), lambda *_: None)


def _card(network, **changes) -> checkpoint.Card:
    base = {
        "kind": "mlp_vae",
        "shape": SHAPE,
        "wave": WAVE,
        "trained_on": "a test",
        "trained_on_simulated": True,
        "n_train": 800,
        "n_validation": 200,
        "settings": {},
        "history": [],
    }
    return checkpoint.Card(**{**base, **changes})


def test_a_checkpoint_gives_back_the_same_encodings(tmp_path):
    network, _ = _trained(epochs=2)
    flux, ivar = _spectra(50, 9)
    spectra = RestSpectra(np.array([str(i) for i in range(50)], object), WAVE, flux, ivar)
    weights, card_file = tmp_path / "w.safetensors", tmp_path / "m.json"

    checkpoint.save(network, _card(network), weights, card_file)
    loaded, card = checkpoint.load(weights, card_file)

    before, after = (encode.encode(net, spectra, "cpu") for net in (network, loaded))
    assert before.latent.tobytes() == after.latent.tobytes()
    assert before.recon.tobytes() == after.recon.tobytes()
    assert card.shape == SHAPE
    assert np.allclose(card.wave, WAVE)
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert json.loads(card_file.read_text())["weights_sha256"] == found


@pytest.mark.parametrize("damage", ["truncated", "swapped", "missing", "not json"])
def test_a_damaged_checkpoint_is_refused(tmp_path, damage):
    network, _ = _trained(epochs=1)
    weights, card_file = tmp_path / "w.safetensors", tmp_path / "m.json"
    checkpoint.save(network, _card(network), weights, card_file)
    match damage:
        case "truncated":
            weights.write_bytes(weights.read_bytes()[:1000])
        case "swapped":
            other, _ = _trained(epochs=1, seed=9)
            checkpoint.save(other, _card(other), weights, tmp_path / "other.json")
        case "missing":
            weights.unlink()
        case "not json":
            card_file.write_text("{")

    with pytest.raises(ModelError, match="checkpoint"):
        checkpoint.load(weights, card_file)


def test_a_checkpoint_of_another_grid_is_refused_by_name(tmp_path):
    card = _card(None)
    checkpoint.verify(card, "mlp_vae", SHAPE, WAVE, tmp_path)

    with pytest.raises(ModelError, match=r"preprocess.wave_min = 3990"):
        checkpoint.verify(card, "mlp_vae", SHAPE, WAVE - 10, tmp_path)
    wanted = Shape(64, 4, (48, 24), 0.0)
    with pytest.raises(ModelError, match=r"model.n_latent = 4"):
        checkpoint.verify(card, "mlp_vae", wanted, WAVE, tmp_path)


def test_no_spectra_encode_to_no_rows():
    network = checkpoint.build("mlp_vae", SHAPE)
    empty = np.empty((0, 64), np.float32)

    encoded = encode.encode(network, RestSpectra(np.array([], object), WAVE, empty, empty), "cpu")

    assert encoded.latent.shape == (0, 3)
    assert encoded.recon.shape == (0, 64)
