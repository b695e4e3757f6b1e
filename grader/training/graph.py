"""A network as a graph of elementary operations, computed without any of the code that it was recorded from.

What a student's process says of a network (grader.sandbox.worker.graph) is data: what does not name one of
the known operations, with arguments of a known kind, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from grader.sandbox.worker.graph import MOST_OPERATIONS, WHERE_TENSORS_LIE
from grader.training.operations import FACTORIES, Function, NotTrainable, function_named

Array = NDArray[Any]
State = Mapping[str, torch.Tensor]

DEEPEST = 8

_DTYPES = {
    name: getattr(torch, name)
    for name in (
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "uint8",
        "int8",
        "int16",
        "int32",
        "int64",
        "bool",
    )
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it calls, and its arguments, which name the tensors that they need.

    is_differentiated: not under `torch.no_grad()`.
    """

    function: Function
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
            raise NotTrainable(reason_of(error)) from error
        if not isinstance(output, torch.Tensor) or not output.is_floating_point():
            raise NotTrainable("gives something else than a tensor of real numbers")
        return output


def reason_of(error: Exception) -> str:
    """The end of a sentence that begins "It", for what PyTorch raised."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "allocate memory" in str(error):
        return "needs more memory than a training check may use"
    return f"cannot be computed from its operations ({str(error).partition(chr(10))[0][:200]})"


def _operation(
    name: str, arguments: Sequence[Any], options: Mapping[str, Any], is_differentiated: bool
) -> Operation:
    if WHERE_TENSORS_LIE & options.keys():
        raise NotTrainable("says where its tensors lie")
    if options.get("dtype", ["dtype"])[0] != "dtype" and options["dtype"] != ["value", None]:
        raise NotTrainable("has a type of numbers that is none")
    is_factory = name.split(".")[1] in FACTORIES
    return Operation(
        function_named(name), list(arguments), dict(options), is_factory, bool(is_differentiated)
    )


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
