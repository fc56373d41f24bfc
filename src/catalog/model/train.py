"""The training loop: seed, step, validate, slow down on a plateau, keep the best epoch."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from catalog.errors import ModelError
from catalog.model.loss import chi2_per_bin, kl_divergence, log_likelihood
from catalog.model.networks import Autoencoder
from catalog.spectra import Float

CLIP_NORM = 100.0
"""Largest norm of a gradient: a single saturated spectrum must not throw the weights away."""


@dataclass(frozen=True)
class Settings:
    """How to train: see `catalog.recipe.ModelSection`."""

    epochs: int
    batch_size: int
    learning_rate: float
    patience: int
    beta: float
    seed: int
    device: str


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave: mean loss per spectrum, and mean weighted squared error per bin."""

    epoch: int
    loss_train: float
    loss_validation: float
    chi2_validation: float
    learning_rate: float


@dataclass(frozen=True)
class Held:
    """Held-out spectra on the device: flux and ivar, each (N, L)."""

    flux: Tensor
    ivar: Tensor


def start(seed: int) -> None:
    """Fix the random state from which weights, dropout and latent samples are drawn."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)


def train(
    network: Autoencoder,
    training: tuple[Float, Float],
    validation: tuple[Float, Float],
    settings: Settings,
    report: Callable[[int, int], None],
) -> list[Epoch]:
    """Fit a network in place to spectra of unit norm; it ends with its best epoch's weights.

    Adam, with the step divided by 10 after `patience` epochs without a lower validation loss
    (Nicolaou et al. 2025, section 3).

    Parameters
    ----------
    training, validation : pair of ndarray of shape (N, L)
        flux and ivar; ivar 0 where a bin is masked.
    report : callable
        Told (epochs done, epochs in all) after each.

    Raises
    ------
    ModelError
        If the loss is not finite.
    """
    order = torch.Generator().manual_seed(settings.seed)
    device = torch.device(settings.device)
    flux, ivar = (torch.from_numpy(a).to(device) for a in training)
    held_out = Held(*(torch.from_numpy(a).to(device) for a in validation))
    network.mean.copy_(_weighted_mean(flux, ivar))
    network.to(device)
    optimiser = torch.optim.Adam(network.parameters(), lr=settings.learning_rate)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=0.1, patience=settings.patience
    )
    history: list[Epoch] = []
    best: tuple[float, dict[str, Tensor]] = (math.inf, {})
    for epoch in range(1, settings.epochs + 1):
        rate = optimiser.param_groups[0]["lr"]
        loss = _one_epoch(network, flux, ivar, optimiser, order, settings)
        loss_held, chi2_held = _validate(network, held_out, settings)
        if not all(map(math.isfinite, (loss, loss_held, chi2_held))):
            raise ModelError(
                "training diverged",
                where=f"epoch {epoch}",
                wanted="a finite loss",
                found=f"training {loss}, validation {loss_held}, chi2 {chi2_held}",
                todo="lower model.learning_rate or model.beta in the recipe",
            )
        plateau.step(loss_held)
        if loss_held < best[0]:
            best = (loss_held, copy.deepcopy(network.state_dict()))
        history.append(Epoch(epoch, loss, loss_held, chi2_held, rate))
        report(epoch, settings.epochs)
    network.load_state_dict(best[1])
    network.to("cpu").eval()
    return history


def _weighted_mean(flux: Tensor, ivar: Tensor) -> Tensor:
    good = (ivar > 0).to(flux.dtype)
    return (flux * good).sum(dim=0) / good.sum(dim=0).clamp_min(1.0)


def _loss(network: Autoencoder, flux: Tensor, ivar: Tensor, beta: float) -> Tensor:
    mean, log_variance = network.encode(flux)
    noise = torch.randn_like(mean) if network.training else torch.zeros_like(mean)
    recon, scatter = network.decode(mean + noise * (0.5 * log_variance).exp())
    bound = log_likelihood(flux, ivar, recon, scatter) - beta * kl_divergence(mean, log_variance)
    return -bound.mean()


def _one_epoch(
    network: Autoencoder,
    flux: Tensor,
    ivar: Tensor,
    optimiser: torch.optim.Optimizer,
    order: torch.Generator,
    settings: Settings,
) -> float:
    network.train()
    total = 0.0
    shuffled = torch.randperm(len(flux), generator=order).to(flux.device)
    for rows in torch.split(shuffled, settings.batch_size):
        optimiser.zero_grad(set_to_none=True)
        loss = _loss(network, flux[rows], ivar[rows], settings.beta)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM * len(flux[0]) ** 0.5)
        optimiser.step()
        total += loss.item() * len(rows)
    return total / len(flux)


@torch.no_grad()
def _validate(network: Autoencoder, held_out: Held, settings: Settings) -> tuple[float, float]:
    network.eval()
    loss = chi2 = 0.0
    n_held = len(held_out.flux)
    for start in range(0, n_held, settings.batch_size):
        rows = slice(start, start + settings.batch_size)
        flux, ivar = held_out.flux[rows], held_out.ivar[rows]
        loss += _loss(network, flux, ivar, settings.beta).item() * len(flux)
        recon, _ = network.decode(network.encode(flux)[0])
        chi2 += chi2_per_bin(flux, ivar, recon).sum().item()
    return loss / n_held, chi2 / n_held
