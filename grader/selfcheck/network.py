"""A student's network at work, by requests to wherever the student's code runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.selfcheck.findings import CannotSay, looks_wrong

Request = Callable[[Mapping[str, Any]], Any]
Array = NDArray[np.float64]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One layer as executed: its kind, the paths of its parameters by role, and its output's shape."""

    layer: str
    parameters: Mapping[str, str]
    shape: Shape


class Network:
    """An instance of one of the assignment's networks."""

    def __init__(self, request: Request, built: Mapping[str, Any]) -> None:
        self._request = request
        self._handle = int(built["handle"])
        self._built = built

    @property
    def parameters(self) -> Mapping[str, Shape]:
        """Shapes by path; those of lazy layers are there once the network has run."""
        if not self._built["complete"]:
            self._built = self._ask("shapes")
        return {name: tuple(shape) for name, shape in self._built["parameters"]}

    def forward(self, inputs: NDArray[np.float32], *, train: bool) -> Array:
        """The output, in training or in evaluation mode."""
        return _array(self._ask("forward", inputs=inputs, train=train))

    def gradients(
        self, inputs: NDArray[np.float32], cotangent: NDArray[np.float32]
    ) -> Mapping[str, Array | None]:
        """Gradients of sum(output * cotangent) by parameter, in training mode; None where none flows."""
        reply = self._ask("gradients", inputs=inputs, cotangent=cotangent)
        return {name: None if g is None else _array(g) for name, g in reply["parameters"].items()}

    def trace(self, inputs: NDArray[np.float32]) -> tuple[Operation, ...]:
        """The operations in the order of execution, in evaluation mode."""
        return tuple(
            Operation(told["layer"], told["parameters"], tuple(told["shape"]))
            for told in self._ask("trace_network", inputs=inputs, train=False)
        )

    def _ask(self, operation: str, **fields: Any) -> Any:
        return self._request({"op": operation, "handle": self._handle, **fields})


def _array(value: object) -> Array:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float64)
    what = "None (is its return statement missing?)" if value is None else f"a {type(value).__name__}"
    raise CannotSay(looks_wrong(f"forward gives {what} where a tensor of real numbers is due."))
