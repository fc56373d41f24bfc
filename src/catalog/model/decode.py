"""Points of the latent space -> the spectra that a trained network draws for them."""

import numpy as np
import torch

from catalog.model.batches import together
from catalog.model.networks import Autoencoder
from catalog.spectra import Float


@torch.no_grad()
def decode(network: Autoencoder, latent: Float, device: str) -> Float:
    """Decode points (N, D) of the latent space to flux, (N, L) single precision.

    As the decoder gives it: of unit norm, or nearly, where spectra occupy the space.
    """
    network.to(device).eval()
    n_bins = network.shape.n_bins
    parts = [np.empty((0, n_bins), np.float32)]
    rows = together(n_bins)
    for start in range(0, len(latent), rows):
        points = torch.tensor(latent[start : start + rows], dtype=torch.float32, device=device)
        flux, _ = network.decode(points)
        parts.append(flux.float().cpu().numpy())
    return np.concatenate(parts)
