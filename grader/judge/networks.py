"""The student's network of a comparison, worked by requests to its confined process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.compare.network import Gradients, Operation
from grader.compare.network.protocol import FloatArray, State
from grader.compare.tensor import describe_type
from grader.judge.faults import UnusableReply
from grader.sandbox import StudentRaised
from grader.training import Trainable

Request = Callable[[dict[str, Any]], Any]


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
            operations: list[Operation] = []
            for fields in map(_Fields, reply):
                handed_on = operations[-1].value_out if fields["is_handed_on"] else None
                operations.append(_operation(fields, handed_on))
            return tuple(operations)

    def trainable(self, inputs: FloatArray) -> Trainable:
        """The network as data to train, for batches of this shape, with the weights that it starts from."""
        with _form_checked("the network's operations"):
            reply = _Fields(self._ask("graphs", inputs=inputs))
            state, parameters = _Fields(reply["state"]), reply["parameters"]
            arrays = all(isinstance(value, np.ndarray) for value in state.values())
            if not arrays or type(parameters) is not list or not {str}.issuperset(map(type, parameters)):
                raise TypeError("no arrays, or no list of their paths")
            return Trainable(reply["training"], reply["evaluation"], dict(state), parameters)

    def trace_if_it_runs(self, inputs: FloatArray) -> tuple[Operation, ...] | None:
        """The operations in evaluation mode; None where the network raises."""
        try:
            return self.trace(inputs, train=False)
        except StudentRaised:
            return None

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
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
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


def _operation(fields: Mapping[str, Any], handed_on: FloatArray | None) -> Operation:
    return Operation(
        layer=str(fields["layer"]),
        parameters={str(role): str(path) for role, path in fields["parameters"].items()},
        settings={str(name): str(value) for name, value in fields["settings"].items()},
        shape=tuple(int(size) for size in fields["shape"]),
        value_in=_optional_array(fields["value_in"]) if handed_on is None else handed_on,
        value_out=_optional_array(fields["value_out"]),
    )


def _optional_array(value: object) -> FloatArray | None:
    if value is None:
        return None
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        raise UnusableReply(f"forward gave {describe_type(value)} where a tensor of real numbers is due.")
    return value.astype(np.float32)
