"""A decoder that repeats a network's steps without torch, as an exported one has to."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import erf


def _conv(x, weight, bias, padding):
    """x (C, N), weight (O, C, K) -> (O, N + 2 padding - K + 1): what torch calls a convolution."""
    padded = np.pad(x, ((0, 0), (padding, padding)))
    windows = sliding_window_view(padded, weight.shape[2], axis=1)
    return np.einsum("cnk,ock->on", windows, weight) + bias[:, None]


def _conv_transpose(x, weight, bias, stride, padding):
    """Every input value adds its kernel, `stride` apart; `padding` values are cut at both ends."""
    n_out, size = weight.shape[1:]
    whole = np.zeros((n_out, (x.shape[1] - 1) * stride + size))
    for i in range(x.shape[1]):
        whole[:, i * stride : i * stride + size] += np.einsum("c,cok->ok", x[:, i], weight)
    return whole[:, padding : whole.shape[1] - padding] + bias[:, None]


def _whole(settings):
    """Settings that count: all but a slope."""
    return {name: int(value) for name, value in settings.items()}


_STEPS = {
    "linear": lambda x, a, _: a["weight"] @ x + a["bias"],
    "relu": lambda x, _a, _s: np.maximum(x, 0),
    "silu": lambda x, _a, _s: x / (1 + np.exp(-x)),
    "leaky_relu": lambda x, _, s: np.where(x > 0, x, s["slope"] * x),
    "gelu": lambda x, _a, _s: 0.5 * x * (1 + erf(x / np.sqrt(2))),
    "channels": lambda x, _, s: x.reshape(int(s["channels"]), -1),
    "conv": lambda x, a, s: _conv(x, **a, **_whole(s)),
    "conv_transpose": lambda x, a, s: _conv_transpose(x, **a, **_whole(s)),
    "upsample": lambda x, _, s: np.repeat(x, int(s["factor"]), axis=1),
    "crop": lambda x, _, s: x.ravel()[int(s["start"]) : int(s["start"]) + int(s["length"])],
    "scale": lambda x, a, _: a["weight"] * x + a["bias"],
}


def apply(step, x):
    """One step, as `Step` describes it."""
    arrays = {name: array.astype(np.float64) for name, array in step.arrays.items()}
    return _STEPS[step.kind](x, arrays, step.settings)


def decode(chains, latent):
    """The sum of all chains, each from the latent (D,) to (L,)."""
    total = 0.0
    for chain in chains:
        x = latent.astype(np.float64)
        for step in chain:
            x = apply(step, x)
        total = total + x
    return total
