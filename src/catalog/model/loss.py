"""The negative evidence lower bound with data noise and model scatter."""

import math

import torch
from torch import Tensor


def log_likelihood(flux: Tensor, ivar: Tensor, recon: Tensor, log_variance: Tensor) -> Tensor:
    """Gaussian log-likelihood per spectrum, (B,), over bins with ivar > 0.

    The variance of a bin is the sum of its noise and the model's scatter,
    1/ivar + exp(log_variance): noise and model error add. With no scatter this is the paper's
    ivar-weighted square, up to a constant. Bins with ivar 0 contribute nothing (Nicolaou et al.
    2025, after their equation 5).
    """
    good = ivar > 0
    noise = torch.where(good, 1.0 / ivar.clamp_min(1e-30), torch.ones_like(ivar))
    variance = noise + log_variance.exp()
    terms = (flux - recon).square() / variance + variance.log() + math.log(2 * math.pi)
    return -0.5 * torch.where(good, terms, torch.zeros_like(terms)).sum(dim=1)


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of N(mean, exp(log_variance)) from N(0, 1), summed over D, of shape (B,).

    Kingma & Welling 2014, appendix B.
    """
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(dim=1)


def chi2_per_bin(flux: Tensor, ivar: Tensor, recon: Tensor) -> Tensor:
    """Weighted mean squared error Σ ivar (x − x̂)² / L, (B,): Nicolaou et al. 2025, equation 6."""
    return (ivar * (flux - recon).square()).mean(dim=1)


def misfit(flux: Tensor, ivar: Tensor, recon: Tensor, log_variance: Tensor) -> Tensor:
    """Mean square of the residual in units of noise and scatter together, per valid bin, (B,)."""
    weight = ivar / (1.0 + ivar * log_variance.exp())
    n_valid = (ivar > 0).sum(dim=1).clamp_min(1)
    return (weight * (flux - recon).square()).sum(dim=1) / n_valid
