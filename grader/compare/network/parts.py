"""What is right in a wrong network: its blocks and layers, each given what the student's network gave it.

The values come from the student's process and prove nothing about how they were computed; they do have to be
what the reference computes, layer by layer, from the images given. Values of no images, or all alike, show
nothing and count as none: of nothing everything is true, and a blank image looks alike however it is pooled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.compare.network.closeness import SINGLE_PRECISION, agree
from grader.compare.network.protocol import FloatArray, Network, Operation, ReferenceNetwork
from grader.compare.network.state import Correspondence, common_subsequence

LARGEST_VALUE = 1 << 22
"""Numbers in what one layer gave; a layer of the reference is run on it, here."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A block as executed: from its convolution to the next, what it was given and what it handed on.

    layers: without concatenations, which belong to no block.
    """

    layers: tuple[Operation, ...]
    given: FloatArray | None
    made: FloatArray | None
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Skip:
    """A convolution's input: `channels` of the block before it, and the input of an earlier convolution."""

    channels: int
    source: int


def right_shares(
    expected: ReferenceNetwork, found: Network, inputs: FloatArray, match: Correspondence
) -> dict[str, float]:
    """Each block of the reference with its share of right layers, in the worse of the two modes.

    1 means that the block as a whole is given what it should be (a skip connection included) and turns it
    into what the student's next block is given.
    """
    shares = dict.fromkeys(expected.blocks, 1.0)
    for train in (False, True):
        reference = _segments(expected, inputs, train)
        students = _segments(found, inputs, train)
        skips = dict(_skips(reference))
        following = [*list(reference)[1:], None]
        for block, position, after in zip(expected.blocks, reference, following, strict=True):
            ours, theirs = reference[position], students.get(match.operations.get(position, -1))
            if theirs is None:
                shares[block] = 0.0
                continue
            if ours.is_first:
                fed = agree(theirs.given, inputs, SINGLE_PRECISION)
            else:
                fed = position not in skips or _is_kept(skips[position], theirs.given, students, match)
            in_place = theirs.is_first == ours.is_first and (theirs.is_last or not ours.is_last)
            whole = any(
                _computes(expected, block, theirs.given, made, train)
                for made in _own_channels(theirs.made, skips.get(after) if after else None)
            )
            right = fed and in_place and whole
            share = 1.0 if right else _share_of_layers(expected, block, ours, theirs, train)
            shares[block] = min(shares[block], share)
    return shares


def _segments(network: Network, inputs: FloatArray, train: bool) -> dict[int, Segment]:
    """A network's blocks by the position of their convolution in its trace."""
    trace = [_shown(o, inputs) for o in network.trace(inputs, train=train, keep_values=True)]
    starts = [position for position, operation in enumerate(trace) if operation.is_convolution]
    if not starts:
        return {}
    handed_on = [*(trace[start].value_in for start in starts[1:]), _output(network, inputs, train, trace)]
    return {
        start: Segment(
            layers=tuple(operation for operation in trace[start:end] if operation.layer != "cat"),
            given=trace[start].value_in,
            made=made,
            is_first=start == starts[0],
            is_last=start == starts[-1],
        )
        for start, end, made in zip(starts, [*starts[1:], len(trace)], handed_on, strict=True)
    }


def _shown(operation: Operation, inputs: FloatArray) -> Operation:
    """The operation without values that show nothing, or that would take long to compare."""

    def shows(value: FloatArray | None) -> bool:
        return (
            value is not None
            and value.ndim == inputs.ndim
            and len(value) == len(inputs)
            and value.size <= LARGEST_VALUE
            and bool(value.size and value.min() < value.max())
        )

    return replace(
        operation,
        value_in=operation.value_in if shows(operation.value_in) else None,
        value_out=operation.value_out if shows(operation.value_out) else None,
    )


def _output(
    network: Network, inputs: FloatArray, train: bool, trace: Sequence[Operation]
) -> FloatArray | None:
    """The output; of a network that draws random numbers (dropout) that of the traced run's last layer."""
    output = network.forward(inputs, train=train)
    repeats = agree(network.forward(inputs, train=train), output, SINGLE_PRECISION)
    return output if repeats else trace[-1].value_out


def _skips(segments: Mapping[int, Segment]) -> Iterator[tuple[int, Skip]]:
    """Where the reference concatenates: the convolution that takes it in, and what it is made of."""
    for before, position in pairwise(segments):
        channels, given = segments[before].layers[-1].shape[1], segments[position].given
        for source in (earlier for earlier in segments if earlier < position):
            skip = Skip(channels, source)
            if any(agree(rest, segments[source].given, SINGLE_PRECISION) for rest in _rests(given, skip)):
                yield position, skip
                break


def _is_kept(
    skip: Skip, given: FloatArray | None, students: Mapping[int, Segment], match: Correspondence
) -> bool:
    """Whether the student's network hands on what the reference does."""
    source = students.get(match.operations.get(skip.source, -1))
    return source is not None and any(
        agree(rest, source.given, SINGLE_PRECISION) for rest in _rests(given, skip)
    )


def _own_channels(value: FloatArray | None, skip: Skip | None) -> Sequence[FloatArray | None]:
    """What a block made of the next one's input: all, or the first or last channels where a skip joins."""
    if value is None or skip is None:
        return (value,)
    return value[:, : skip.channels], value[:, -skip.channels :]


def _rests(value: FloatArray | None, skip: Skip) -> Sequence[FloatArray]:
    """The other channels."""
    return () if value is None else (value[:, skip.channels :], value[:, : -skip.channels])


def _share_of_layers(
    expected: ReferenceNetwork, block: str, ours: Segment, theirs: Segment, train: bool
) -> float:
    """Of a block that is not right as a whole: its layers that are, each by itself; never all of them."""
    layers = expected.blocks[block]
    pairs = common_subsequence(
        [(position, operation.layer) for position, operation in enumerate(ours.layers)],
        [(position, operation.layer) for position, operation in enumerate(theirs.layers)],
    )
    right = sum(
        _computes(expected, layers[mine], theirs.layers[its].value_in, theirs.layers[its].value_out, train)
        for mine, its in pairs.items()
        if mine < len(layers)
    )
    return min(right, len(layers) - 1) / max(len(layers), len(theirs.layers))


def _computes(
    expected: ReferenceNetwork, part: str, given: FloatArray | None, made: FloatArray | None, train: bool
) -> bool:
    """Whether the reference's part turns `given` into `made`."""
    if given is None or made is None:
        return False
    output = expected.run_part(part, given, train=train)
    return output is not None and agree(made, output, SINGLE_PRECISION)
