"""A decoder as numbers and JSON, which a browser runs without torch."""

import json
from pathlib import Path

import numpy as np

from catalog.model import checkpoint
from catalog.model.networks import Autoencoder, Step
from catalog.spectra import Float

MOST_NUMBERS = 2_500_000
"""A visitor of the decoder's page loads all of them, 5 MB as the site writes them: as much as a few
photographs. A larger decoder stays at home."""

MOST_BINS = 20_000
"""Convolutions to more bins take a browser longer than a hand on a slider waits."""


def exported(network: Autoencoder) -> tuple[str, Float] | None:
    """Write a network's decoder as its chains of steps; the reconstruction is their sum.

    Returns
    -------
    str
        JSON: per chain a list of steps; each has `kind`, `settings` and the shapes of its `arrays`.
    ndarray of shape (n,)
        All arrays in that order, each row by row, single precision.

        Or None in place of both, where a browser could not run it: more than `MOST_NUMBERS`, or
        more than `MOST_BINS`.
    """
    chains = network.decoding()
    arrays = [array for chain in chains for step in chain for array in step.arrays.values()]
    if network.shape.n_bins > MOST_BINS or sum(array.size for array in arrays) > MOST_NUMBERS:
        return None
    told = [[_told(step) for step in chain] for chain in chains]
    flat = [array.astype(np.float32).ravel() for array in arrays]
    return json.dumps(told, separators=(",", ":")), np.concatenate(flat)


def _told(step: Step) -> dict[str, object]:
    return {
        "kind": step.kind,
        "settings": dict(step.settings),
        "arrays": {name: list(array.shape) for name, array in step.arrays.items()},
    }


def of_checkpoint(weights: Path, card: Path) -> tuple[str, Float] | None:
    """Give the decoder of a trained model on disk, as `exported` does.

    Raises
    ------
    ModelError
        If the checkpoint cannot be read.
    """
    network, _ = checkpoint.load(weights, card)
    return exported(network)
