"""A trained network applied to spectra, in batches: latents and reconstructions."""

import numpy as np
import torch

from catalog.model.networks import Autoencoder
from catalog.spectra import Encodings, Float, RestSpectra

BATCH = 1024


@torch.no_grad()
def encode(network: Autoencoder, spectra: RestSpectra, device: str) -> Encodings:
    """Latent mean and deviation, and the reconstruction at the mean, of every spectrum.

    The network is in evaluation mode: no dropout, no sampling, the same input gives the same bytes.
    """
    network.to(device).eval()
    parts: list[tuple[Float, Float, Float]] = []
    for start in range(0, len(spectra), BATCH):
        flux = torch.tensor(spectra.flux[start : start + BATCH], device=device)
        mean, log_variance = network.encode(flux)
        recon, _ = network.decode(mean)
        deviation = (0.5 * log_variance).exp()
        parts.append((mean.cpu().numpy(), deviation.cpu().numpy(), recon.cpu().numpy()))
    n_latent, n_bins = network.shape.n_latent, spectra.flux.shape[1]
    empty = (np.empty((0, n_latent)), np.empty((0, n_latent)), np.empty((0, n_bins)))
    latent, latent_sd, recon_all = (
        np.concatenate(column).astype(np.float32)
        for column in zip(*(parts or [empty]), strict=True)
    )
    return Encodings(
        target_id=spectra.target_id,
        wave=spectra.wave,
        flux=spectra.flux,
        ivar=spectra.ivar,
        latent=latent,
        latent_sd=latent_sd,
        recon=recon_all,
    )
