"""The two networks of a comparison: the reference in this process, the student's in its confined one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from grader.compare.network import Gradients, Operation
from grader.compare.network.protocol import FloatArray, State
from grader.compare.tensor import describe_type
from grader.judge.faults import UnusableReply
from grader.sandbox.worker.tracing import trace

Request = Callable[[dict[str, Any]], Any]


class LocalNetwork:
    """A network of ours: its top-level modules are its blocks in order, each beginning with a convolution."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._module = module
        self.blocks: Mapping[str, tuple[str, ...]] = {
            name: tuple(f"{name}.{layer}" for layer, _ in block.named_children()) or (name,)
            for name, block in module.named_children()
        }
        self.shapes: Mapping[str, tuple[int, ...]] = {
            name: tuple(tensor.shape)
            for name, tensor in [*module.named_parameters(), *module.named_buffers()]
        }

    def set_state(self, state: State) -> None:
        """Copy values into parameters and buffers."""
        tensors = {**dict(self._module.named_parameters()), **dict(self._module.named_buffers())}
        with torch.no_grad():
            for path, value in state.items():
                tensors[path].copy_(torch.from_numpy(value))

    def forward(self, inputs: FloatArray, *, train: bool) -> FloatArray:
        """The output; running statistics stay as they were."""
        return self._without_side_effects(self._module, inputs, train)

    def run_part(self, part: str, inputs: FloatArray, *, train: bool) -> FloatArray | None:
        """The output of one block or layer; None for inputs of a shape that it cannot take."""
        try:
            return self._without_side_effects(self._module.get_submodule(part), inputs, train)
        except (RuntimeError, ValueError):  # how torch refuses a shape
            return None

    def gradients(self, inputs: FloatArray, cotangent: FloatArray) -> Gradients:
        """Gradients in training mode."""
        self._module.train()
        self._module.zero_grad()
        tensor = torch.from_numpy(inputs.copy()).requires_grad_()
        (self._module(tensor) * torch.from_numpy(cotangent)).sum().backward()
        return Gradients(
            _numpy(tensor.grad),
            {name: _numpy(parameter.grad) for name, parameter in self._module.named_parameters()},
        )

    def trace(self, inputs: FloatArray, *, train: bool, keep_values: bool = False) -> tuple[Operation, ...]:
        """The operations in order of execution."""
        self._module.train(train)
        operations = trace(self._module, torch.from_numpy(inputs.copy()), keep_values=keep_values)
        return tuple(
            Operation(o.layer, o.parameters, o.settings, o.shape, _numpy(o.value_in), _numpy(o.value_out))
            for o in operations
        )

    def _without_side_effects(self, module: torch.nn.Module, inputs: FloatArray, train: bool) -> FloatArray:
        kept = {name: buffer.clone() for name, buffer in module.named_buffers()}
        module.train(train)
        with torch.no_grad():
            output = module(torch.from_numpy(inputs.copy()))
            for name, buffer in module.named_buffers():
                buffer.copy_(kept[name])
        result: FloatArray = output.numpy()
        return result


class StudentNetwork:
    """A network in the student's process, worked by requests; every reply is checked for its form."""

    def __init__(self, request: Request, built: object) -> None:
        self._request = request
        with _form_checked("the network"):
            fields = _Fields(built)
            self._handle = _small_number(fields["handle"])
            self._shapes = _shapes(fields)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes by path; those of lazy layers are known once the network has run."""
        if self._shapes is None:
            with _form_checked("the network"):
                self._shapes = _shapes(_Fields(self._ask("shapes")))
        return self._shapes or {}

    def set_state(self, state: State) -> None:
        """Copy values into parameters and buffers."""
        self._ask("set_state", state=dict(state))

    def forward(self, inputs: FloatArray, *, train: bool) -> FloatArray:
        """The output; running statistics stay as they were."""
        output = _optional_array(self._ask("forward", inputs=inputs, train=train))
        if output is None:
            raise UnusableReply("forward returned None; is its return statement missing?")
        return output

    def gradients(self, inputs: FloatArray, cotangent: FloatArray) -> Gradients:
        """Gradients in training mode."""
        with _form_checked("the gradients"):
            reply = _Fields(self._ask("gradients", inputs=inputs, cotangent=cotangent))
            parameters = _Fields(reply["parameters"])
            return Gradients(
                _optional_array(reply["inputs"]),
                {str(name): _optional_array(parameters[name]) for name in parameters},
            )

    def trace(self, inputs: FloatArray, *, train: bool, keep_values: bool = False) -> tuple[Operation, ...]:
        """The operations in order of execution, as the student's process tells them."""
        with _form_checked("the trace"):
            reply = self._ask("trace_network", inputs=inputs, train=train, keep_values=keep_values)
            return tuple(_operation(_Fields(fields)) for fields in reply)

    def _ask(self, operation: str, **fields: Any) -> Any:
        return self._request({"op": operation, "handle": self._handle, **fields})


class _Fields(dict[str, Any]):
    """A reply that should be a map; TypeError if it is anything else."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise TypeError(f"{type(value).__name__} where a map is due")
        super().__init__(value)


@contextmanager
def _form_checked(what: str) -> Iterator[None]:
    """A reply of the wrong form is the student's process's doing, never our failure."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnusableReply(f"Your process gave {what} in a form that cannot be read.") from error


def _small_number(value: object) -> int:
    """A whole number that a request can carry back; ValueError for any other."""
    if not isinstance(value, int) or not 0 <= value < 1 << 31:
        raise ValueError(f"{str(value)[:40]} where a number of an object is due")
    return value


def _shapes(fields: Mapping[str, Any]) -> dict[str, tuple[int, ...]] | None:
    """Shapes by path, or None while they are not all known."""
    if not fields["complete"]:
        return None
    return {
        str(name): tuple(int(size) for size in shape)
        for name, shape in [*fields["parameters"], *fields["buffers"]]
    }


def _operation(fields: Mapping[str, Any]) -> Operation:
    return Operation(
        layer=str(fields["layer"]),
        parameters={str(role): str(path) for role, path in fields["parameters"].items()},
        settings={str(name): str(value) for name, value in fields["settings"].items()},
        shape=tuple(int(size) for size in fields["shape"]),
        value_in=_optional_array(fields["value_in"]),
        value_out=_optional_array(fields["value_out"]),
    )


def _optional_array(value: object) -> FloatArray | None:
    if value is None:
        return None
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        raise UnusableReply(f"forward gave {describe_type(value)} where a tensor of real numbers is due.")
    return value.astype(np.float32)


def _numpy(tensor: Any) -> FloatArray | None:
    return None if tensor is None else tensor.detach().numpy()
