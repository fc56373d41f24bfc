"""A linear model of spectra that a small network corrects: the default.

A variational autoencoder that begins as weighted principal components. The decoder is the mean, D
components and the output of a small network whose last layer begins at zero; the latent mean is the
weighted least-squares coefficient plus a correction that begins at zero. So it is never worse than
the linear model, needs no thousands of spectra to get there, and masked bins cannot move its
latents, since their weight in the least squares is zero. The form is that of residual learning (He
et al. 2016); the likelihood and the Kullback-Leibler term are those of Nicolaou et al. (2025).
"""

from torch import Tensor

from catalog.model.networks import Network, Shape
from catalog.model.networks._linear import Corrected, hidden, silent


class ResidualVae(Corrected):
    """Weighted principal components with a network's correction; latents of about unit variance."""

    def __init__(self, shape: Shape) -> None:
        outer = (shape.n_bins, *shape.hidden)
        encoder = hidden(outer, shape.dropout)
        super().__init__(shape, encoder, silent(outer[-1], 2 * shape.n_latent))

    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:
        """Weighted least-squares coefficients (B, D), each divided by its deviation."""
        return self.coefficients(flux, ivar, self.normal(ivar))

    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""
        return self.corrected(prepared, self.encoder((flux - self.mean) * self.unit))


NETWORK = Network(
    name="residual_vae",
    source="principal components (Bailey 2012) with a residual network, trained as the variational "
    "autoencoder of Nicolaou et al. 2025, arXiv:2506.17376",
    build=ResidualVae,
    linear=True,
)
