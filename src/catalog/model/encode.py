"""A trained network applied to spectra, in batches: latents, reconstructions, likelihoods."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from catalog.model.batches import together
from catalog.model.loss import log_likelihood
from catalog.model.networks import Autoencoder
from catalog.spectra import Encodings, Float, RestSpectra

DRAWS = 16
"""Draws from q(z|x) that the reconstruction probability averages over (An & Cho 2015)."""


@torch.no_grad()
def latents(network: Autoencoder, spectra: RestSpectra, device: str) -> tuple[Float, Float]:
    """Latent mean and deviation of every spectrum, (N, D) each."""
    network.to(device).eval()
    parts = [(np.empty((0, network.shape.n_latent)), np.empty((0, network.shape.n_latent)))]
    for flux, ivar in _batches(spectra, device):
        mean, deviation = network.posterior(flux, network.prepare(flux, ivar))
        parts.append((mean.cpu().numpy(), deviation.cpu().numpy()))
    mean_all, deviation_all = (
        np.concatenate(column).astype(np.float32) for column in zip(*parts, strict=True)
    )
    return mean_all, deviation_all


@torch.no_grad()
def encode(network: Autoencoder, spectra: RestSpectra, device: str) -> Encodings:
    """Latents, the reconstruction at the latent mean, its scatter, and the likelihood.

    The network is in evaluation mode: no dropout; the latent draws are the same sixteen for every
    spectrum, whatever batch it is in, so the same input gives the same bytes.
    """
    network.to(device).eval()
    n_latent, n_bins = network.shape.n_latent, spectra.flux.shape[1]
    draws = torch.randn(DRAWS, n_latent, generator=torch.Generator().manual_seed(0)).to(device)
    widths = (n_latent, n_latent, n_bins, n_bins)
    parts: list[tuple[Float, ...]] = [(*(np.empty((0, w)) for w in widths), np.empty(0))]
    for flux, ivar in _batches(spectra, device):
        mean, deviation = network.posterior(flux, network.prepare(flux, ivar))
        recon, scatter = network.decode(mean)
        likelihood = _likelihood(network, flux, ivar, mean, deviation, draws)
        found = (mean, deviation, recon, scatter.exp(), likelihood)
        parts.append(tuple(column.cpu().numpy() for column in found))
    latent, latent_sd, recon_all, scatter_all, likelihood_all = (
        np.concatenate(column).astype(np.float32) for column in zip(*parts, strict=True)
    )
    return Encodings(
        target_id=spectra.target_id,
        wave=spectra.wave,
        flux=spectra.flux,
        ivar=spectra.ivar,
        latent=latent,
        latent_sd=latent_sd,
        recon=recon_all,
        scatter=scatter_all,
        log_likelihood=likelihood_all,
    )


def _batches(spectra: RestSpectra, device: str) -> Iterator[tuple[Tensor, Tensor]]:
    size = together(spectra.flux.shape[1])
    for start in range(0, len(spectra), size):
        part = slice(start, start + size)
        flux, ivar = torch.tensor(spectra.flux[part]), torch.tensor(spectra.ivar[part])
        yield flux.to(device), ivar.to(device)


def _likelihood(
    network: Autoencoder,
    flux: Tensor,
    ivar: Tensor,
    mean: Tensor,
    deviation: Tensor,
    draws: Tensor,
) -> Tensor:
    """Log-likelihood per valid bin, averaged over draws of the latent, (B,): An & Cho 2015."""
    total = torch.zeros(len(flux), device=flux.device)
    for draw in draws:
        recon, scatter = network.decode(mean + draw * deviation)
        total += log_likelihood(flux, ivar, recon, scatter)
    return total / len(draws) / (ivar > 0).sum(dim=1).clamp_min(1)
