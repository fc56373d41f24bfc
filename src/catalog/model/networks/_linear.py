"""What networks that begin as weighted principal components share."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from catalog.basis import Basis
from catalog.model.networks import Autoencoder, Shape, Step
from catalog.model.networks._steps import linear_step, steps

RIDGE = 1e-2
"""Weight of the prior on a coefficient, against its own variance; see `Basis.coefficients`."""
LOG_VARIANCE_START = -4.0
"""Of q(z|x), in units of the components' variances; training finds the right one in an epoch."""


class Linear(Autoencoder):
    """Mean, D components and scatter of spectra, as the basis has them.

    Latents have about unit variance: coefficients are divided by their deviations. Masked bins
    weigh nothing in the least squares, and cannot move them.
    """

    mean: Tensor
    frozen: Tensor
    frozen_scatter: Tensor
    deviation: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.unit = shape.n_bins**0.5
        self.register_buffer("mean", torch.zeros(shape.n_bins))
        self.register_buffer("frozen", torch.eye(shape.n_latent, shape.n_bins))
        self.register_buffer("frozen_scatter", torch.full((shape.n_bins,), 1e-4 / shape.n_bins))
        self.register_buffer("deviation", torch.ones(shape.n_latent))

    @torch.no_grad()
    def begin(self, basis: Basis) -> None:
        """Become the linear model."""
        n_latent = self.shape.n_latent
        self.mean.copy_(torch.from_numpy(basis.mean))
        self.frozen.copy_(torch.from_numpy(basis.components[:n_latent]))
        self.frozen_scatter.copy_(torch.from_numpy(basis.scatter))
        variances = torch.from_numpy(basis.variances[:n_latent])
        self.deviation.copy_(variances.clamp_min(1e-12).sqrt())

    def normal(self, ivar: Tensor) -> Tensor:
        """Inverse covariance (B, D, D) of the coefficients of spectra with ivar (B, L)."""
        n_latent = self.shape.n_latent
        pairs = (self.frozen[:, None] * self.frozen[None]).reshape(n_latent**2, -1)
        return (self._weight(ivar) @ pairs.T).reshape(-1, n_latent, n_latent)

    def coefficients(self, flux: Tensor, ivar: Tensor, normal: Tensor) -> Tensor:
        """Weighted least-squares coefficients (B, D), each divided by its deviation."""
        right = (self._weight(ivar) * (flux - self.mean)) @ self.frozen.T
        ridge = torch.diag(RIDGE / self.deviation.square())
        solved: Tensor = torch.linalg.solve(normal + ridge, right)
        return solved / self.deviation

    def _weight(self, ivar: Tensor) -> Tensor:
        return ivar / (1.0 + ivar * self.frozen_scatter)


class Corrected(Linear):
    """A linear model with a network's correction of its latents, and another of its spectra.

    Scatter is one variance per bin, the same for all spectra, which a network cannot inflate for a
    single one.

    Parameters
    ----------
    encoder, to_latent : nn.Module
        What a subclass encodes with; `to_latent` gives (B, 2 D) and begins at zero.
    """

    def __init__(self, shape: Shape, encoder: nn.Module, to_latent: nn.Linear) -> None:
        super().__init__(shape)
        n_bins, n_latent = shape.n_bins, shape.n_latent
        self.components = nn.Parameter(torch.eye(n_latent, n_bins))
        self.log_scatter = nn.Parameter(torch.zeros(n_bins))
        self.latent_log_variance = nn.Parameter(torch.full((n_latent,), LOG_VARIANCE_START))
        self.encoder = encoder
        self.to_latent = to_latent
        inner = (n_latent, *reversed(shape.hidden))
        self.decoder = hidden(inner, shape.dropout)
        self.to_flux = silent(inner[-1], n_bins)

    @torch.no_grad()
    def begin(self, basis: Basis) -> None:
        """Become the linear model."""
        super().begin(basis)
        self.components.copy_(self.frozen * self.deviation[:, None])
        self.log_scatter.copy_(self.frozen_scatter.log())

    def corrected(self, coefficients: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, D), from what the encoder found."""
        shift, log_variance = self.to_latent(features).chunk(2, dim=1)
        return coefficients + shift, (self.latent_log_variance + log_variance).clamp(-14.0, 4.0)

    def decode(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction of unit-norm flux and log variance of its scatter, each (B, L)."""
        correction = self.to_flux(self.decoder(latent)) / self.unit
        recon = self.mean + latent @ self.components + correction
        return recon, self.log_scatter.expand_as(recon)

    def decoding(self) -> tuple[tuple[Step, ...], ...]:
        """Give two chains: the linear model, and the network's correction."""
        straight = linear_step(self.components.T, self.mean)
        last = linear_step(self.to_flux.weight / self.unit, self.to_flux.bias / self.unit)
        return (straight,), (*steps(self.decoder), last)


def hidden(sizes: tuple[int, ...], dropout: float) -> nn.Sequential:
    """Make layers of these widths, the first of them the input's."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.SiLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers)


def silent(n_in: int, n_out: int) -> nn.Linear:
    """Make a layer that gives zeros until it is trained."""
    layer = nn.Linear(n_in, n_out)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer
