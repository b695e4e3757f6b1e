"""Saying in a student's words where two networks part."""

from __future__ import annotations

from collections.abc import Sequence

from grader.compare.network.protocol import Operation

SHOWN_SETTINGS = (
    "stride",
    "padding",
    "output_padding",
    "dilation",
    "groups",
    "kernel_size",
    "scale_factor",
    "mode",
)


def split_into_blocks(trace: Sequence[Operation]) -> list[list[Operation]]:
    """A block begins at a convolution; what comes before the first belongs to the first."""
    blocks: list[list[Operation]] = [[]]
    for operation in trace:
        if operation.is_convolution and any(earlier.is_convolution for earlier in blocks[-1]):
            blocks.append([])
        blocks[-1].append(operation)
    return blocks


def first_difference(expected: Sequence[Operation], found: Sequence[Operation]) -> str | None:
    """One sentence on the first block whose layers, settings or shapes differ; None if none does."""
    ours, theirs = split_into_blocks(expected), split_into_blocks(found)
    for number, block in enumerate(ours, start=1):
        if number > len(theirs) or not theirs[number - 1]:
            return f"Block {number} ({layers(block)}) is missing."
        sentence = _block_difference(number, block, theirs[number - 1])
        if sentence:
            return sentence
    if len(theirs) > len(ours):
        return f"There is more after block {len(ours)}: {layers(theirs[len(ours)])}."
    return None


def layers(block: Sequence[Operation]) -> str:
    """`Conv2d - MaxPool2d - BatchNorm2d - ReLU`."""
    return " - ".join(operation.layer for operation in block) or "nothing"


def _block_difference(number: int, ours: Sequence[Operation], theirs: Sequence[Operation]) -> str | None:
    if sorted(o.layer for o in ours) == sorted(o.layer for o in theirs):
        if [o.layer for o in _upsampling_last(ours)] != [o.layer for o in _upsampling_last(theirs)]:
            right, yours = layers(ours), layers(theirs)
            return (
                f"Block {number} has the right layers in another order: it should be {right}; "
                f"yours is {yours}."
            )
    else:
        return f"Block {number} should be {layers(ours)}; yours is {layers(theirs)}."
    for expected in ours:
        found = next(operation for operation in theirs if operation.layer == expected.layer)
        sentence = _layer_difference(f"Block {number}, {expected.layer}", expected, found)
        if sentence:
            return sentence
    return None


def _layer_difference(where: str, expected: Operation, found: Operation) -> str | None:
    for setting in SHOWN_SETTINGS:
        wanted, given = setting_of(expected, setting), setting_of(found, setting)
        if wanted is not None and given is not None and wanted != given:
            return f"{where}: {setting} is {given}, expected {wanted}."
    if expected.shape[1:] != found.shape[1:] and expected.is_convolution:
        return f"{where}: its output has shape {list(found.shape[1:])}, expected {list(expected.shape[1:])}."
    absent = [role for role in expected.parameters if role not in found.parameters]
    return f"{where}: it has no {absent[0]}." if absent else None


def setting_of(operation: Operation, name: str) -> str | None:
    """A setting as text, an int and a pair of equal ints written alike."""
    text = operation.settings.get(name)
    if text is None:
        return None
    parts = [part.strip().removesuffix(".0") for part in text.strip("()[],").split(",")]
    return parts[0] if len(set(parts)) == 1 else ", ".join(parts)


def _upsampling_last(block: Sequence[Operation]) -> list[Operation]:
    """Nearest upsampling commutes with normalisation and activation, so its place in a block does not matter.

    Of another mode the mode is the first thing to mend, so its place is not complained about either.
    """
    moved = [o for o in block if o.layer == "Upsample"]
    return [o for o in block if o not in moved] + moved
