"""Weighted principal components through the door of the autoencoders: nothing is trained.

What every network here has to beat. The latents are the coefficients of the linear model of the
training spectra; their deviations are those of its posterior, with a standard normal prior.
"""

import torch
from torch import Tensor

from catalog.model.networks import Network, Step
from catalog.model.networks._linear import Linear
from catalog.model.networks._steps import linear_step


class Pca(Linear):
    """Mean, D components and scatter; `begin` is all that it learns."""

    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:
        """Latent means and log variances side by side, (B, 2 D)."""
        normal = self.normal(ivar)
        prior = torch.eye(self.shape.n_latent, device=ivar.device)
        scale = self.deviation[:, None] * self.deviation
        covariance = torch.linalg.inv(normal * scale + prior)
        variance = torch.diagonal(covariance, dim1=1, dim2=2).clamp_min(1e-12)
        return torch.cat([self.coefficients(flux, ivar, normal), variance.log()], dim=1)

    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:  # noqa: ARG002
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""
        mean, log_variance = prepared.chunk(2, dim=1)
        return mean, log_variance

    def decode(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction of unit-norm flux and log variance of its scatter, each (B, L)."""
        recon = self.mean + (latent * self.deviation) @ self.frozen
        return recon, self.frozen_scatter.log().expand_as(recon)

    def decoding(self) -> tuple[tuple[Step, ...], ...]:
        """Give one chain of one step."""
        return ((linear_step((self.frozen * self.deviation[:, None]).T, self.mean),),)


NETWORK = Network(
    name="pca",
    source="weighted principal components (Bailey 2012, PASP 124, 1015)",
    build=Pca,
    linear=True,
)
