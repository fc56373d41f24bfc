"""A linear model of spectra that a small network corrects: the default.

A variational autoencoder that begins as weighted principal components. The decoder is the mean, D
components and the output of a small network whose last layer begins at zero; the latent mean is the
weighted least-squares coefficient plus a correction that begins at zero. So it is never worse than
the linear model, needs no thousands of spectra to get there, and masked bins cannot move its
latents, since their weight in the least squares is zero. The form is that of residual learning (He
et al. 2016); the likelihood and the Kullback-Leibler term are those of Nicolaou et al. (2025).
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from catalog.basis import Basis
from catalog.model.networks import Autoencoder, Network, Shape, Step
from catalog.model.networks._steps import linear_step, steps

LOG_VARIANCE_START = -4.0
"""Of q(z|x), in units of the components' variances; training finds the right one in an epoch."""
RIDGE = 1e-2
"""Weight of the prior on a coefficient, against its own variance; see `Basis.coefficients`."""


def _hidden(sizes: tuple[int, ...], dropout: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.SiLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers)


def _silent(n_in: int, n_out: int) -> nn.Linear:
    """Make a layer that gives zeros until it is trained."""
    layer = nn.Linear(n_in, n_out)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class ResidualVae(Autoencoder):
    """Weighted principal components with a network's correction.

    Latents have about unit variance: coefficients are divided by their deviations. Scatter is one
    variance per bin, the same for all spectra, which a network cannot inflate for a single one.
    """

    mean: Tensor
    frozen: Tensor
    frozen_scatter: Tensor
    deviation: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.unit = shape.n_bins**0.5
        n_bins, n_latent = shape.n_bins, shape.n_latent
        self.register_buffer("mean", torch.zeros(n_bins))
        self.register_buffer("frozen", torch.eye(n_latent, n_bins))
        self.register_buffer("frozen_scatter", torch.full((n_bins,), 1e-4 / n_bins))
        self.register_buffer("deviation", torch.ones(n_latent))
        self.components = nn.Parameter(torch.eye(n_latent, n_bins))
        self.log_scatter = nn.Parameter(torch.zeros(n_bins))
        self.latent_log_variance = nn.Parameter(torch.full((n_latent,), LOG_VARIANCE_START))
        outer, inner = (n_bins, *shape.hidden), (n_latent, *reversed(shape.hidden))
        self.encoder = _hidden(outer, shape.dropout)
        self.to_latent = _silent(outer[-1], 2 * n_latent)
        self.decoder = _hidden(inner, shape.dropout)
        self.to_flux = _silent(inner[-1], n_bins)

    @torch.no_grad()
    def begin(self, basis: Basis) -> None:
        """Become the linear model."""
        n_latent = self.shape.n_latent
        components = torch.from_numpy(basis.components[:n_latent])
        self.mean.copy_(torch.from_numpy(basis.mean))
        self.frozen.copy_(components)
        self.frozen_scatter.copy_(torch.from_numpy(basis.scatter))
        variances = torch.from_numpy(basis.variances[:n_latent])
        self.deviation.copy_(variances.clamp_min(1e-12).sqrt())
        self.components.copy_(components * self.deviation[:, None])
        self.log_scatter.copy_(torch.from_numpy(basis.scatter).log())

    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:
        """Weighted least-squares coefficients (B, D), each divided by its deviation."""
        weight = ivar / (1.0 + ivar * self.frozen_scatter)
        n_latent = self.shape.n_latent
        pairs = (self.frozen[:, None] * self.frozen[None]).reshape(n_latent**2, -1)
        normal = (weight @ pairs.T).reshape(-1, n_latent, n_latent)
        normal = normal + torch.diag(RIDGE / self.deviation.square())
        right = (weight * (flux - self.mean)) @ self.frozen.T
        solved: Tensor = torch.linalg.solve(normal, right)
        return solved / self.deviation

    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""
        out = self.to_latent(self.encoder((flux - self.mean) * self.unit))
        shift, log_variance = out.chunk(2, dim=1)
        return prepared + shift, (self.latent_log_variance + log_variance).clamp(-14.0, 4.0)

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


NETWORK = Network(
    name="residual_vae",
    source="principal components (Bailey 2012) with a residual network, trained as the variational "
    "autoencoder of Nicolaou et al. 2025, arXiv:2506.17376",
    build=ResidualVae,
    linear=True,
)
