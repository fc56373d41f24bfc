"""torch layers as steps of a decoder that need no torch."""

from collections.abc import Callable, Iterable

from torch import Tensor, nn

from catalog.model.networks import Step
from catalog.spectra import Float


def numbers(tensor: Tensor) -> Float:
    """Give a tensor's numbers, single precision."""
    array: Float = tensor.detach().float().cpu().numpy()
    return array


def _kernel(weight: Tensor, bias: Tensor) -> dict[str, Float]:
    return {"weight": numbers(weight), "bias": numbers(bias)}


def linear_step(weight: Tensor, bias: Tensor) -> Step:
    """Give the step x -> weight x + bias."""
    return Step("linear", _kernel(weight, bias))


_KNOWN: dict[type[nn.Module], Callable[..., Step]] = {
    nn.Linear: lambda layer: linear_step(layer.weight, layer.bias),
    nn.ReLU: lambda _: Step("relu"),
    nn.SiLU: lambda _: Step("silu"),
    nn.GELU: lambda _: Step("gelu"),
    nn.LeakyReLU: lambda layer: Step("leaky_relu", settings={"slope": layer.negative_slope}),
    nn.Conv1d: lambda layer: Step(
        "conv", _kernel(layer.weight, layer.bias), {"padding": layer.padding[0]}
    ),
    nn.ConvTranspose1d: lambda layer: Step(
        "conv_transpose",
        _kernel(layer.weight, layer.bias),
        {"stride": layer.stride[0], "padding": layer.padding[0]},
    ),
}


def steps(layers: Iterable[nn.Module]) -> tuple[Step, ...]:
    """Give the steps of layers in a row; dropout is none, once a network is trained."""
    return tuple(
        _KNOWN[type(layer)](layer) for layer in layers if not isinstance(layer, nn.Dropout)
    )
