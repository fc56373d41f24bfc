"""A trained model on disk: safetensors beside a JSON card. Nothing is ever unpickled."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from catalog import registry
from catalog.errors import ModelError
from catalog.model.networks import Autoencoder, Network, Shape
from catalog.release import write_json, writing
from catalog.spectra import Float

BUFFERS = frozenset({"mean", "frozen", "frozen_scatter", "deviation"})
"""Tensors of a weights file that are not trained."""


@dataclass(frozen=True)
class Card:
    """What must be known of a model to use and to judge it."""

    kind: str
    shape: Shape
    wave: Float
    fold: int
    n_folds: int
    trained_on: str
    trained_on_simulated: bool
    n_train: int
    n_validation: int
    settings: dict[str, Any]
    history: list[dict[str, float]]

    @property
    def grid(self) -> dict[str, float]:
        """The rest-frame grid (Å, vacuum) that the model was trained on."""
        return {
            "wave_min": float(self.wave[0]),
            "wave_max": float(self.wave[-1]),
            "n_bins": len(self.wave),
        }


def build(kind: str, shape: Shape) -> Autoencoder:
    """Make an untrained network of a kind that the registry knows."""
    return registry.load("catalog.model.networks", kind, Network).build(shape)


def save(network: Autoencoder, card: Card, weights: Path, card_file: Path) -> None:
    """Write weights and card, each whole or not at all; the card carries the weights' sha256."""
    with writing(weights) as temporary:
        save_file({k: v.contiguous() for k, v in network.state_dict().items()}, temporary)
    text = {
        "kind": card.kind,
        "shape": card.shape.as_json(),
        "grid": card.grid,
        "fold": card.fold,
        "n_folds": card.n_folds,
        "trained_on": card.trained_on,
        "trained_on_simulated": card.trained_on_simulated,
        "n_train": card.n_train,
        "n_validation": card.n_validation,
        "settings": card.settings,
        "history": card.history,
        "weights_sha256": sha256(weights),
    }
    write_json(card_file, text)


def load(weights: Path, card_file: Path) -> tuple[Autoencoder, Card]:
    """Rebuild a network from its card and weights; it is in evaluation mode and is not trained.

    Raises
    ------
    ModelError
        If a file is missing or damaged, or the two do not belong together.
    """
    try:
        text = json.loads(card_file.read_text())
        found = sha256(weights)
        if found != text["weights_sha256"]:
            raise _mismatch(weights, f"sha256 {text['weights_sha256']}", f"sha256 {found}")
        shape = Shape(**{**text["shape"], "hidden": tuple(text["shape"]["hidden"])})
        network = build(text["kind"], shape)
        network.load_state_dict(load_file(weights))
        card = Card(
            kind=text["kind"],
            shape=shape,
            wave=_wave(text["grid"]),
            fold=text["fold"],
            n_folds=text["n_folds"],
            trained_on=text["trained_on"],
            trained_on_simulated=text["trained_on_simulated"],
            n_train=text["n_train"],
            n_validation=text["n_validation"],
            settings=text["settings"],
            history=text["history"],
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as fault:
        raise ModelError(
            "the checkpoint cannot be read",
            where=card_file.parent,
            wanted=f"{weights.name} and {card_file.name} of one model",
            found=str(fault).splitlines()[0],
            todo="copy both files again, or remove model.checkpoint from the recipe to train",
        ) from fault
    network.eval()
    return network, card


def _wave(grid: dict[str, float]) -> Float:
    return np.linspace(grid["wave_min"], grid["wave_max"], int(grid["n_bins"]))


def n_parameters(weights: Path) -> int:
    """Count the numbers in a weights file that training changes: no mean, no frozen start.

    Of a model that nothing trains, count all that it was fitted.
    """
    sizes = {name: tensor.numel() for name, tensor in load_file(weights).items()}
    trained = sum(size for name, size in sizes.items() if name not in BUFFERS)
    return trained or sum(sizes.values())


def digest(cards: Sequence[Path]) -> str:
    """Sha256 over all folds' cards, in their order; each card holds its weights' sha256."""
    return hashlib.sha256("".join(sha256(path) for path in cards).encode()).hexdigest()


def verify(card: Card, kind: str, shape: Shape, wave: Float, n_folds: int, where: Path) -> None:
    """Refuse a checkpoint that is not the model that the recipe describes.

    Raises
    ------
    ModelError
        Naming the first difference.
    """
    pairs = {
        "model.kind": (kind, card.kind),
        "model.n_latent": (shape.n_latent, card.shape.n_latent),
        "model.hidden": (shape.hidden, card.shape.hidden),
        "model.variational": (shape.variational, card.shape.variational),
        "model.patch": (shape.patch, card.shape.patch),
        "model.heads": (shape.heads, card.shape.heads),
        "model.folds": (n_folds, card.n_folds),
        "preprocess.n_bins": (wave.size, card.wave.size),
        "preprocess.wave_min": (round(float(wave[0]), 6), round(float(card.wave[0]), 6)),
        "preprocess.wave_max": (round(float(wave[-1]), 6), round(float(card.wave[-1]), 6)),
    }
    for key, (wanted, found) in pairs.items():
        if wanted != found:
            raise _mismatch(where, f"{key} = {wanted}, as the recipe says", f"{key} = {found}")


def _mismatch(where: Path, wanted: str, found: str) -> ModelError:
    return ModelError(
        "the checkpoint is not the one that the recipe describes",
        where=where,
        wanted=wanted,
        found=found,
        todo="name the right checkpoint in the recipe, or change the recipe to match it",
    )


def sha256(path: Path) -> str:
    """Sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
