"""What a comparison needs of a network, the reference in this process or a student's in a confined one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32] | NDArray[np.float64]
State = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Operation:
    """One layer as executed: its kind, the tensors it used by role, its settings, its output's shape.

    value_in, value_out are filled only when a trace keeps values.
    """

    layer: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str]
    shape: tuple[int, ...]
    value_in: FloatArray | None = None
    value_out: FloatArray | None = None

    @property
    def is_convolution(self) -> bool:
        """Convolutions open the blocks of the course's networks."""
        return self.layer in ("Conv2d", "ConvTranspose2d")


@dataclass(frozen=True, slots=True)
class Gradients:
    """Gradients of sum(output * cotangent); None for a tensor that the output does not depend on."""

    inputs: FloatArray | None
    parameters: Mapping[str, FloatArray | None]


class Network(Protocol):
    """A network at work. Inputs are float32 of shape (batch, channels, height, width)."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of every parameter and buffer by path, parameters first, in order of registration."""

    def set_state(self, state: State) -> None:
        """Copy values into parameters and buffers."""

    def forward(self, inputs: FloatArray, *, train: bool) -> FloatArray:
        """The output; running statistics stay as they were."""

    def gradients(self, inputs: FloatArray, cotangent: FloatArray) -> Gradients:
        """Gradients in training mode."""

    def trace(self, inputs: FloatArray, *, train: bool, keep_values: bool = False) -> tuple[Operation, ...]:
        """The operations in order of execution."""

    def trace_if_it_runs(self, inputs: FloatArray) -> tuple[Operation, ...] | None:
        """The same in evaluation mode; None for inputs of a shape that it cannot take."""


class ReferenceNetwork(Network, Protocol):
    """The reference can also run its parts alone, which decides what parts of a wrong network are right."""

    @property
    def blocks(self) -> Mapping[str, tuple[str, ...]]:
        """Each block, in order, with its layers, in order; a block begins with a convolution."""

    def run_part(self, part: str, inputs: FloatArray, *, train: bool) -> FloatArray | None:
        """The output of one block or layer; None for inputs of a shape that it cannot take."""
