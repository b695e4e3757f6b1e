"""A network of ours in a comparison, in this process.

A reference's weights and inputs are drawn from the assignment's seed, so for one hand-in after another it is
asked for the same: it can be built once, and what it gives for the same weights and inputs computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from grader.compare.network import Gradients, Operation
from grader.compare.network.protocol import FloatArray, State
from grader.sandbox.worker.graph import record
from grader.sandbox.worker.tracing import trace
from grader.store.digest import digest
from grader.training import Trainable

REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class _Computation:
    """Something to compute, equal to another of the same key."""

    key: tuple[object, ...]
    compute: Callable[[], Any] = field(compare=False)


@lru_cache(maxsize=REMEMBERED)
def _computed(computation: _Computation) -> Any:
    return computation.compute()


class LocalNetwork:
    """A network of ours: its top-level modules are its blocks in order, each beginning with a convolution.

    remembers: what it gives is computed once for the same weights and inputs, by networks whose class and
    printed form are the same. Not for a network that draws random numbers, or whose layers depend on values.
    """

    def __init__(self, module: torch.nn.Module, *, remembers: bool = False) -> None:
        self._module = module
        self._remembers = remembers
        self._state: bytes | None = None
        self._name = (type(module).__module__, type(module).__qualname__, repr(module))
        self.blocks: Mapping[str, tuple[str, ...]] = {
            name: tuple(f"{name}.{layer}" for layer, _ in block.named_children()) or (name,)
            for name, block in module.named_children()
        }
        self._tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        self.shapes: Mapping[str, tuple[int, ...]] = {
            name: tuple(tensor.shape) for name, tensor in self._tensors.items()
        }

    def set_state(self, state: State) -> None:
        """Copy values into parameters and buffers."""
        with torch.no_grad():
            for path, value in state.items():
                self._tensors[path].copy_(torch.from_numpy(value))
        if self._remembers:
            self._state = digest(*(_bytes(tensor.detach().numpy()) for tensor in self._tensors.values()))

    def forward(self, inputs: FloatArray, *, train: bool) -> FloatArray:
        """The output, read-only; running statistics stay as they were."""
        key = ("forward", train)
        result: FloatArray = self._once(
            key, inputs, lambda: self._without_side_effects(self._module, inputs, train)
        )
        return result

    def run_part(self, part: str, inputs: FloatArray, *, train: bool) -> FloatArray | None:
        """The output of one block or layer; None for inputs of a shape that it cannot take."""
        try:
            return self._without_side_effects(self._module.get_submodule(part), inputs, train)
        except (RuntimeError, ValueError):  # how torch refuses a shape
            return None

    def gradients(self, inputs: FloatArray, cotangent: FloatArray) -> Gradients:
        """Gradients in training mode."""
        key = ("gradients", _digest(cotangent))
        result: Gradients = self._once(key, inputs, lambda: self._gradients(inputs, cotangent))
        return result

    def trace(self, inputs: FloatArray, *, train: bool, keep_values: bool = False) -> tuple[Operation, ...]:
        """The operations in order of execution; without their values they are the same for any weights."""
        key = ("trace", train, keep_values)
        result: tuple[Operation, ...] = self._once(
            key,
            inputs,
            lambda: self._trace(inputs, train=train, keep_values=keep_values),
            whatever_weights=not keep_values,
        )
        return result

    def trainable(self, inputs: FloatArray) -> Trainable:
        """The network as data to train, for batches of this shape, with the weights that it has now."""
        graphs = {}
        for is_training in (True, False):
            self._module.train(is_training)
            with self._buffers_kept():
                graphs[is_training] = record(self._module, torch.from_numpy(inputs.copy()))
        state = {path: tensor.detach().numpy() for path, tensor in self._module.state_dict().items()}
        parameters = [path for path, _ in self._module.named_parameters()]
        return Trainable(graphs[True], graphs[False], state, parameters)

    def trace_if_it_runs(self, inputs: FloatArray) -> tuple[Operation, ...] | None:
        """The operations in evaluation mode; None for inputs of a shape that it cannot take."""
        try:
            return self.trace(inputs, train=False)
        except (RuntimeError, ValueError):
            return None

    def _once(
        self,
        key: tuple[object, ...],
        inputs: FloatArray,
        compute: Callable[[], Any],
        *,
        whatever_weights: bool = False,
    ) -> Any:
        """What was computed for the same weights and inputs; the weights of a new network are random."""
        if not self._remembers or (self._state is None and not whatever_weights):
            return compute()
        weights = None if whatever_weights else self._state
        return _computed(_Computation((*self._name, weights, *key, _digest(inputs)), compute))

    def _gradients(self, inputs: FloatArray, cotangent: FloatArray) -> Gradients:
        self._module.train()
        self._module.zero_grad()
        tensor = torch.from_numpy(inputs.copy()).requires_grad_()
        with self._buffers_kept():
            (self._module(tensor) * torch.from_numpy(cotangent)).sum().backward()
        return Gradients(
            _numpy(tensor.grad),
            {name: _numpy(parameter.grad) for name, parameter in self._module.named_parameters()},
        )

    def _trace(self, inputs: FloatArray, *, train: bool, keep_values: bool) -> tuple[Operation, ...]:
        self._module.train(train)
        with self._buffers_kept() if train else nullcontext():
            operations = trace(self._module, torch.from_numpy(inputs.copy()), keep_values=keep_values)
        return tuple(
            Operation(o.layer, o.parameters, o.settings, o.shape, _numpy(o.value_in), _numpy(o.value_out))
            for o in operations
        )

    def _without_side_effects(self, module: torch.nn.Module, inputs: FloatArray, train: bool) -> FloatArray:
        module.train(train)
        with torch.no_grad(), self._buffers_kept() if train else nullcontext():
            result: FloatArray = module(torch.from_numpy(inputs.copy())).numpy()
        result.flags.writeable = False
        return result

    @contextmanager
    def _buffers_kept(self) -> Iterator[None]:
        """Running statistics as they were, whatever training mode makes of them; evaluation changes none."""
        kept = [(buffer, buffer.clone()) for buffer in self._module.buffers()]
        yield
        with torch.no_grad():
            for buffer, before in kept:
                buffer.copy_(before)


def remembering(network: Callable[..., torch.nn.Module], **arguments: Hashable) -> LocalNetwork:
    """The network of ours with these arguments, built once, which remembers what it gives (see LocalNetwork).

    Set all its weights before asking it for values: they are those of the last comparison.
    """
    return _built(network, tuple(arguments.items()))


@lru_cache(maxsize=REMEMBERED)
def _built(
    network: Callable[..., torch.nn.Module], arguments: tuple[tuple[str, Hashable], ...]
) -> LocalNetwork:
    return LocalNetwork(network(**dict(arguments)), remembers=True)


def _digest(values: FloatArray) -> bytes:
    return digest(str((values.dtype, values.shape)).encode(), _bytes(values))


def _bytes(values: FloatArray) -> bytes:
    return np.ascontiguousarray(values).tobytes()


def _numpy(tensor: Any) -> FloatArray | None:
    return None if tensor is None else tensor.detach().numpy()
