"""What is right in a wrong network: its blocks and layers, each fed with what the student's own network fed to it.

The values come from the student's process and prove nothing about how they were computed; they do have to be what
the reference computes, layer by layer.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.compare.network.closeness import SINGLE_PRECISION, agree
from grader.compare.network.protocol import FloatArray, Network, Operation, ReferenceNetwork
from grader.compare.network.state import Correspondence, common_subsequence


def right_shares(
    expected: ReferenceNetwork,
    found: Network,
    inputs: FloatArray,
    expected_trace: Sequence[Operation],
    match: Correspondence,
) -> dict[str, float]:
    """For each block of the reference the share of right layers, in the worse of evaluation and training mode.

    1 means that the block as a whole turns the student's input of it into the student's input of the next.
    """
    shares = dict.fromkeys(expected.blocks, 1.0)
    reference_segments = _segments(expected_trace)
    for train in (False, True):
        output = found.forward(inputs, train=train)
        segments = _segments(found.trace(inputs, train=train, keep_values=True))
        for block, (start, ours) in zip(expected.blocks, reference_segments.items(), strict=True):
            theirs = match.operations.get(start)
            right = theirs in segments and _share(expected, block, ours, segments, theirs, output, train)
            shares[block] = min(shares[block], float(right))
    return shares


def _segments(trace: Sequence[Operation]) -> dict[int, tuple[Operation, ...]]:
    """A network's blocks: from one convolution to the next, by the position of the convolution."""
    starts = [position for position, operation in enumerate(trace) if operation.is_convolution]
    ends = [*starts[1:], len(trace)]
    return {start: tuple(trace[start:end]) for start, end in zip(starts, ends, strict=True)}


def _share(
    expected: ReferenceNetwork,
    block: str,
    ours: Sequence[Operation],
    segments: dict[int, tuple[Operation, ...]],
    theirs: int,
    output: FloatArray,
    train: bool,
) -> float:
    positions, segment, layers = list(segments), segments[theirs], expected.blocks[block]
    index = positions.index(theirs)
    made = segments[positions[index + 1]][0].value_in if index + 1 < len(positions) else output
    in_place = (index == 0) == (block == next(iter(expected.blocks)))
    if in_place and _computes(expected, block, segment[0].value_in, made, train):
        return 1.0
    pairs = common_subsequence(
        [(position, operation.layer) for position, operation in enumerate(ours)],
        [(position, operation.layer) for position, operation in enumerate(segment)],
    )
    right = sum(
        _computes(expected, layers[mine], segment[its].value_in, segment[its].value_out, train)
        for mine, its in pairs.items()
        if mine < len(layers)
    )
    return min(right, len(layers) - 1) / max(len(layers), len(segment))


def _computes(
    expected: ReferenceNetwork, part: str, given: FloatArray | None, made: FloatArray | None, train: bool
) -> bool:
    """Whether the reference's part turns `given` into `made`."""
    if given is None or made is None:
        return False
    output = expected.run_part(part, given, train=train)
    return output is not None and agree(made, output, SINGLE_PRECISION)
