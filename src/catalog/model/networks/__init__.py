"""Networks. One per file; each defines one `NETWORK`, and the recipe names it in `model.kind`."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

import torch
from torch import Tensor, nn

from catalog.basis import Basis
from catalog.spectra import Float


@dataclass(frozen=True)
class Shape:
    """What a network is built from: sizes only, no training settings.

    `variational` is false for a plain autoencoder, whose latents are points. `patch` (bins per
    token) and `heads` are of networks with attention.
    """

    n_bins: int
    n_latent: int
    hidden: tuple[int, ...]
    dropout: float
    variational: bool = True
    patch: int = 32
    heads: int = 4

    def as_json(self) -> dict[str, object]:
        """For the model card."""
        return asdict(self)


@dataclass(frozen=True)
class Step:
    """One step of a decoder, as anything that can multiply may repeat it.

    kind : `linear` (weight (out, in), bias (out,)); `relu`; `silu`; `leaky_relu` (setting `slope`);
    `gelu` (exact, by the error function); `channels` (setting `channels`: a vector becomes so many
    rows); `conv` (weight (out, in, k), bias; setting `padding`); `conv_transpose` (weight
    (in, out, k), bias; settings `stride`, `padding`); `upsample` (setting `factor`, each value
    repeated); `crop` (settings `start`, `length`; also flattens); `scale` (weight (L,), bias (L,)).
    """

    kind: str
    arrays: Mapping[str, Float] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)


class Autoencoder(nn.Module, ABC):
    """What every network can do. B spectra, L bins, D latent dimensions.

    One body serves the variational and the plain autoencoder: the latter takes the mean of q(z|x)
    for the latent, and leaves its variance alone.
    """

    shape: Shape

    @abstractmethod
    def begin(self, basis: Basis) -> None:
        """Take what the network wants of a linear model of the training spectra, before training.

        The basis has at least D components if the network's `Network` says that it is linear.
        """

    @abstractmethod
    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:
        """Give what `encode` needs of spectra (B, L) and training leaves alone, (B, P)."""

    @abstractmethod
    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""

    @abstractmethod
    def decode(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction of unit-norm flux and log variance of its scatter, each (B, L)."""

    @abstractmethod
    def decoding(self) -> tuple[tuple[Step, ...], ...]:
        """Tell how `decode` makes the reconstruction, for decoders outside torch.

        Chains of steps, each from the latent (D,) to (L,); the reconstruction is their sum.
        """

    def posterior(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation of q(z|x), each (B, D); a plain autoencoder's deviations are 0."""
        mean, log_variance = self.encode(flux, prepared)
        if self.shape.variational:
            return mean, (0.5 * log_variance).exp()
        return mean, torch.zeros_like(mean)


class Attentive(Autoencoder):
    """An autoencoder that can tell where it looks. T tokens, each a patch of bins."""

    @abstractmethod
    def attention(self, flux: Tensor, prepared: Tensor) -> Tensor:
        """Weights (B, T, T) with which each token (row) attends to all; each row sums to 1.

        The mean over heads, of the first layer: later layers attend to what is mixed already.
        """


@dataclass(frozen=True)
class Network:
    """A kind of network: its name, where it comes from, and how it is built.

    `linear` says that it begins from principal components, and needs as many as it has latents.
    """

    name: str
    source: str
    build: Callable[[Shape], Autoencoder]
    linear: bool = False
