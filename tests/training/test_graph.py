"""A network's graph of operations: it computes what the network computes, and nothing but tensors."""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import nn

from grader.training.graph import OPERATIONS, Graph, NotTrainable

from .networks import recipe, small_network, trainable

IMAGES = torch.rand(4, 1, 6, 6, generator=torch.Generator().manual_seed(1))


class Odd(nn.Module):
    """Spellings that students use."""

    def __init__(self, compute: Callable[[nn.Module, torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 6)
        self.compute = compute

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.compute(self, x)


def without_gradient(network: Any, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return network.layer(x)  # type: ignore[no-any-return]


STYLES: dict[str, Callable[[Any, torch.Tensor], torch.Tensor]] = {
    "in place": lambda self, x: self.layer(x).mul_(2).add_(1).relu_(),
    "views": lambda self, x: self.layer(x.flatten(1).view(-1, 6, 6)).permute(0, 2, 1).unsqueeze(1),
    "a constant": lambda self, x: self.layer(x) * torch.arange(6.0),
    "a constant of its own": lambda self, x: self.layer(x) + torch.tensor([[1.0, 2, 3, 4, 5, 6]]),
    "a list of tensors": lambda self, x: torch.stack([self.layer(x), x])[0],
    "many results": lambda self, x: sum(part.sum(-1, keepdim=True) for part in self.layer(x).chunk(3, -1)),
    "a dtype": lambda self, x: self.layer(x).double().float(),
    "weights of its own": lambda self, x: x @ self.layer.weight.t() + self.layer.bias,
    "no gradient": lambda self, x: self.layer(x.detach()).detach() + self.layer(x),
    "no gradient in a block": lambda self, x: without_gradient(self, x) + self.layer(x),
    "a softmax": lambda self, x: nn.functional.log_softmax(self.layer(x), dim=-1),
    "a mask": lambda self, x: torch.where(x > 0.5, self.layer(x), torch.zeros_like(x)),
    "its input": lambda self, x: x,
}


@pytest.mark.parametrize("style", STYLES)
def test_a_graph_gives_the_outputs_and_gradients_of_its_network(style: str) -> None:
    torch.manual_seed(0)
    network = Odd(STYLES[style])
    found = trainable(network, recipe())
    state = {path: torch.tensor(value, requires_grad=True) for path, value in found.state.items()}
    expected, output = network(IMAGES), Graph.read(found.training).compute(state, IMAGES)
    assert torch.equal(output, expected)
    if expected.requires_grad:
        expected.square().sum().backward()
        output.square().sum().backward()
        for path, parameter in network.named_parameters():
            assert torch.equal(parameter.grad, state[path].grad)


def test_the_two_modes_have_graphs_of_their_own_and_training_moves_the_statistics() -> None:
    network = small_network()
    found = trainable(network, recipe())
    state = {path: torch.tensor(value) for path, value in found.state.items()}
    training, evaluation = found.graphs()
    assert torch.equal(evaluation.compute(state, IMAGES), network.eval()(IMAGES))
    assert torch.equal(training.compute(state, IMAGES), network.train()(IMAGES))
    for path, buffer in network.named_buffers():
        assert torch.equal(state[path], buffer), path


def graph(*operations: list[Any], output: Any = ("inputs",), constants: Any = ()) -> dict[str, Any]:
    differentiated = [[*operation, True] for operation in operations]
    return {"operations": differentiated, "constants": list(constants), "output": list(output)}


INPUTS = ["inputs"]
RESULT = ["result", 0, 0]
HOSTILE = {
    "nothing": None,
    "a number": 3,
    "an empty map": {},
    "no list of operations": {"operations": 3, "constants": [], "output": INPUTS},
    "an operation without arguments": graph(["aten.relu.default"]),
    "too many operations": graph(*[["aten.relu.default", [INPUTS], {}]] * 2001),
    "an unknown operation": graph(["aten.launch.default", [INPUTS], {}]),
    "an operation of another space": graph(["prims.relu.default", [INPUTS], {}]),
    "an attribute of Python": graph(["aten.__class__.default", [INPUTS], {}]),
    "an attribute of an operation": graph(["aten.relu.__getattribute__", [["value", "__init__"]], {}]),
    "an attribute to set": graph(["aten.relu.__setattr__", [["value", "_op"], INPUTS], {}]),
    "a call of an operation": graph(["aten.relu.__call__", [INPUTS], {}]),
    "a method of an operation": graph(["aten.relu.overloads", [], {}]),
    "no overload": graph(["aten.relu.", [INPUTS], {}]),
    "a file": graph(["aten.from_file.default", [["value", "/etc/passwd"]], {}]),
    "a storage": graph(["aten.set_.source_Storage", [INPUTS, INPUTS], {}]),
    "memory beyond a tensor": graph(["aten.as_strided.default", [INPUTS, ["value", 1 << 40]], {}]),
    "an output argument": graph(["aten.add.out", [INPUTS, INPUTS], {"out": INPUTS}]),
    "a result of later": graph(["aten.relu.default", [["result", 1, 0]], {}]),
    "a state that is not there": graph(["aten.relu.default", [["state", "secret"]], {}]),
    "a constant that is not there": graph(["aten.relu.default", [["constant", 0]], {}]),
    "an unknown kind": graph(["aten.relu.default", [["eval", "1"]], {}]),
    "a kind alone": graph(["aten.relu.default", [["state"]], {}]),
    "no kind": graph(["aten.relu.default", [3], {}]),
    "an unknown option": graph(["aten.relu.default", [INPUTS], {"stream": ["value", 1]}]),
    "no argument at all": graph(["aten.relu.default", [None], {}]),
    "an output of whole numbers": graph(
        ["aten.zeros.default", [["list", []]], {"dtype": ["dtype", "int64"]}], output=RESULT
    ),
    "an output that is a list": graph(output=["list", [INPUTS]]),
    "an unknown dtype": graph(["aten.zeros.default", [["list", []]], {"dtype": ["dtype", "quint8"]}]),
    "shapes that do not fit": graph(["aten.mm.default", [INPUTS, INPUTS], {}]),
    "an index out of range": graph(["aten.select.int", [INPUTS, ["value", 0], ["value", 99]], {}]),
    "a negative size": graph(["aten.zeros.default", [["list", [["value", -3]]]], {}]),
    "more memory than there is": graph(["aten.zeros.default", [["list", [["value", 1 << 50]]]], {}]),
    "constants of text": graph(constants=["text"]),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_else_a_process_says_is_refused(case: str) -> None:
    with pytest.raises(NotTrainable):
        Graph.read(HOSTILE[case]).compute({}, IMAGES)


def test_lists_are_not_followed_for_ever() -> None:
    told: list[Any] = ["list", []]
    for _ in range(12):
        told = ["list", [told]]
    with pytest.raises(NotTrainable):
        Graph.read(graph(["aten.cat.default", [told], {}])).compute({}, IMAGES)


def test_every_operation_on_the_list_exists() -> None:
    assert all(hasattr(torch.ops.aten, name) for name in OPERATIONS)


def test_none_on_the_list_reads_files_or_reaches_beyond_its_tensors() -> None:
    assert not OPERATIONS & {
        "from_file",
        "set_",
        "as_strided",
        "as_strided_",
        "resize_",
        "_local_scalar_dense",
    }


def test_a_graph_is_computed_from_constants_of_its_own() -> None:
    network = Odd(STYLES["a constant of its own"])
    found = trainable(network, recipe())
    kept = [np.asarray(constant).copy() for constant in found.training["constants"]]
    Graph.read(found.training).compute({p: torch.tensor(v) for p, v in found.state.items()}, IMAGES).add_(1)
    assert all(np.array_equal(a, b) for a, b in zip(kept, found.training["constants"], strict=True))


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.sampled_from([1 << 40, -(1 << 63), float("nan"), "", "aten.cat.default", "state", b"bytes", [], {}]),
    st.sampled_from(
        [["inputs"], ["value", None], ["list", [["inputs"]]], ["result", 0, 0], ["constant", -1]]
    ),
)


@functools.cache
def recorded() -> Any:
    """A graph with most of what there is in one, as plain data."""
    job = trainable(small_network(), recipe())
    return job.training, {path: torch.tensor(value) for path, value in job.state.items()}


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in nested lists and maps."""
    keys = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_graph_changed_anywhere_is_computed_or_refused(data: st.DataObject) -> None:
    original, state = recorded()
    changed = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(places(changed))
        if found:
            parent, key = found[data.draw(st.integers(0, len(found) - 1))]
            parent[key] = data.draw(JUNK)
    with contextlib.suppress(NotTrainable):
        Graph.read(changed).compute(state, IMAGES)
