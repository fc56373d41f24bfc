"""Self-attention over patches of a spectrum, which correct a linear model: for stellar spectra.

The autoencoder of the MaStar paper (Suzuki 2026, arXiv:2603.03734): every patch of a spectrum
attends to all others (Vaswani et al. 2017), and the latents are read off what they find. As the
default network it begins as weighted principal components: what attention adds to the latents, and
what the decoder adds to the spectrum, begins at zero, so that a few hundred spectra are enough.
Masked bins are zeros with a flag that says so, and cannot move the latents.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, scaled_dot_product_attention

from catalog.errors import ModelError
from catalog.model.networks import Attentive, Network, Shape
from catalog.model.networks._linear import Corrected, silent

POSITION_START = 0.02
"""Deviation of the positions' first values, as in vision transformers (Dosovitskiy et al. 2021)."""


class _Block(nn.Module):
    """Self-attention and a small network, each added to what came in after normalisation."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.asked = nn.Linear(width, 3 * width)
        self.told = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.feed = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def queries(self, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give queries, keys and values of tokens (B, T, W), each (B, heads, T, W / heads)."""
        asked = self.asked(self.before(tokens)).unflatten(2, (3, self.heads, -1))
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        return query, key, value

    def weights(self, tokens: Tensor) -> Tensor:
        """Mean over heads of the attention weights of tokens (B, T, W), (B, T, T)."""
        query, key, _ = self.queries(tokens)
        whole: Tensor = (query @ key.mT / query.shape[-1] ** 0.5).softmax(dim=-1)
        return whole.mean(dim=1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens (B, T, W) -> (B, T, W)."""
        found = scaled_dot_product_attention(*self.queries(tokens))
        tokens = tokens + self.dropout(self.told(found.transpose(1, 2).flatten(2)))
        mixed: Tensor = tokens + self.dropout(self.feed(self.between(tokens)))
        return mixed


class _Encoder(nn.Module):
    """Spectra with flags (B, 2, L) -> features (B, T W)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.patch, self.width = shape.patch, shape.hidden[0]
        self.n_tokens = -(-shape.n_bins // shape.patch)
        self.embed = nn.Linear(2 * shape.patch, self.width)
        start = POSITION_START * torch.randn(self.n_tokens, self.width)
        self.position = nn.Parameter(start)
        made = [_Block(self.width, shape.heads, shape.dropout) for _ in shape.hidden]
        self.first, self.blocks = made[0], nn.ModuleList(made[1:])
        self.after = nn.LayerNorm(self.width)

    def tokens(self, channels: Tensor) -> Tensor:
        """Patches of spectra (B, 2, L) as tokens (B, T, W); the last is filled up with zeros."""
        missing = self.n_tokens * self.patch - channels.shape[2]
        patches = pad(channels, (0, missing)).reshape(-1, 2, self.n_tokens, self.patch)
        embedded: Tensor = self.embed(patches.transpose(1, 2).flatten(2)) + self.position
        return embedded

    def looking(self, channels: Tensor) -> Tensor:
        """Weights (B, T, T) of the first block, whose tokens are patches and not yet mixtures."""
        weights: Tensor = self.first.weights(self.tokens(channels))
        return weights

    def forward(self, channels: Tensor) -> Tensor:
        """Spectra with flags (B, 2, L) -> features (B, T W)."""
        tokens = self.first(self.tokens(channels))
        for block in self.blocks:
            tokens = block(tokens)
        features: Tensor = self.after(tokens)
        return features.flatten(1)


class AttentionAe(Corrected, Attentive):
    """Weighted principal components that attention between patches corrects."""

    encoder: _Encoder

    def __init__(self, shape: Shape) -> None:
        if shape.hidden[0] % shape.heads:
            raise _uneven(shape)
        encoder = _Encoder(shape)
        n_features = encoder.n_tokens * encoder.width
        super().__init__(shape, encoder, silent(n_features, 2 * shape.n_latent))

    def prepare(self, flux: Tensor, ivar: Tensor) -> Tensor:
        """Least-squares coefficients and the flag of each bin that is valid, (B, D + L)."""
        straight = self.coefficients(flux, ivar, self.normal(ivar))
        return torch.cat([straight, (ivar > 0).to(flux.dtype)], dim=1)

    def encode(self, flux: Tensor, prepared: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, D), for flux (B, L) of unit norm."""
        straight = prepared[:, : self.shape.n_latent]
        return self.corrected(straight, self.encoder(self._channels(flux, prepared)))

    def attention(self, flux: Tensor, prepared: Tensor) -> Tensor:
        """Weights (B, T, T) with which each patch (row) attends to all; each row sums to 1."""
        return self.encoder.looking(self._channels(flux, prepared))

    def _channels(self, flux: Tensor, prepared: Tensor) -> Tensor:
        """Flux about the mean, in units of a spectrum's rms, and the flags, (B, 2, L)."""
        valid = prepared[:, self.shape.n_latent :]
        return torch.stack([(flux - self.mean) * self.unit * valid, valid], dim=1)


def _uneven(shape: Shape) -> ModelError:
    return ModelError(
        "the network cannot be built",
        where="model.heads",
        wanted="heads that divide the first of model.hidden, the width of a token",
        found=f"model.heads = {shape.heads}, model.hidden = {list(shape.hidden)}",
        todo="change one of them in the recipe",
    )


NETWORK = Network(
    name="attention_ae",
    source="self-attention between patches (Suzuki 2026, arXiv:2603.03734; Vaswani et al. 2017) "
    "that corrects principal components (Bailey 2012)",
    build=AttentionAe,
    linear=True,
)
