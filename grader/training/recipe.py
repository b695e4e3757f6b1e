"""What is trained, how, and what came of it, as frozen values that travel between processes as frames."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.worker import frames
from grader.training.graph import Array, Graph


@dataclass(frozen=True, slots=True)
class Trainable:
    """A network: its graphs by mode as they were recorded, and the tensors that it starts from by path.

    parameters: the paths of the tensors that training changes.
    """

    training: Any
    evaluation: Any
    state: dict[str, Array]
    parameters: list[str]

    def graphs(self) -> tuple[Graph, Graph]:
        """Read, for training and for evaluation. Raises NotTrainable."""
        return Graph.read(self.training), Graph.read(self.evaluation)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps of Adam on the cross-entropy, on the same examples for everybody.

    inputs: (steps, batch, channels, height, width), a batch for each step; targets: classes of every pixel,
    (steps, batch, height, width). held_out_inputs, held_out_targets: one batch more that is never trained on.
    """

    inputs: NDArray[np.float32]
    targets: NDArray[np.uint8]
    held_out_inputs: NDArray[np.float32]
    held_out_targets: NDArray[np.uint8]
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Trained:
    """The loss of every step, and that of the held-out batch before and after; not finite if it diverged."""

    losses: tuple[float, ...]
    before: float
    after: float


def pack_job(trainable: Trainable, recipe: Recipe) -> bytes:
    """A job as a frame's body. Raises FrameError."""
    return _packed({"trainable": _fields(trainable), "recipe": _fields(recipe)})


def unpack_job(body: bytes) -> tuple[Trainable, Recipe]:
    """The job of `pack_job`."""
    fields = frames.decode(body)
    return Trainable(**fields["trainable"]), Recipe(**fields["recipe"])


def pack_trained(trained: Trained | str) -> bytes:
    """What came of it, or a sentence on why nothing did."""
    return _packed({"failed": trained} if isinstance(trained, str) else asdict(trained))


def unpack_trained(body: bytes) -> Trained | str:
    """The value of `pack_trained`."""
    fields = frames.decode(body)
    if "failed" in fields:
        return str(fields["failed"])
    return Trained(tuple(fields["losses"]), fields["before"], fields["after"])


def _fields(value: Trainable | Recipe) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _packed(fields: dict[str, Any]) -> bytes:
    return frames.pack(fields)[frames.HEADER.size :]
