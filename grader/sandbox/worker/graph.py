"""A network as the graph of elementary operations that it performs, in plain data.

A `TorchDispatchMode` sees what is left of a forward pass when every layer has been taken apart: some dozens
of operations of ATen, the same whatever style the network is written in. Whoever has the graph can compute
what the network computes, and train it, without any of its code (grader.training).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

MOST_OPERATIONS = 2000
_WHERE_TENSORS_LIE = frozenset({"device", "layout", "pin_memory", "memory_format"})
"""Arguments that say nothing of the numbers."""


@dataclass(slots=True)
class _Recorder(TorchDispatchMode):  # type: ignore[misc]
    """names: where each tensor comes from, by its identity. alive: so that no other tensor gets that."""

    names: dict[int, list[Any]]
    operations: list[list[Any]] = field(default_factory=list)
    constants: list[torch.Tensor] = field(default_factory=list)
    alive: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        TorchDispatchMode.__init__(self)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if len(self.operations) == MOST_OPERATIONS:
            raise ValueError(f"the network performs more than {MOST_OPERATIONS} operations")
        told = {name: self.told(value) for name, value in kwargs.items() if name not in _WHERE_TENSORS_LIE}
        arguments = [self.told(value) for value in args]
        self.operations.append([str(func), arguments, told, torch.is_grad_enabled()])
        result = func(*args, **kwargs)
        for place, tensor in enumerate(result if isinstance(result, (tuple, list)) else (result,)):
            self.names[id(tensor)] = ["result", len(self.operations) - 1, place]
            self.alive.append(tensor)
        return result

    def told(self, value: Any) -> list[Any]:
        """An argument as `[kind, ...]`."""
        if isinstance(value, torch.Tensor):
            if id(value) not in self.names:
                self.names[id(value)] = ["constant", len(self.constants)]
                self.constants.append(value.detach().clone())
                self.alive.append(value)
            return self.names[id(value)]
        if isinstance(value, (list, tuple)):
            return ["list", [self.told(item) for item in value]]
        if isinstance(value, torch.dtype):
            return ["dtype", str(value).removeprefix("torch.")]
        return ["value", value]


def record(network: torch.nn.Module, inputs: torch.Tensor) -> dict[str, Any]:
    """The graph of the network in its present mode for inputs of this shape.

    `operations` are `[name, arguments, keyword arguments, whether they are differentiated]`; an argument is
    `["inputs"]`, `["state", path]`, `["constant", index]`, `["result", operation, place]`,
    `["list", arguments]`, `["dtype", name]` or `["value", value]`. `output` is an argument.
    """
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    names: dict[int, list[Any]] = {id(tensor): ["state", path] for path, tensor in tensors.items()}
    recorder = _Recorder(names={**names, id(inputs): ["inputs"]})
    with torch.enable_grad(), recorder:
        output = network(inputs)
    if not isinstance(output, torch.Tensor):
        raise TypeError(f"forward gives a {type(output).__name__}, not a tensor")
    return {
        "operations": recorder.operations,
        "constants": recorder.constants,
        "output": recorder.told(output),
    }
