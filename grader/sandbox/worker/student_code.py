"""Operations on the hand-in's own code: read it, call a function, build a network and work it.

Each is `(session, request) -> frame value`. They run in the student's process: convenience, never a defence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy

from .calling import Argument, call
from .cells import Cell
from .graph import record
from .program import Program
from .session import Session
from .tracing import Operation, trace

MODES = ("training", "evaluation")


def load(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """Parse the code cells `[[number, source], ...]`; nothing runs yet."""
    program = Program.parse(Cell(int(number), str(source)) for number, source in request["cells"])
    session.objects["program"] = program
    return {
        "definitions": {name: list(place) for name, place in program.definitions().items()},
        "problems": [[p.cell, p.line, p.message, list(p.names), p.unfinished] for p in program.problems],
    }


def call_function(session: Session, request: Mapping[str, Any]) -> Any:
    """Call the function `name` with `arguments` (see calling.Argument)."""
    program = _program(session)
    function = program.value_of(request["name"])
    try:
        return call(function, _arguments(request))
    except NameError as error:
        raise program.cause_of(error) from error


def build_network(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """Instantiate the class `name`; gives a handle and the shapes of its tensors (see `shapes`)."""
    cls = _program(session).value_of(request["name"])
    torch.default_generator.manual_seed(0)  # what the comparison leaves unset is the same every time
    network = call(cls, _arguments(request))
    if not isinstance(network, torch.nn.Module):
        raise TypeError(f"{request['name']}(...) gives a {type(network).__name__}, not an nn.Module")
    network.cpu()
    networks = session.objects.setdefault("networks", [])
    networks.append(network)
    return {"handle": len(networks) - 1, **_shapes(network)}


def shapes(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """Shapes of parameters and buffers in order; `complete` is false before lazy layers have first run."""
    return _shapes(_network(session, request))


def _shapes(network: torch.nn.Module) -> dict[str, Any]:
    parameters, buffers = list(network.named_parameters()), list(network.named_buffers())
    return {
        "parameters": [[name, list(tensor.shape)] for name, tensor in parameters if not is_lazy(tensor)],
        "buffers": [[name, list(tensor.shape)] for name, tensor in buffers if not is_lazy(tensor)],
        "complete": not any(is_lazy(tensor) for _, tensor in [*parameters, *buffers]),
    }


@contextmanager
def _statistics_kept(network: torch.nn.Module) -> Iterator[None]:
    """Put running statistics back in the end; lazy layers have none before they first run."""
    kept = [
        (module._buffers, name, buffer.clone())  # public ways to them take a walk for every prefix of a path
        for module in network.modules()
        for name, buffer in module._buffers.items()
        if buffer is not None and not is_lazy(buffer)
    ]
    yield
    with torch.no_grad():
        for buffers, name, before in kept:
            if (buffer := buffers.get(name)) is not None:
                buffer.copy_(before)


def set_state(session: Session, request: Mapping[str, Any]) -> None:
    """Copy arrays into parameters and buffers by path."""
    network = _network(session, request)
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    with torch.no_grad():
        for path, array in request["state"].items():
            tensors[path].copy_(torch.from_numpy(np.array(array)))


def forward(session: Session, request: Mapping[str, Any]) -> Any:
    """The output for `inputs` in training or evaluation mode; running statistics are left as they were."""
    network = _network(session, request)
    network.train(bool(request["train"]))
    with torch.no_grad(), _statistics_kept(network):
        return network(torch.from_numpy(np.array(request["inputs"])))


def gradients(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """d(sum(output * cotangent)) with respect to the input and every parameter, in training mode."""
    network = _network(session, request)
    network.train()
    network.zero_grad()
    inputs = torch.from_numpy(np.array(request["inputs"])).requires_grad_()
    output = network(inputs)
    if output.requires_grad:  # not so after a detach or under no_grad: then there are no gradients
        (output * torch.from_numpy(np.array(request["cotangent"]))).sum().backward()
    return {
        "inputs": inputs.grad,
        "parameters": {name: tensor.grad for name, tensor in network.named_parameters()},
    }


def trace_network(session: Session, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The network's operations in order, in evaluation or training mode, with values when asked for."""
    network = _network(session, request)
    network.train(bool(request["train"]))
    keep = bool(request.get("keep_values"))
    with _statistics_kept(network):
        operations = trace(network, torch.from_numpy(np.array(request["inputs"])), keep_values=keep)
    before = [None, *operations[:-1]]
    return [_operation_frame(operation, last) for operation, last in zip(operations, before, strict=True)]


def graphs(session: Session, request: Mapping[str, Any]) -> dict[str, Any]:
    """The network in both modes as graphs for inputs of this shape, with the tensors that it starts from."""
    network = _network(session, request)
    inputs = torch.from_numpy(np.array(request["inputs"]))
    recorded = {}
    with torch.no_grad(), _statistics_kept(network):
        network(inputs)  # lazy layers make their tensors in their first pass, which is no part of the graph
    with _statistics_kept(network):
        for mode in MODES:
            network.train(mode == "training")
            recorded[mode] = record(network, inputs)
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    return {
        **recorded,
        "state": tensors,
        "parameters": [path for path, tensor in network.named_parameters() if tensor.requires_grad],
    }


def _operation_frame(operation: Operation, before: Operation | None) -> dict[str, Any]:
    """What a layer did, without its input where that is the output of the one before: half of all values."""
    is_handed_on = (
        before is not None and before.value_out is not None and _same(operation.value_in, before.value_out)
    )
    return {
        "layer": operation.layer,
        "parameters": dict(operation.parameters),
        "settings": dict(operation.settings),
        "shape": list(operation.shape),
        "value_in": None if is_handed_on else operation.value_in,
        "is_handed_on": is_handed_on,
        "value_out": operation.value_out,
    }


def _same(one: Any, other: torch.Tensor) -> bool:
    return one is not None and one.dtype == other.dtype and torch.equal(one, other)


def _program(session: Session) -> Program:
    program = session.objects["program"]
    assert isinstance(program, Program)
    return program


def _network(session: Session, request: Mapping[str, Any]) -> torch.nn.Module:
    network = session.objects["networks"][request["handle"]]
    assert isinstance(network, torch.nn.Module)
    return network


def _arguments(request: Mapping[str, Any]) -> list[Argument]:
    return [Argument.from_request(fields) for fields in request["arguments"]]
