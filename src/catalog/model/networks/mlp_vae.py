"""The paper's variational autoencoder: fully connected, 1000-800-600-500-300-10 and back.

Nicolaou et al. (2025), arXiv:2506.17376, section 3: ReLU after hidden layers, linear outputs,
dropout in encoder and decoder, Gaussian latent and Gaussian output with mean and variance.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from catalog.basis import Basis
from catalog.model.networks import Autoencoder, Network, Shape, Step
from catalog.model.networks._steps import linear_step, steps

LOG_VARIANCE_RANGE = (-12.0, 4.0)
"""In units of the mean square of a spectrum: scatter from 0.25 % to 7 times the spectrum's rms."""
LOG_VARIANCE_START = -4.0
"""Scatter assumed before training, about 14 % of a spectrum's rms, so that no pixel's noise,
however small, can make the first steps explode."""


def _hidden(sizes: tuple[int, ...], dropout: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers)


class MlpVae(Autoencoder):
    """Fully connected variational autoencoder.

    Spectra of unit norm have bins of about 1/√L. Inside, they are multiplied by √L and centred on
    the training mean, so that the first layer meets numbers of order one whatever the grid; this is
    a choice of unit and leaves the paper's model as it is.
    """

    mean: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.unit = shape.n_bins**0.5
        outer, inner = (shape.n_bins, *shape.hidden), (*reversed(shape.hidden),)
        self.encoder = _hidden(outer, shape.dropout)
        self.to_latent = nn.Linear(outer[-1], 2 * shape.n_latent)
        self.decoder = _hidden((shape.n_latent, *inner), shape.dropout)
        self.to_flux = nn.Linear((shape.n_latent, *inner)[-1], 2 * shape.n_bins)
        self.register_buffer("mean", torch.zeros(shape.n_bins))
        with torch.no_grad():
            self.to_flux.bias[shape.n_bins :].fill_(LOG_VARIANCE_START)
            self.to_flux.weight[shape.n_bins :].mul_(0.1)

    def begin(self, basis: Basis) -> None:
        """Centre on the mean spectrum."""
        self.mean.copy_(torch.from_numpy(basis.mean))

    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:  # noqa: ARG002 - the contract's
        """Give nothing, (B, 0): the paper's encoder sees the flux alone."""
        return flux.new_empty(len(flux), 0)

    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:  # noqa: ARG002
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""
        hidden = self.encoder((flux - self.mean) * self.unit)
        mean, log_variance = self.to_latent(hidden).chunk(2, dim=1)
        return mean, log_variance.clamp(-14.0, 6.0)

    def decode(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction of unit-norm flux and log variance of its scatter, each (B, L)."""
        out, log_variance = self.to_flux(self.decoder(latent)).chunk(2, dim=1)
        offset = 2 * torch.log(torch.tensor(self.unit))
        bounded = log_variance.clamp(*LOG_VARIANCE_RANGE) - offset
        return out / self.unit + self.mean, bounded

    def decoding(self) -> tuple[tuple[Step, ...], ...]:
        """Give one chain: the decoder's layers, the flux half of the last one, and the mean."""
        n_bins = self.shape.n_bins
        weight, bias = self.to_flux.weight[:n_bins], self.to_flux.bias[:n_bins]
        return (
            (*steps(self.decoder), linear_step(weight / self.unit, bias / self.unit + self.mean)),
        )


NETWORK = Network(
    name="mlp_vae",
    source="Nicolaou et al. 2025, arXiv:2506.17376, section 3",
    build=MlpVae,
)
