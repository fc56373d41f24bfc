"""A convolutional autoencoder of spectra at the instrument's own resolution, 300,000 bins or more.

The body is that of the HARPS paper (Sedaghat et al. 2021, MNRAS 501, 6026, section 3, and their
code): convolutions that halve the length again and again, a latent space, and transposed
convolutions back, the same for the variational and the plain autoencoder. What differs: what is
encoded and drawn is the deviation from the mean spectrum; a flag tells the encoder which bins are
masked, and none of what they hold reaches it; and beside the convolutions runs a path of few
principal components, whose coefficients a small network reads and writes. That path knows every
bin's own wavelength, which a convolution does not, so that training takes minutes, not days.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from catalog.basis import Basis
from catalog.model.networks import Autoencoder, Network, Shape, Step
from catalog.model.networks._steps import linear_step, numbers, steps

SLOPE = 0.1
"""Of the leaky rectifiers below zero, as in the paper's code."""
KERNELS = (7, 5, 5)
"""Widths of the first convolutions, as there; the others are 3 wide."""
INNERMOST = 20
"""Bins that are left at the latent space, about: 327,680 bins are halved 14 times, as there."""
RANK = 10
"""Principal components beside the convolutions: as many as a basis has for any network."""
WIDTH = 512
"""Of the small networks between latents and components. With 128, spectra of three factors take a
fourth dimension for lines that move by more than their width; see `simulate/high_resolution.py`."""
LOG_VARIANCE_START = -4.0
"""Of q(z|x): latents that begin as noise alone teach the decoder nothing."""
RIDGE = 1e-2
"""Weight of the prior on a coefficient, against its own variance; see `Basis.coefficients`."""


def n_halvings(n_bins: int) -> int:
    """Count the convolutions of stride 2 that leave about `INNERMOST` bins."""
    return max(1, round(math.log2(n_bins / INNERMOST)))


def channels(hidden: tuple[int, ...], n_layers: int) -> tuple[int, ...]:
    """Channels of every layer, outermost first: the recipe's, each for its share of the layers."""
    return tuple(hidden[i * len(hidden) // n_layers] for i in range(n_layers))


def _rectifier() -> nn.LeakyReLU:
    return nn.LeakyReLU(SLOPE)


def _halving(widths: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for i, (n_in, n_out) in enumerate(pairwise((2, *widths))):
        size = KERNELS[i] if i < len(KERNELS) else 3
        layers += [nn.Conv1d(n_in, n_out, size, stride=2, padding=size // 2), _rectifier()]
    return nn.Sequential(*layers, nn.Flatten())


def _doubling(widths: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    inward = (*reversed(widths), widths[0])
    for n_in, n_out in pairwise(inward):
        layers += [nn.ConvTranspose1d(n_in, n_out, 4, stride=2, padding=1), _rectifier()]
    return nn.Sequential(*layers, _silent_convolution(widths[0]))


def _silent_convolution(n_in: int) -> nn.Conv1d:
    """Make the layer that draws: nothing, until it is trained."""
    bias = nn.Parameter(torch.zeros(1))
    layer = nn.Conv1d(n_in, 1, 3, padding=1)
    nn.init.zeros_(layer.weight)
    layer.bias = bias
    return layer


def _between(n_in: int, n_out: int, taken: slice, dropout: float) -> nn.Sequential:
    """Make a small network that begins by giving the taken inputs as its first outputs.

    A number is silu(x) - silu(-x), exactly; what the other hidden units add begins at zero. They
    are smooth, as coefficients are in what moves a line.
    """
    first, last = nn.Linear(n_in, WIDTH), nn.Linear(WIDTH, n_out)
    through = torch.eye(n_in)[taken][:n_out]
    n_through = len(through)
    with torch.no_grad():
        first.weight[: 2 * n_through] = torch.cat([through, -through])
        first.bias[: 2 * n_through] = 0.0
        last.weight.zero_()
        last.bias.zero_()
        given = torch.eye(n_out)[:, :n_through]
        last.weight[:, : 2 * n_through] = torch.cat([given, -given], dim=1)
    return nn.Sequential(first, nn.SiLU(), nn.Dropout(dropout), last)


class ConvVae(Autoencoder):
    """Strided convolutions to the latent space and back, beside a path of few components.

    Bins are padded on both sides to a multiple of the total stride, as masked ones, and cropped
    after decoding. Scatter is one variance per bin, the same for all spectra: bins in lines and in
    bands of the atmosphere are drawn worse than the continuum, and a variance per spectrum would
    let the network explain a strange one away.
    """

    mean: Tensor
    frozen: Tensor
    frozen_scatter: Tensor
    deviation: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        n_bins, n_latent = shape.n_bins, shape.n_latent
        n_layers = n_halvings(n_bins)
        stride = 2**n_layers
        self.innermost = -(-n_bins // stride)
        self.start = (self.innermost * stride - n_bins) // 2
        self.end = self.innermost * stride - n_bins - self.start
        self.register_buffer("mean", torch.zeros(n_bins))
        self.register_buffer("frozen", torch.zeros(RANK, n_bins))
        self.register_buffer("frozen_scatter", torch.full((n_bins,), 1e-4 / n_bins))
        self.register_buffer("deviation", torch.ones(RANK))
        widths = channels(shape.hidden, n_layers)
        self.halving = _halving(widths)
        self.n_channels = widths[-1]
        n_inner = self.n_channels * self.innermost
        n_through = min(RANK, n_latent)
        read = slice(n_inner, n_inner + n_through)
        self.to_latent = _between(n_inner + RANK, 2 * n_latent, read, shape.dropout)
        self.to_coefficients = _between(n_latent, RANK, slice(n_through), shape.dropout)
        self.from_latent = nn.Sequential(nn.Linear(n_latent, n_inner), _rectifier())
        self.doubling = _doubling(widths)
        self.log_scatter = nn.Parameter(torch.zeros(n_bins))
        self.latent_log_variance = nn.Parameter(torch.full((n_latent,), LOG_VARIANCE_START))

    @torch.no_grad()
    def begin(self, basis: Basis) -> None:
        """Take the mean, the first components and the scatter."""
        n_known = min(RANK, len(basis.components))
        variances = torch.from_numpy(basis.variances[:n_known])
        self.mean.copy_(torch.from_numpy(basis.mean))
        self.frozen[:n_known].copy_(torch.from_numpy(basis.components[:n_known]))
        self.frozen_scatter.copy_(torch.from_numpy(basis.scatter))
        self.deviation[:n_known].copy_(variances.clamp_min(1e-12).sqrt())
        self.log_scatter.copy_(torch.from_numpy(basis.scatter).log())

    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:
        """Give each bin's flag and the weighted least-squares coefficients, (B, L + RANK)."""
        weight = ivar / (1.0 + ivar * self.frozen_scatter)
        normal = (weight[:, None] * self.frozen) @ self.frozen.T
        normal = normal + torch.diag(RIDGE / self.deviation.square())
        right = (weight * (flux - self.mean)) @ self.frozen.T
        solved: Tensor = torch.linalg.solve(normal, right)
        return torch.cat([(ivar > 0).to(flux.dtype), solved / self.deviation], dim=1)

    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""
        n_bins = self.shape.n_bins
        flag, coefficients = prepared[:, :n_bins], prepared[:, n_bins:]
        deviation = (flux - self.mean) / self._usual() * flag
        seen = pad(torch.stack([deviation, flag], dim=1), (self.start, self.end))
        found = torch.cat([self.halving(seen), coefficients], dim=1)
        mean, log_variance = self.to_latent(found).chunk(2, dim=1)
        return mean, (self.latent_log_variance + log_variance).clamp(-14.0, 6.0)

    def _usual(self) -> Tensor:
        """Deviation (L,) of the training spectra from their mean, bin by bin."""
        explained = (self.deviation[:, None] * self.frozen).square().sum(dim=0)
        return (explained + self.frozen_scatter).sqrt()

    def decode(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction of unit-norm flux and log variance of its scatter, each (B, L)."""
        inner = self.from_latent(latent).unflatten(1, (-1, self.innermost))
        drawn = self.doubling(inner)[:, 0, self.start : self.start + self.shape.n_bins]
        scaled = self.to_coefficients(latent) * self.deviation
        recon = self.mean + scaled @ self.frozen + drawn * self.frozen_scatter.sqrt()
        return recon, self.log_scatter.expand_as(recon)

    def decoding(self) -> tuple[tuple[Step, ...], ...]:
        """Give two chains: the components with the mean, and the convolutions."""
        straight = linear_step((self.frozen * self.deviation[:, None]).T, self.mean)
        residual = self.frozen_scatter.sqrt()
        return (
            (*steps(self.to_coefficients), straight),
            (
                *steps(self.from_latent),
                Step("channels", settings={"channels": self.n_channels}),
                *steps(self.doubling),
                Step("crop", settings={"start": self.start, "length": self.shape.n_bins}),
                Step(
                    "scale",
                    {"weight": numbers(residual), "bias": numbers(torch.zeros_like(residual))},
                ),
            ),
        )


NETWORK = Network(
    name="conv_vae",
    source="Sedaghat et al. 2021, MNRAS 501, 6026, with a path of few principal components",
    build=ConvVae,
)
