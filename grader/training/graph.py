"""A network as a graph of elementary operations, computed without any of the code that it was recorded from.

What a student's process says of a network (grader.sandbox.worker.graph) is data: a name counts only if it is
on the list of operations below, none of which does more than compute tensors from tensors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from grader.sandbox.worker.graph import MOST_OPERATIONS

Array = NDArray[Any]
State = Mapping[str, torch.Tensor]

DEEPEST = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FACTORIES = _words("empty zeros ones full arange scalar_tensor")
OPERATIONS = _FACTORIES | _words(
    """
    convolution addmm mm bmm baddbmm embedding
    max_pool2d_with_indices avg_pool2d _adaptive_avg_pool2d adaptive_max_pool2d
    upsample_nearest1d upsample_nearest2d upsample_linear1d upsample_bilinear2d upsample_bicubic2d
    native_batch_norm native_layer_norm native_group_norm
    relu relu_ leaky_relu leaky_relu_ elu elu_ gelu silu silu_ mish hardtanh hardtanh_ hardswish hardsigmoid
    softplus sigmoid sigmoid_ tanh tanh_ threshold clamp clamp_ clamp_min clamp_min_ clamp_max _prelu_kernel
    _softmax _log_softmax native_dropout bernoulli_ empty_like zeros_like ones_like full_like
    add add_ sub sub_ rsub mul mul_ div div_ neg pow exp log sqrt rsqrt abs sin cos maximum minimum
    mean sum var var_mean amax amin cumsum ge gt le lt eq ne where masked_fill masked_fill_
    t transpose permute view _unsafe_view expand squeeze unsqueeze slice select split split_with_sizes
    unsafe_split unbind cat stack repeat flip roll index_select
    constant_pad_nd reflection_pad2d replication_pad2d pixel_shuffle pixel_unshuffle
    clone detach alias lift_fresh _to_copy copy_ fill_ zero_
    """
)
"""Operations of ATen, whatever their overload."""

_DTYPES = {
    name: getattr(torch, name)
    for name in _words("float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 bool")
}


class NotTrainable(ValueError):  # noqa: N818 - what is wrong with the network
    """The network cannot be computed from its graph; the message ends a sentence that begins "It"."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it calls, and its arguments, which name the tensors that they need.

    is_differentiated: not under `torch.no_grad()`.
    """

    function: Any
    arguments: Sequence[Any]
    options: Mapping[str, Any]
    is_factory: bool
    is_differentiated: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """A forward pass for inputs of one shape, in training or in evaluation mode."""

    operations: tuple[Operation, ...]
    constants: tuple[Array, ...]
    output: Sequence[Any]

    @classmethod
    def read(cls, reply: object) -> Graph:
        """The graph that worker.graph.record describes. Raises NotTrainable for anything else."""
        try:
            assert isinstance(reply, dict)
            operations = reply["operations"]
            if len(operations) > MOST_OPERATIONS:
                raise NotTrainable(f"performs more than {MOST_OPERATIONS} operations")
            constants = tuple(np.asarray(constant) for constant in reply["constants"])
            assert all(constant.dtype.kind in "fiub" for constant in constants)
            return cls(tuple(_operation(*told) for told in operations), constants, reply["output"])
        except (AssertionError, LookupError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, NotTrainable):
                raise
            raise NotTrainable("is described in a form that cannot be read") from error

    def compute(self, state: State, inputs: torch.Tensor) -> torch.Tensor:
        """The output, differentiable; the state changes as the network's would. Raises NotTrainable."""
        run = _Run(state, inputs, [torch.from_numpy(c.copy()).to(inputs.device) for c in self.constants])
        try:
            for operation in self.operations:
                run.perform(operation)
            output = run.value(self.output)
        except (LookupError, TypeError, ValueError, RuntimeError, AssertionError) as error:
            reason = str(error).partition("\n")[0][:200]
            raise NotTrainable(f"cannot be computed from its operations ({reason})") from error
        if not isinstance(output, torch.Tensor) or not output.is_floating_point():
            raise NotTrainable("gives something else than a tensor of real numbers")
        return output


def _operation(
    name: str, arguments: Sequence[Any], options: Mapping[str, Any], is_differentiated: bool
) -> Operation:
    space, packet, overload = name.split(".")
    if space != "aten" or packet not in OPERATIONS or overload not in _overloads(packet):
        raise NotTrainable(f"uses an operation that is not trained here ({name[:60]})")
    function = getattr(getattr(torch.ops.aten, packet), overload)
    is_factory = packet in _FACTORIES
    return Operation(function, list(arguments), dict(options), is_factory, bool(is_differentiated))


@cache
def _overloads(packet: str) -> frozenset[str]:
    """Those that give new tensors. Other attributes of a packet are Python's, and lead anywhere."""
    overloads: list[str] = getattr(torch.ops.aten, packet).overloads()
    return frozenset(name for name in overloads if not name.endswith("out"))


@dataclass(slots=True)
class _Run:
    """One computation of a graph."""

    state: State
    inputs: torch.Tensor
    constants: Sequence[torch.Tensor]
    results: list[Sequence[Any]] = field(default_factory=list)

    def perform(self, operation: Operation) -> None:
        """Keep what an operation gives."""
        arguments = [self.value(told) for told in operation.arguments]
        options = {name: self.value(told) for name, told in operation.options.items()}
        if operation.is_factory:
            options["device"] = self.inputs.device
        with torch.set_grad_enabled(operation.is_differentiated and torch.is_grad_enabled()):
            result = operation.function(*arguments, **options)
        self.results.append(result if isinstance(result, (tuple, list)) else (result,))

    def value(self, told: Any, depth: int = 0) -> Any:
        """What an argument stands for."""
        kind, *rest = told
        match kind:
            case "inputs":
                return self.inputs
            case "state":
                return self.state[rest[0]]
            case "constant":
                return self.constants[rest[0]]
            case "result":
                return self.results[rest[0]][rest[1]]
            case "dtype":
                return _DTYPES[rest[0]]
            case "list" if depth < DEEPEST:
                return [self.value(item, depth + 1) for item in rest[0]]
            case "value" if rest[0] is None or isinstance(rest[0], (bool, int, float, str)):
                return rest[0]
        raise ValueError(f"an argument of unknown kind {str(kind)[:20]!r}")
