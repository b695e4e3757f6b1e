"""Weights, outputs and connections of a network, under each accepted convention (question 4.3).

What counts as a weight, an output (unit) or a connection is the lecture's definition for convolutions:

* a convolution has k^2 C_in C_out weights, and each of its outputs has k^2 C_in connections, those to the
  padding included, so that every output has as many;
* a transposed convolution is one run backwards: k^2 C_out connections for each of its inputs;
* max pooling over m x m has m^2 connections for each output; an upsampled pixel copies one input (some count
  the whole 2 x 2 square that it fills, so 4); BatchNorm and ReLU connect each output to one input.

The handout says to ignore biases and BatchNorm but accepts answers that do not, and is silent on pooling,
upsampling and ReLU. A `Convention` says what a right answer included. The numbers come from `layers`.
"""

from dataclasses import dataclass

import sympy

from reference.colourization import PoolUpsampleNet
from reference.layers import NC, NF, NIC, H, Kind, Layer, Network, W, k, layers

__all__ = [
    "NC",
    "NF",
    "NIC",
    "Convention",
    "H",
    "UnknownQuantityError",
    "W",
    "conventions",
    "counts",
    "doubled",
    "for_input",
    "k",
]

_CONV = frozenset({Kind.CONV, Kind.CONV_TRANSPOSE})
_RESAMPLING = frozenset({Kind.POOL, Kind.UPSAMPLE})
_NORM = frozenset({Kind.BATCH_NORM})
_RELU = frozenset({Kind.RELU})


@dataclass(frozen=True, slots=True)
class Convention:
    """Which layers and terms an answer counts; `name` says it in a few words.

    `biases` adds the convolutions' biases to the weights; `upsample_inputs` is the number of connections
    of one upsampled pixel.
    """

    name: str
    layers: frozenset[Kind] = _CONV
    biases: bool = False
    upsample_inputs: int = 1


class UnknownQuantityError(ValueError):
    """A quantity other than weights, outputs and connections was asked for."""

    def __init__(self, quantity: str) -> None:
        super().__init__(f"There is no count of {quantity!r}; ask for 'weights', 'outputs' or 'connections'.")


def conventions(quantity: str) -> tuple[Convention, ...]:
    """The conventions under which an answer for `quantity` is right, the one that the handout asks for first.

    Raises `UnknownQuantityError`.
    """
    conv = Convention("convolutions only")
    resampling = Convention("with pooling and upsampling", _CONV | _RESAMPLING)
    normed = Convention("with pooling, upsampling and BatchNorm", _CONV | _RESAMPLING | _NORM)
    everything = Convention(
        "with pooling, upsampling, BatchNorm and ReLU", _CONV | _RESAMPLING | _NORM | _RELU
    )
    match quantity:
        case "weights":
            return (
                conv,
                Convention("with biases", biases=True),
                Convention("with BatchNorm", _CONV | _NORM),
                Convention("with biases and BatchNorm", _CONV | _NORM, biases=True),
            )
        case "outputs":
            return (conv, resampling, normed, everything)
        case "connections":
            once = (resampling, normed, everything)
            return (conv, *once, *(_upsampling_from_four(convention) for convention in once))
    raise UnknownQuantityError(quantity)


def _upsampling_from_four(convention: Convention) -> Convention:
    name = f"{convention.name}, four connections for each upsampled output"
    return Convention(name, convention.layers, upsample_inputs=4)


def counts(quantity: str, convention: Convention, network: Network = PoolUpsampleNet) -> sympy.Expr:
    """The number of weights, outputs or connections of a network class, in NIC, NF, NC, k, H and W.

    Weights are a polynomial in NIC, NF, NC and k; outputs and connections are H W times one. Raises
    `UnknownQuantityError`, and `UnreadableNetworkError` for a network unlike those of figure 4.
    """
    match quantity:
        case "weights":
            count = _weights
        case "outputs":
            count = _outputs
        case "connections":
            count = _connections
        case _:
            raise UnknownQuantityError(quantity)
    counted = (layer for layer in layers(network) if layer.kind in convention.layers)
    total = sympy.expand(sum(count(layer, convention) for layer in counted))
    return sympy.collect(total, k)


def for_input(expression: sympy.Expr, height: int = 32, width: int = 32) -> sympy.Expr:
    """A count for images of one size, by default the course's 32 x 32, in NIC, NF, NC and k."""
    return expression.subs({H: height, W: width})


def doubled(expression: sympy.Expr) -> sympy.Expr:
    """A count with the input's height and width doubled."""
    return expression.subs({H: 2 * H, W: 2 * W}, simultaneous=True)


def _weights(layer: Layer, convention: Convention) -> sympy.Expr:
    channels_in, channels_out = layer.inputs.channels, layer.outputs.channels
    match layer.kind:
        case Kind.CONV | Kind.CONV_TRANSPOSE:
            biases = channels_out if convention.biases else 0
            return layer.window**2 * channels_in * channels_out + biases
        case Kind.BATCH_NORM:
            return 2 * channels_out
        case _:
            return sympy.Integer(0)


def _outputs(layer: Layer, convention: Convention) -> sympy.Expr:
    return layer.outputs.units


def _connections(layer: Layer, convention: Convention) -> sympy.Expr:
    match layer.kind:
        case Kind.CONV:
            return layer.outputs.units * layer.window**2 * layer.inputs.channels
        case Kind.CONV_TRANSPOSE:
            return layer.inputs.units * layer.window**2 * layer.outputs.channels
        case Kind.POOL:
            return layer.outputs.units * layer.window**2
        case Kind.UPSAMPLE:
            return layer.outputs.units * convention.upsample_inputs
        case Kind.BATCH_NORM | Kind.RELU:
            return layer.outputs.units
