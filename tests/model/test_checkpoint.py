"""A model on disk is the model that was saved, and nothing else is taken for it."""

import hashlib
import json

import numpy as np
import pytest
from tests.model.spectra_made import SHAPE, WAVE, as_rest, spectra, trained

from catalog.errors import ModelError
from catalog.model import checkpoint, encode
from catalog.model.networks import Shape


def card(**changes) -> checkpoint.Card:
    base = {
        "kind": "mlp_vae",
        "shape": SHAPE,
        "wave": WAVE,
        "fold": 0,
        "n_folds": 2,
        "trained_on": "a test",
        "trained_on_simulated": True,
        "n_train": 800,
        "n_validation": 200,
        "settings": {},
        "history": [],
    }
    return checkpoint.Card(**{**base, **changes})


@pytest.mark.parametrize("kind", ["mlp_vae", "residual_vae"])
def test_a_checkpoint_gives_back_the_same_encodings(tmp_path, kind):
    network, _ = trained(kind, epochs=2)
    rest = as_rest(*spectra(50, 9))
    weights, card_file = tmp_path / "w.safetensors", tmp_path / "m.json"

    checkpoint.save(network, card(kind=kind, fold=1, n_folds=3), weights, card_file)
    loaded, found = checkpoint.load(weights, card_file)

    before, after = (encode.encode(net, rest, "cpu") for net in (network, loaded))
    for part in ("latent", "latent_sd", "recon", "scatter", "log_likelihood"):
        assert getattr(before, part).tobytes() == getattr(after, part).tobytes()
    assert (found.kind, found.shape, found.fold, found.n_folds) == (kind, SHAPE, 1, 3)
    assert np.allclose(found.wave, WAVE)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert json.loads(card_file.read_text())["weights_sha256"] == digest


@pytest.mark.parametrize("damage", ["truncated", "swapped", "missing", "not json", "no fold"])
def test_a_damaged_checkpoint_is_refused(tmp_path, damage):
    network, _ = trained(epochs=1)
    weights, card_file = tmp_path / "w.safetensors", tmp_path / "m.json"
    checkpoint.save(network, card(), weights, card_file)
    match damage:
        case "truncated":
            weights.write_bytes(weights.read_bytes()[:1000])
        case "swapped":
            other, _ = trained(epochs=1, seed=9)
            checkpoint.save(other, card(), weights, tmp_path / "other.json")
        case "missing":
            weights.unlink()
        case "not json":
            card_file.write_text("{")
        case "no fold":
            text = json.loads(card_file.read_text())
            del text["fold"]
            card_file.write_text(json.dumps(text))

    with pytest.raises(ModelError, match="checkpoint"):
        checkpoint.load(weights, card_file)


def test_a_checkpoint_of_another_model_is_refused_by_what_differs(tmp_path):
    found = card()
    checkpoint.verify(found, "mlp_vae", SHAPE, WAVE, 2, tmp_path)

    with pytest.raises(ModelError, match=r"preprocess.wave_min = 3990"):
        checkpoint.verify(found, "mlp_vae", SHAPE, WAVE - 10, 2, tmp_path)
    wanted = Shape(64, 4, (48, 24), 0.0)
    with pytest.raises(ModelError, match=r"model.n_latent = 4"):
        checkpoint.verify(found, "mlp_vae", wanted, WAVE, 2, tmp_path)
    with pytest.raises(ModelError, match=r"model.folds = 4[\s\S]*model.folds = 2"):
        checkpoint.verify(found, "mlp_vae", SHAPE, WAVE, 4, tmp_path)
    with pytest.raises(ModelError, match=r"model.kind = residual_vae"):
        checkpoint.verify(found, "residual_vae", SHAPE, WAVE, 2, tmp_path)


def test_the_digest_of_several_cards_depends_on_each_and_on_their_order(tmp_path):
    paths = [tmp_path / f"fold-{k}.json" for k in range(3)]
    for number, path in enumerate(paths):
        path.write_text(str(number))
    digest = checkpoint.digest(paths)

    joined = "".join(hashlib.sha256(str(k).encode()).hexdigest() for k in range(3))
    assert digest == hashlib.sha256(joined.encode()).hexdigest()
    assert checkpoint.digest(paths[::-1]) != digest
    assert checkpoint.digest(paths[:2]) != digest
    paths[1].write_text("another")
    assert checkpoint.digest(paths) != digest


@pytest.mark.parametrize("kind", ["mlp_vae", "residual_vae"])
def test_the_counted_parameters_are_those_that_training_changes(tmp_path, kind):
    network, _ = trained(kind, epochs=1)
    checkpoint.save(network, card(kind=kind), tmp_path / "w.safetensors", tmp_path / "m.json")

    expected = sum(parameter.numel() for parameter in network.parameters())
    assert checkpoint.n_parameters(tmp_path / "w.safetensors") == expected
