"""Where a network with attention looks in spectra, as tables can hold it."""

import numpy as np
import torch

from catalog.model.networks import Attentive, Shape
from catalog.spectra import Float

BATCH = 256
MOST_PATCHES = 80
"""Patches that are told apart; neighbours are put together where a network has more. So the
weights of an object, at most 26 kB, stay near the size of its spectrum."""


def patches(shape: Shape, wave: Float) -> tuple[Float, Float]:
    """Lower and upper edge (T,) of each patch, Å, for bins centred at `wave` (L,)."""
    width = shape.patch * _together(shape)
    first = np.arange(0, shape.n_bins, width)
    last = np.minimum(first + width, shape.n_bins) - 1
    half = (wave[-1] - wave[0]) / (wave.size - 1) / 2
    return wave[first] - half, wave[last] + half


@torch.no_grad()
def attention(network: Attentive, flux: Float, ivar: Float, device: str) -> Float:
    """Weights (N, T, T) with which patches (rows) attend to patches; each row sums to 1.

    Of patches that are put together, the weights that they get are added, and those that they
    give are averaged.
    """
    network.to(device).eval()
    group = _together(network.shape)
    n_tokens = -(-network.shape.n_bins // network.shape.patch)
    starts = np.arange(0, n_tokens, group)
    sizes = np.diff(np.append(starts, n_tokens))
    parts = [np.empty((0, starts.size, starts.size), np.float32)]
    for i in range(0, len(flux), BATCH):
        x, w = (torch.tensor(each[i : i + BATCH]).to(device) for each in (flux, ivar))
        weight = network.attention(x, network.prepare(x, w)).cpu().numpy()
        given = np.add.reduceat(weight, starts, axis=1) / sizes[:, None]
        parts.append(np.add.reduceat(given, starts, axis=2).astype(np.float32))
    return np.concatenate(parts)


def _together(shape: Shape) -> int:
    """Patches that are put together as one."""
    n_tokens = -(-shape.n_bins // shape.patch)
    return -(-n_tokens // MOST_PATCHES)
