"""Random weights that make every difference visible, carried from the reference to the student's network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from grader.compare.network.protocol import FloatArray, Network, Operation, State


def random_state(network: Network, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Values for every parameter and buffer.

    BatchNorm gets weights of both signs, biases, means and variances: freshly initialised, a wrong order of
    layers can agree with the right one to the last bit. The weights are large enough to tell ReLU from ReLU6.
    """
    state: dict[str, FloatArray] = {}
    for path, shape in network.shapes.items():
        owner, _, role = path.rpartition(".")
        normalises = f"{owner}.running_mean" in network.shapes
        if role == "num_batches_tracked":
            continue
        if role == "running_var":
            value = rng.uniform(0.5, 2.0, shape)
        elif role == "weight" and normalises:
            value = rng.uniform(0.5, 3.0, shape) * rng.choice([-1.0, 1.0], shape)
        elif role == "weight":
            value = rng.standard_normal(shape) / math.sqrt(max(1, math.prod(shape[1:])))
        else:
            value = 0.5 * rng.standard_normal(shape)
        state[path] = value.astype(np.float32)
    return state


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Which tensor of the student's network plays the part of which tensor of the reference.

    paths: reference path to student path. missing: reference paths without a counterpart.
    operations: position of a parametrised operation in the reference's trace to that in the student's.
    """

    paths: Mapping[str, str]
    missing: tuple[str, ...]
    operations: Mapping[int, int]

    def carry(self, state: State) -> dict[str, FloatArray]:
        """The reference's state under the student's names."""
        return {self.paths[path]: value for path, value in state.items() if path in self.paths}


def correspond(
    expected: Network, expected_trace: Sequence[Operation], found: Network, found_trace: Sequence[Operation]
) -> Correspondence:
    """Match tensors by the order of execution, whatever their names and the order of registration.

    Where a layer is missing or extra, the longest common subsequence of layers of one kind and shape matches.
    """
    operations = common_subsequence(
        _parametrised(expected, expected_trace), _parametrised(found, found_trace)
    )
    paths = {
        path: found_trace[theirs].parameters[role]
        for ours, theirs in operations.items()
        for role, path in expected_trace[ours].parameters.items()
        if role in found_trace[theirs].parameters
    }
    if not paths:
        paths = _by_registration(expected, found)
    wanted = [path for path in expected.shapes if not path.endswith("num_batches_tracked")]
    return Correspondence(paths, tuple(path for path in wanted if path not in paths), operations)


def _parametrised(network: Network, trace: Sequence[Operation]) -> list[tuple[int, tuple[object, ...]]]:
    return [
        (position, (operation.layer, network.shapes.get(operation.parameters.get("weight", ""))))
        for position, operation in enumerate(trace)
        if operation.parameters
    ]


def common_subsequence(
    ours: Sequence[tuple[int, object]], theirs: Sequence[tuple[int, object]]
) -> dict[int, int]:
    """Longest common subsequence of (position, kind) pairs, as positions, by dynamic programming."""
    length = np.zeros((len(ours) + 1, len(theirs) + 1), dtype=np.int64)
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            same = ours[i][1] == theirs[j][1]
            length[i, j] = length[i + 1, j + 1] + 1 if same else max(length[i + 1, j], length[i, j + 1])
    matched: dict[int, int] = {}
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if ours[i][1] == theirs[j][1]:
            matched[ours[i][0]] = theirs[j][0]
            i, j = i + 1, j + 1
        elif length[i + 1, j] >= length[i, j + 1]:
            i += 1
        else:
            j += 1
    return matched


def _by_registration(expected: Network, found: Network) -> dict[str, str]:
    """A network whose trace shows none of its parameters (weights it computes): match by order and shape."""
    ours = [(path, shape) for path, shape in expected.shapes.items() if shape]
    theirs = [(path, shape) for path, shape in found.shapes.items() if shape]
    if [shape for _, shape in ours] != [shape for _, shape in theirs]:
        return {}
    return {our_path: their_path for (our_path, _), (their_path, _) in zip(ours, theirs, strict=True)}


def concatenation_orders(
    state: State, concatenated: Mapping[str, tuple[int, tuple[int, int]]]
) -> Iterator[dict[str, FloatArray]]:
    """The state under every order in which the inputs of a layer may have been concatenated.

    concatenated: path of a weight -> (its input-channel axis, channels of the two parts). Either order
    is right.
    """
    for swaps in product((False, True), repeat=len(concatenated)):
        permuted = dict(state)
        for swap, (path, (axis, (first, second))) in zip(swaps, concatenated.items(), strict=True):
            if swap:
                order = [*range(first, first + second), *range(first)]
                permuted[path] = np.take(state[path], order, axis=axis).astype(np.float32)
        yield permuted
