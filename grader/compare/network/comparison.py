"""Does a student's network compute the reference's function? If not, which of its blocks do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from grader.compare.network.describe import first_difference
from grader.compare.network.protocol import FloatArray, Network, Operation, ReferenceNetwork
from grader.compare.network.state import Correspondence, concatenation_orders, correspond, random_state
from grader.compare.tensor import Tolerance, is_close

SINGLE_PRECISION = Tolerance(relative=1e-3, absolute=1e-5)
GRADIENT_PRECISION = Tolerance(relative=5e-3, absolute=1e-4)


@dataclass(frozen=True, slots=True)
class NetworkComparison:
    """What was found.

    equal: the outputs agree in evaluation and training mode, and so do the gradients.
    divergence: one sentence for the student, when not equal (or when biases are missing).
    blocks: for each block of the reference, whether the student's network computes it.
    missing_biases: convolution biases the student's network does not have; compared as if they were zero.
    """

    equal: bool
    divergence: str | None
    blocks: Mapping[str, bool]
    missing_biases: tuple[str, ...] = ()

    @property
    def share_right(self) -> float:
        """The share of blocks that are right."""
        return sum(self.blocks.values()) / len(self.blocks)


def compare_networks(
    expected: ReferenceNetwork,
    found: Network,
    inputs: Sequence[FloatArray],
    rng: np.random.Generator,
    concatenated: Mapping[str, tuple[int, tuple[int, int]]] | None = None,
) -> NetworkComparison:
    """Give both the same random weights and compare them on every input (batch, channels, height, width).

    concatenated: see `concatenation_orders`.
    """
    ours = expected.trace(inputs[0], train=False)
    theirs = found.trace(inputs[0], train=False)
    match = correspond(expected, ours, found, theirs)
    missing_biases = tuple(
        path for path in match.missing if path.endswith("bias") and not _normalises(expected, path)
    )
    state = random_state(expected, rng)
    for path in missing_biases:
        state[path] = np.zeros_like(state[path])
    expected.set_state(state)
    complete = set(match.missing) <= set(missing_biases)
    divergence: str | None = "Some of its layers have no counterpart."
    for permuted in concatenation_orders(state, concatenated or {}) if complete else ():
        found.set_state(match.carry(permuted))
        divergence = _divergence(expected, found, inputs, rng, match, set(concatenated or {}))
        if divergence is None:
            return NetworkComparison(
                True, _bias_sentence(missing_biases), dict.fromkeys(expected.blocks, True), missing_biases
            )
    found.set_state(match.carry(state))
    structural = first_difference(ours, theirs)
    blocks = _blocks_right(expected, found, inputs[0], ours, match)
    return NetworkComparison(False, structural or divergence, blocks, missing_biases)


def _divergence(
    expected: Network,
    found: Network,
    inputs: Sequence[FloatArray],
    rng: np.random.Generator,
    match: Correspondence,
    permuted: Set[str],
) -> str | None:
    """The first way in which two networks with the same weights differ; weights in `permuted` may be in any order."""
    for batch in inputs:
        for train in (False, True):
            wanted, given = expected.forward(batch, train=train), found.forward(batch, train=train)
            if given.shape != wanted.shape:
                return f"Its output has shape {list(given.shape)}, expected {list(wanted.shape)}."
            if not _close(given, wanted, SINGLE_PRECISION):
                mode = "training" if train else "evaluation"
                return f"Its layers are the right ones, but its output in {mode} mode is not what they compute."
    cotangent = rng.standard_normal(wanted.shape).astype(np.float32)
    ours, theirs = expected.gradients(inputs[-1], cotangent), found.gradients(inputs[-1], cotangent)
    if not _close(theirs.inputs, ours.inputs, GRADIENT_PRECISION):
        return "Its output is right, but gradients do not flow through all of it (a detach, or a no_grad?)."
    for path, theirs_path in match.paths.items():
        wanted_gradient = ours.parameters.get(path)
        if wanted_gradient is None or path in permuted:
            continue
        if not _close(theirs.parameters.get(theirs_path), wanted_gradient, GRADIENT_PRECISION):
            return f"Its output is right, but the gradient does not reach {theirs_path}."
    return None


def _blocks_right(
    expected: ReferenceNetwork,
    found: Network,
    inputs: FloatArray,
    expected_trace: Sequence[Operation],
    match: Correspondence,
) -> dict[str, bool]:
    """Run each reference block on what the student's network fed to its own, in both modes, and compare.

    The values come from the student's process, so they prove nothing about how they were computed; they do have to
    be what the reference computes from one convolution to the next.
    """
    right = dict.fromkeys(expected.blocks, True)
    for train in (False, True):
        output = found.forward(inputs, train=train)
        trace = found.trace(inputs, train=train, keep_values=True)
        convolutions = [position for position, operation in enumerate(trace) if operation.is_convolution]
        ours = [position for position, operation in enumerate(expected_trace) if operation.is_convolution]
        for block, position in zip(expected.blocks, ours, strict=True):
            theirs = match.operations.get(position)
            right[block] = right[block] and theirs in convolutions and _block_is_right(
                expected, block, trace, convolutions, convolutions.index(theirs), output, train
            )
    return right


def _block_is_right(
    expected: ReferenceNetwork,
    block: str,
    trace: Sequence[Operation],
    convolutions: Sequence[int],
    index: int,
    output: FloatArray,
    train: bool,
) -> bool:
    if (index == 0) != (block == expected.blocks[0]):
        return False
    given = trace[convolutions[index]].value_in
    is_last = index + 1 == len(convolutions)
    made = output if is_last else trace[convolutions[index + 1]].value_in
    if given is None or made is None or given.ndim != 4:
        return False
    return _close(made, expected.run_block(block, given, train=train), SINGLE_PRECISION)


def _normalises(network: Network, bias: str) -> bool:
    return bias.removesuffix("bias") + "running_mean" in network.shapes


def _bias_sentence(missing: Sequence[str]) -> str | None:
    if not missing:
        return None
    return "Its convolutions have no bias; the handout asks for the default parameters."


def _close(found: FloatArray | None, expected: FloatArray | None, tolerance: Tolerance) -> bool:
    if found is None or expected is None or found.shape != expected.shape:
        return found is None and expected is None
    return is_close(found.astype(np.float64), expected.astype(np.float64), tolerance)
