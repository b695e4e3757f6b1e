"""The layers of a network with their sizes as expressions in NIC, NF, NC, k, H and W (question 4.3).

Nothing about figure 4 is written down here. A network is built at sizes chosen as markers, run once, and the
sizes that each layer met are turned back into expressions:

* channels: with NIC, NF, NC = 1, 8, 64 a channel number written in base 8 shows how many of each it has;
* heights and widths: as a fraction of the input's H and W;
* a window as large as the marker for k is k; any other is a number.

The expressions must then give the sizes of a second run at unrelated sizes, else `UnreadableNetworkError`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sympy
import torch
from torch import nn

NIC, NF, NC, k, H, W = sympy.symbols("NIC NF NC k H W")

Network = Callable[[int, int, int, int], Any]
"""A network's class, called as (kernel, num_filters, num_colours, num_in_channels) to build an nn.Module."""


class Kind(StrEnum):
    """What a layer does."""

    CONV = "Conv2d"
    CONV_TRANSPOSE = "ConvTranspose2d"
    POOL = "MaxPool2d"
    UPSAMPLE = "Upsample"
    BATCH_NORM = "BatchNorm2d"
    RELU = "ReLU"


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a feature map without the batch, as expressions."""

    channels: sympy.Expr
    height: sympy.Expr
    width: sympy.Expr

    @property
    def units(self) -> sympy.Expr:
        """The number of units: channels x height x width."""
        return self.channels * self.height * self.width


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a network; `window` is the side of its kernel or pooling window, 1 where it has none."""

    name: str
    kind: Kind
    inputs: Shape
    outputs: Shape
    window: sympy.Expr


class UnreadableNetworkError(ValueError):
    """A network has a layer of an unknown kind, or one that does not scale with NIC, NF, NC, k, H and W."""


@cache
def layers(network: Network) -> tuple[Layer, ...]:
    """The layers of a network class of `colourization`, in the order in which they run.

    Raises `UnreadableNetworkError`.
    """
    markers = _Sizes(NIC=1, NF=8, NC=64, k=5, H=8, W=16)
    read = tuple(_as_expressions(run, markers) for run in _run(network, markers))
    others = _Sizes(NIC=3, NF=5, NC=7, k=3, H=12, W=20)
    for layer, run in zip(read, _run(network, others), strict=True):
        _must_agree(layer, run, others)
    return read


@dataclass(frozen=True, slots=True)
class _Sizes:
    NIC: int
    NF: int
    NC: int
    k: int
    H: int
    W: int

    def substitute(self, expression: sympy.Expr) -> int:
        values = {NIC: self.NIC, NF: self.NF, NC: self.NC, k: self.k, H: self.H, W: self.W}
        return int(expression.subs(values))


@dataclass(frozen=True, slots=True)
class _LayerRun:
    """A layer as met in a run at concrete sizes; shapes are (channels, height, width)."""

    name: str
    module: Any
    inputs: tuple[int, int, int]
    outputs: tuple[int, int, int]

    @property
    def window(self) -> int:
        side = getattr(self.module, "kernel_size", 1)
        return int(side[0] if isinstance(side, tuple) else side)


def _run(network: Network, sizes: _Sizes) -> list[_LayerRun]:
    """Build the network and run it on one image, leaving PyTorch's random state as it was."""
    runs: list[_LayerRun] = []
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        model = network(sizes.k, sizes.NF, sizes.NC, sizes.NIC).eval()
        for name, module in model.named_modules():
            if not list(module.children()):
                module.register_forward_hook(_recorder(name, runs))
        model(torch.zeros(1, sizes.NIC, sizes.H, sizes.W))
    return runs


def _recorder(name: str, runs: list[_LayerRun]) -> Callable[[Any, Any, Any], None]:
    def record(module: Any, inputs: Any, output: Any) -> None:
        runs.append(_LayerRun(name, module, tuple(inputs[0].shape[1:]), tuple(output.shape[1:])))

    return record


def _as_expressions(run: _LayerRun, markers: _Sizes) -> Layer:
    return Layer(
        name=run.name,
        kind=_kind(run),
        inputs=_shape(run.inputs, markers),
        outputs=_shape(run.outputs, markers),
        window=k if run.window == markers.k else sympy.Integer(run.window),
    )


def _kind(run: _LayerRun) -> Kind:
    kinds = (
        (nn.Conv2d, Kind.CONV),
        (nn.ConvTranspose2d, Kind.CONV_TRANSPOSE),
        (nn.MaxPool2d, Kind.POOL),
        (nn.Upsample, Kind.UPSAMPLE),
        (nn.BatchNorm2d, Kind.BATCH_NORM),
        (nn.ReLU, Kind.RELU),
    )
    for module_class, kind in kinds:
        if isinstance(run.module, module_class):
            return kind
    raise UnreadableNetworkError(
        f"Layer {run.name} is a {type(run.module).__name__}, which figure 4 does not use; give it a `Kind`."
    )


def _shape(shape: tuple[int, int, int], markers: _Sizes) -> Shape:
    channels, height, width = shape
    more_than_nic, of_nic = divmod(channels, markers.NF)
    of_nc, of_nf = divmod(more_than_nic, markers.NC // markers.NF)
    return Shape(
        channels=of_nic * NIC + of_nf * NF + of_nc * NC,
        height=sympy.Rational(height, markers.H) * H,
        width=sympy.Rational(width, markers.W) * W,
    )


def _must_agree(layer: Layer, run: _LayerRun, sizes: _Sizes) -> None:
    for shape, met in ((layer.inputs, run.inputs), (layer.outputs, run.outputs)):
        expected = tuple(sizes.substitute(size) for size in (shape.channels, shape.height, shape.width))
        if expected != met:
            raise UnreadableNetworkError(
                f"Layer {layer.name} has shape {met} at {sizes}, not the {expected} that its shape at other "
                "sizes led to expect; its sizes must be multiples of NIC, NF, NC, H and W."
            )
    if sizes.substitute(layer.window) != run.window:
        raise UnreadableNetworkError(
            f"Layer {layer.name} has window {run.window} at kernel {sizes.k}; make it k or a fixed number."
        )
