"""Spectra on their way through a network, so many at a time that memory stays bounded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from catalog.model.networks import Autoencoder
from catalog.spectra import Float

BINS = 2**20
"""Bins that pass through a network together: a thousand spectra of 1000 bins, three of 313,000.
A convolutional network's backward pass holds some 500 bytes per bin."""
TOGETHER = 1024
"""Spectra that pass together at most, however short."""
KEPT = 2**27
"""Numbers that a network prepared and that are kept, at most; more are prepared each time anew."""
RESIDENT = 2**32
"""Bytes of spectra that are moved to another device whole; more are moved batch by batch."""


def together(n_bins: int) -> int:
    """Spectra of this length that pass through a network together."""
    return max(1, min(TOGETHER, BINS // n_bins))


@dataclass(frozen=True)
class Batch:
    """Spectra on the device: flux and ivar (N, L), and what the network prepared of them (N, P).

    noise : (N, D), standard normal, that training adds to the latents; None where there is none.
    """

    flux: Tensor
    ivar: Tensor
    prepared: Tensor
    noise: Tensor | None = None

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.flux)


class Spectra:
    """Flux and ivar (N, L) where they lie, in memory or in a file, and a network to prepare them.

    They are not copied where the device is the processor, nor moved to another one if they are
    more than it should hold.
    """

    def __init__(self, network: Autoencoder, flux: Float, ivar: Float, device: str) -> None:
        self.network, self.device = network, torch.device(device)
        self.flux, self.ivar = torch.from_numpy(flux), torch.from_numpy(ivar)
        if flux.nbytes + ivar.nbytes <= RESIDENT:
            self.flux, self.ivar = self.flux.to(self.device), self.ivar.to(self.device)
        self.prepared: Tensor | None = None
        n_prepared = self.take(torch.arange(min(1, len(self)))).prepared.numel()
        if n_prepared * len(self) <= KEPT:
            parts = [batch.prepared for batch in self.batches(torch.arange(len(self)))]
            self.prepared = torch.cat(parts) if parts else None

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.flux)

    @torch.no_grad()
    def take(self, rows: Tensor) -> Batch:
        """Give some of the spectra, on the device."""
        here = rows.to(self.flux.device)
        flux, ivar = self.flux[here].to(self.device), self.ivar[here].to(self.device)
        if self.prepared is not None:
            return Batch(flux, ivar, self.prepared[rows.to(self.device)])
        return Batch(flux, ivar, self.network.prepare(flux, ivar))

    def batches(self, rows: Tensor, noise: Tensor | None = None) -> Iterator[Batch]:
        """Give spectra in the order of their rows, as many at a time as may pass together.

        noise : (number of rows, D), shared out with them.
        """
        size = together(self.flux.shape[1])
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            batch = self.take(rows[part])
            yield batch if noise is None else replace(batch, noise=noise[part])
