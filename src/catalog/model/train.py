"""Training: fit, leave out what fits worst, fit again; one step size schedule or another."""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from catalog.basis import Basis, best_fitted
from catalog.errors import ModelError
from catalog.model.batches import Batch, Spectra
from catalog.model.loss import chi2_per_bin, kl_divergence, log_likelihood, misfit
from catalog.model.networks import Autoencoder
from catalog.spectra import Array, Float

CLIP_NORM = 100.0
"""Largest norm of a gradient: a single saturated spectrum must not throw the weights away."""
REFIT_SHARE = 3
"""A refit begins with a fitted network: a third of the epochs, a third of the step size."""


@dataclass(frozen=True)
class Settings:
    """How to train: see `catalog.recipe.sections.ModelSection`."""

    epochs: int
    batch_size: int
    learning_rate: float
    schedule: str
    patience: int
    beta: float
    warm_up: int
    trim: float
    refits: int
    seed: int
    device: str


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave: mean loss per spectrum, and mean weighted squared error per bin.

    Epochs are numbered through all phases.
    """

    phase: int
    epoch: int
    loss_train: float
    loss_validation: float
    chi2_validation: float
    learning_rate: float


def start(seed: int) -> None:
    """Fix the random state from which weights, dropout and latent samples are drawn."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)


def train(  # noqa: PLR0913 the public signature; what is rarely given is by keyword
    network: Autoencoder,
    basis: Basis,
    training: tuple[Float, Float],
    validation: tuple[Float, Float],
    settings: Settings,
    report: Callable[[int, int], None],
    *,
    weights: Float | None = None,
) -> list[Epoch]:
    """Fit a network in place to spectra of unit norm, always without the worst-fitted.

    A network without parameters, as principal components are, is ready once it has begun: its
    history is empty.

    Strange spectra in the training set teach the network to draw them, and once drawn they look
    fitted: the fraction `trim` that the network draws worst is left out from the start, when a
    network that begins as a linear model has learnt none of them, and chosen anew for each of the
    `refits`.

    A batch goes through the network in parts of a constant number of bins, whose gradients add up
    to the batch's own; spectra may lie in memory or in a mapped file.

    Parameters
    ----------
    basis : Basis
        Linear model of the training spectra.
    training, validation : pair of ndarray of shape (N, L) and (M, L)
        flux and ivar; ivar 0 where a bin is masked. The validation set is held out: with
        the schedule `plateau` they decide when the step drops and which
        epoch is kept, as in the paper; with `one_cycle` they are only watched.
    report : callable
        Told (epochs done, epochs in all) after each.
    weights : ndarray of shape (N,), optional
        How often each training spectrum is drawn, relative to others: an epoch is N draws with
        replacement. Where not given, an epoch is every spectrum once.

    Raises
    ------
    ModelError
        If the loss is not finite.
    """
    network.begin(basis)
    if not [*network.parameters()]:
        network.eval()
        return []
    network.to(settings.device)
    known = Spectra(network, *training, settings.device)
    held_out = Spectra(network, *validation, settings.device)
    phases = [settings.epochs] + [max(1, settings.epochs // REFIT_SHARE)] * settings.refits
    history: list[Epoch] = []
    for phase, n_epochs in enumerate(phases):
        kept = best_fitted(_misfit(network, known), settings.trim)
        order = _Order(kept, weights, settings.seed + phase)
        for epoch in _fit(network, known, order, held_out, _Phase(phase, n_epochs), settings):
            history.append(replace(epoch, epoch=len(history) + 1))
            report(len(history), sum(phases))
    network.to("cpu").eval()
    return history


@dataclass(frozen=True)
class _Phase:
    number: int
    epochs: int


class _Order:
    """Which spectra an epoch sees, and in which order; the same for the same seed."""

    def __init__(self, kept: Array, weights: Float | None, seed: int) -> None:
        self.rows = torch.from_numpy(kept).nonzero()[:, 0]
        self.weights = None if weights is None else torch.from_numpy(weights)[self.rows]
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return len(self.rows)

    def draw(self) -> Tensor:
        """Draw the rows of an epoch: each once, or as often as its weight makes likely."""
        if self.weights is None:
            return self.rows[torch.randperm(len(self), generator=self.generator)]
        drawn = torch.multinomial(
            self.weights, len(self), replacement=True, generator=self.generator
        )
        return self.rows[drawn]


class _Steps:
    """Sets the step size: one rise and fall over a phase, or a tenth after a plateau."""

    def __init__(
        self, network: nn.Module, phase: _Phase, n_batches: int, settings: Settings
    ) -> None:
        rate = settings.learning_rate / (REFIT_SHARE if phase.number else 1)
        self.optimiser = torch.optim.Adam(network.parameters(), lr=rate)
        self.cycle = self.plateau = None
        if settings.schedule == "one_cycle":
            self.cycle = torch.optim.lr_scheduler.OneCycleLR(
                self.optimiser, max_lr=rate, total_steps=phase.epochs * n_batches
            )
        else:
            self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
                self.optimiser, factor=0.1, patience=settings.patience
            )

    @property
    def rate(self) -> float:
        """The step size now."""
        return float(self.optimiser.param_groups[0]["lr"])

    def step(self) -> None:
        """Step after a batch."""
        self.optimiser.step()
        if self.cycle is not None:
            self.cycle.step()

    def epoch(self, loss_held: float) -> None:
        """Look at an epoch's held-out loss."""
        if self.plateau is not None:
            self.plateau.step(loss_held)


def _fit(
    network: Autoencoder,
    known: Spectra,
    order: _Order,
    held_out: Spectra,
    phase: _Phase,
    settings: Settings,
) -> Iterator[Epoch]:
    """Run one phase; with a plateau schedule the network ends with its best epoch's weights."""
    n_batches = math.ceil(len(order) / settings.batch_size)
    steps = _Steps(network, phase, n_batches, settings)
    best: tuple[float, dict[str, Tensor]] = (math.inf, {})
    for number in range(1, phase.epochs + 1):
        warmth = 1.0 if phase.number else min(1.0, number / max(1, settings.warm_up))
        beta, rate = settings.beta * warmth, steps.rate
        parts = [*order.draw().split(settings.batch_size)]  # type: ignore[no-untyped-call]
        loss = _one_epoch(network, known, parts, steps, beta)
        loss_held, chi2_held = _validate(network, held_out, settings.beta)
        if not all(map(math.isfinite, (loss, loss_held, chi2_held))):
            raise _diverged(phase.number, number, loss, loss_held, chi2_held)
        steps.epoch(loss_held)
        if steps.plateau is not None and loss_held < best[0]:
            best = (loss_held, copy.deepcopy(network.state_dict()))
        yield Epoch(phase.number, number, loss, loss_held, chi2_held, rate)
    if best[1]:
        network.load_state_dict(best[1])


def _diverged(phase: int, epoch: int, loss: float, held: float, chi2: float) -> ModelError:
    return ModelError(
        "training diverged",
        where=f"phase {phase}, epoch {epoch}",
        wanted="a finite loss",
        found=f"training {loss}, validation {held}, chi2 {chi2}",
        todo="lower model.learning_rate or model.beta in the recipe",
    )


def _loss(network: Autoencoder, batch: Batch, beta: float) -> Tensor:
    mean, log_variance = network.encode(batch.flux, batch.prepared)
    if not network.shape.variational:
        return -log_likelihood(batch.flux, batch.ivar, *network.decode(mean)).mean()
    noise = torch.zeros_like(mean) if batch.noise is None else batch.noise
    recon, scatter = network.decode(mean + noise * (0.5 * log_variance).exp())
    likelihood = log_likelihood(batch.flux, batch.ivar, recon, scatter)
    return -(likelihood - beta * kl_divergence(mean, log_variance)).mean()


def _one_epoch(
    network: Autoencoder,
    known: Spectra,
    parts: Sequence[Tensor],
    steps: _Steps,
    beta: float,
) -> float:
    network.train()
    total = torch.zeros((), device=known.device)
    limit = CLIP_NORM * known.flux.shape[1] ** 0.5
    for part in parts:
        steps.optimiser.zero_grad(set_to_none=True)
        total += len(part) * _gradients(network, known, part, beta)
        nn.utils.clip_grad_norm_(network.parameters(), limit)
        steps.step()
    return float(total) / sum(map(len, parts))


def _gradients(network: Autoencoder, known: Spectra, rows: Tensor, beta: float) -> Tensor:
    """Add up the gradients of a batch's mean loss, and give that loss."""
    noise = None
    if network.shape.variational:
        # For the batch at once: in which parts it passes must not change what is drawn.
        noise = torch.randn(len(rows), network.shape.n_latent, device=known.device)
    total = torch.zeros((), device=known.device)
    for batch in known.batches(rows, noise):
        loss = _loss(network, batch, beta) * (len(batch) / len(rows))
        loss.backward()  # type: ignore[no-untyped-call]
        total += loss.detach()
    return total


@torch.no_grad()
def _validate(network: Autoencoder, held_out: Spectra, beta: float) -> tuple[float, float]:
    network.eval()
    loss = chi2 = 0.0
    for batch in held_out.batches(torch.arange(len(held_out))):
        loss += _loss(network, batch, beta).item() * len(batch)
        recon, _ = network.decode(network.encode(batch.flux, batch.prepared)[0])
        chi2 += chi2_per_bin(batch.flux, batch.ivar, recon).sum().item()
    return loss / len(held_out), chi2 / len(held_out)


@torch.no_grad()
def _misfit(network: Autoencoder, known: Spectra) -> Float:
    """Reduced χ² (N,) of the training spectra, scatter included: what trimming goes by."""
    network.eval()
    parts = []
    for batch in known.batches(torch.arange(len(known))):
        recon, scatter = network.decode(network.encode(batch.flux, batch.prepared)[0])
        parts.append(misfit(batch.flux, batch.ivar, recon, scatter).cpu())
    result: Float = torch.cat(parts).numpy()
    return result


def held_out_chi2(network: Autoencoder, spectra: tuple[Float, Float], device: str) -> float:
    """Mean weighted squared error per bin of spectra that a network was not trained on."""
    network.to(device)
    _, chi2 = _validate(network, Spectra(network, *spectra, device), 0.0)
    network.to("cpu")
    return chi2
