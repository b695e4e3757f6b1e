"""The operations that a network performs, in the order of execution, whatever its style of writing.

A `TorchFunctionMode` sees the functional call behind every layer, so `nn.ReLU`, `F.relu`, one shared module
or a module bypassed by `block.forward(x)` look the same. Used on both sides: for the student's network inside
its process, for the reference on the trusted side. What a student's trace says steers the comparison; it is
no evidence.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

LAYER_OF_FUNCTION = {
    "conv1d": "Conv1d",
    "conv2d": "Conv2d",
    "conv_transpose2d": "ConvTranspose2d",
    "linear": "Linear",
    "batch_norm": "BatchNorm2d",
    "group_norm": "GroupNorm",
    "layer_norm": "LayerNorm",
    "instance_norm": "InstanceNorm2d",
    "relu": "ReLU",
    "relu_": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "leaky_relu_": "LeakyReLU",
    "hardtanh": "Hardtanh",
    "prelu": "PReLU",
    "elu": "ELU",
    "selu": "SELU",
    "softplus": "Softplus",
    "gelu": "GELU",
    "silu": "SiLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "max_pool2d": "MaxPool2d",
    "_max_pool2d": "MaxPool2d",
    "max_pool2d_with_indices": "MaxPool2d",
    "avg_pool2d": "AvgPool2d",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "interpolate": "Upsample",
    "pixel_shuffle": "PixelShuffle",
    "dropout": "Dropout",
    "dropout2d": "Dropout2d",
    "cat": "cat",
    "concat": "cat",
    "clamp": "ReLU",
    "clamp_min": "ReLU",
}
CASTS = frozenset(
    {"to", "type", "type_as", "float", "double", "half", "bfloat16", "contiguous", "clone", "cpu", "cuda"}
)
"""What gives the same numbers in another form: a parameter stays that parameter."""
SETTINGS = (
    "stride",
    "padding",
    "output_padding",
    "dilation",
    "groups",
    "kernel_size",
    "scale_factor",
    "mode",
    "p",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One layer as executed.

    parameters: role ("weight", "bias", "running_mean", ...) to the tensor's path in the network.
    settings: what the layer was configured with, as text.
    value_in, value_out: its (first) input and its output; kept only when asked for.
    """

    layer: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str]
    shape: tuple[int, ...]
    value_in: Any = None
    value_out: Any = None


@dataclass(slots=True)
class _Recorder(TorchFunctionMode):  # type: ignore[misc]
    paths: dict[int, str]
    keep_values: bool
    operations: list[Operation] = field(default_factory=list)
    casts: list[torch.Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        TorchFunctionMode.__init__(self)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        layer = LAYER_OF_FUNCTION.get(name)
        before = _copy_of_first(args, kwargs) if layer and self.keep_values else None
        result = func(*args, **kwargs)
        output = result[0] if isinstance(result, tuple) and result else result
        if layer and isinstance(output, torch.Tensor):
            self._record(layer, func, args, kwargs, before, output)
        if name in CASTS and args and id(args[0]) in self.paths:
            self.paths.setdefault(id(result), self.paths[id(args[0])])
            self.casts.append(result)  # alive, so that no other tensor gets its id
        return result

    def _record(
        self, layer: str, func: Callable[..., Any], args: Any, kwargs: Any, before: Any, output: torch.Tensor
    ) -> None:
        arguments = _arguments(func, args, kwargs)
        tensors = {role: value for role, value in arguments.items() if isinstance(value, torch.Tensor)}
        self.operations.append(
            Operation(
                layer=layer,
                parameters={role: self.paths[id(t)] for role, t in tensors.items() if id(t) in self.paths},
                settings={
                    name: str(arguments[name]) for name in SETTINGS if arguments.get(name) not in (None, ())
                },
                shape=tuple(output.shape),
                value_in=before,
                value_out=output.detach().clone() if self.keep_values else None,
            )
        )


def trace(
    network: torch.nn.Module, inputs: torch.Tensor, *, keep_values: bool = False
) -> tuple[Operation, ...]:
    """Run the network once in its present mode and list what it did."""
    recorder = _Recorder(paths=tensor_paths(network), keep_values=keep_values)
    with torch.no_grad(), recorder:
        network(inputs)
    return tuple(recorder.operations)


def tensor_paths(network: torch.nn.Module) -> dict[int, str]:
    """The path of every parameter and buffer, by the tensor's identity (the first path of an alias)."""
    paths: dict[int, str] = {}
    for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
        paths.setdefault(id(tensor), name)
    return paths


def _copy_of_first(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    first = args[0] if args else kwargs.get("input")
    return first.detach().clone() if isinstance(first, torch.Tensor) else None


def _arguments(func: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call, by name."""
    return {**dict(zip(_parameter_names(func), args, strict=False)), **kwargs}


@cache
def _parameter_names(func: Callable[..., Any]) -> tuple[str, ...]:
    """Builtins of torch have no signature, its dispatchers only `*args`: those that matter are listed."""
    listed = _LISTED_SIGNATURES.get(getattr(func, "__name__", ""))
    if listed:
        return listed
    try:
        return tuple(inspect.signature(func).parameters)
    except (TypeError, ValueError):
        return ("input",)


_LISTED_SIGNATURES = {
    "conv2d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "conv1d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "conv_transpose2d": (
        "input",
        "weight",
        "bias",
        "stride",
        "padding",
        "output_padding",
        "groups",
        "dilation",
    ),
    "linear": ("input", "weight", "bias"),
    "max_pool2d": ("input", "kernel_size", "stride", "padding", "dilation"),
    "avg_pool2d": ("input", "kernel_size", "stride", "padding"),
}
