"""Networks. One per file; each defines one `NETWORK`, and the recipe names it in `model.kind`."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass

from torch import Tensor, nn

from catalog.basis import Basis


@dataclass(frozen=True)
class Shape:
    """What a network is built from: sizes only, no training settings."""

    n_bins: int
    n_latent: int
    hidden: tuple[int, ...]
    dropout: float

    def as_json(self) -> dict[str, object]:
        """For the model card."""
        return asdict(self)


class Autoencoder(nn.Module, ABC):
    """What every network can do. B spectra, L bins, D latent dimensions."""

    shape: Shape

    @abstractmethod
    def begin(self, basis: Basis) -> None:
        """Take what the network wants of a linear model of the training spectra, before training.

        The basis has at least D components.
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


@dataclass(frozen=True)
class Network:
    """A kind of network: its name, where it comes from, and how it is built."""

    name: str
    source: str
    build: Callable[[Shape], Autoencoder]
