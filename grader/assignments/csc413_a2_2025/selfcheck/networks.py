"""Questions 4.1 and 5.1: the networks of figure 4, by the shapes that it prints and by how they behave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.errors import StudentRaised
from grader.selfcheck.findings import CannotSay, Finding, Outcome, looks_right, looks_wrong, not_checked
from grader.selfcheck.network import Network, Operation, Shape
from grader.selfcheck.parts import Part, part
from grader.selfcheck.work import Work

SIZE, BATCH = 32, 2
CONVOLUTIONS = ("Conv2d", "ConvTranspose2d")

Block = tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Arguments of a network."""

    kernel: int
    num_filters: int
    num_colours: int
    num_in_channels: int

    def __str__(self) -> str:
        channels = f"NF = {self.num_filters}, NC = {self.num_colours}, NIC = {self.num_in_channels}"
        return f"kernel {self.kernel}, {channels}"


COURSE = Sizes(3, 32, 24, 1)
OTHERS = {"PoolUpsampleNet": (Sizes(3, 5, 7, 3), Sizes(5, 6, 4, 2)), "ConvTransposeNet": (Sizes(3, 5, 7, 3),)}


@part("4.1", "PoolUpsampleNet")
def pool_upsample_net(work: Work) -> Finding:
    """At the course's numbers."""
    return look_at(work, "PoolUpsampleNet", "4a")


@part("4.1", "follows its arguments")
def pool_upsample_net_configurable(work: Work) -> Finding:
    """At other numbers and another kernel."""
    return look_at_others(work, "PoolUpsampleNet")


@part("5.1", "ConvTransposeNet")
def conv_transpose_net(work: Work) -> Finding:
    """At the course's numbers."""
    return look_at(work, "ConvTransposeNet", "4b")


@part("5.1", "follows its arguments")
def conv_transpose_net_configurable(work: Work) -> Finding:
    """At other numbers, and built with a wider kernel: not run, as the paddings of section 5.1 are for 3."""
    finding = look_at_others(work, "ConvTransposeNet")
    if finding.outcome is Outcome.LOOKS_RIGHT and (path := fixed_kernel(work)):
        return looks_wrong(
            f"{path} has the same size with kernel 5 as with kernel 3.",
            place=work.place_of("ConvTransposeNet"),
        )
    return finding


def look_at(work: Work, name: str, figure: str) -> Finding:
    """Shapes, modes and gradients at the course's numbers; the layers are listed to be compared."""
    network = build(work, name, COURSE)
    blocks = check_behaviour(network, COURSE)
    layers = "; ".join("-".join(operation.layer for operation in block) for block in blocks)
    return looks_right(
        f"Every block has its shape of figure {figure}, both modes run, gradients reach all parameters. "
        f"Compare its layers with the figure yourself: {layers}.",
        place=work.place_of(name),
    )


def look_at_others(work: Work, name: str) -> Finding:
    """The same at other numbers."""
    try:
        check_behaviour(build(work, name, COURSE), COURSE)
    except CannotSay as reason:
        if reason.finding.outcome is not Outcome.LOOKS_WRONG:
            raise
        return not_checked("Once it looks right at the course's numbers, others are tried.")
    for sizes in OTHERS[name]:
        try:
            check_behaviour(build(work, name, sizes), sizes)
        except StudentRaised as fault:
            return looks_wrong(
                f"With {sizes} it raises {fault.type_name}: {fault.message}", place=work.place_of(name)
            )
        except CannotSay as reason:
            return looks_wrong(f"With {sizes}: {reason.finding.message}", place=work.place_of(name))
    return looks_right(f"The shapes follow from the arguments: tried {'; '.join(map(str, OTHERS[name]))}.")


def fixed_kernel(work: Work) -> str:
    """A kernel of ConvTransposeNet that has one size whatever `kernel` is; empty if all follow."""
    course, wider = (
        build(work, "ConvTransposeNet", sizes).parameters for sizes in (COURSE, replace(COURSE, kernel=5))
    )
    return next((path for path, size in course.items() if len(size) == 4 and wider.get(path) == size), "")


def build(work: Work, name: str, sizes: Sizes) -> Network:
    """An instance; dilation is given where the student takes it."""
    arguments: dict[str, Any] = {
        "kernel": sizes.kernel,
        "num_filters": sizes.num_filters,
        "num_colours": sizes.num_colours,
        "num_in_channels": sizes.num_in_channels,
    }
    if name == "ConvTransposeNet":
        arguments["dilation"] = 1
    return work.build(name, **arguments)


def check_behaviour(network: Network, sizes: Sizes) -> tuple[Block, ...]:
    """The blocks, when all is as the figure says; else ends the check. Layers that never run may stay."""
    inputs = images(sizes)
    operations = network.trace(inputs)
    blocks = blocks_of(operations)
    check_shapes([block[-1].shape[1:] for block in blocks], expected_shapes(sizes))
    expected = (BATCH, sizes.num_colours, SIZE, SIZE)
    for train in (False, True):
        output = network.forward(inputs, train=train)
        mode = "training" if train else "evaluation"
        if output.shape != expected:
            raise CannotSay(
                looks_wrong(f"In {mode} mode the output has shape {output.shape}, not {expected}.")
            )
        if not np.isfinite(output).all():
            raise CannotSay(looks_wrong(f"In {mode} mode the output is not finite."))
    cotangent = np.random.default_rng(4).standard_normal(expected).astype(np.float32)
    gradients, shapes = network.gradients(inputs, cotangent), network.parameters
    used = {path for operation in operations for path in operation.parameters.values()}
    for path in sorted(used & gradients.keys()):
        gradient = gradients[path]
        if gradient is None or (len(shapes[path]) == 4 and not gradient.any()):
            raise CannotSay(
                looks_wrong(f"No gradient reaches the parameter {path}: something on the way detaches.")
            )
    return blocks


def images(sizes: Sizes, size: int = SIZE) -> NDArray[np.float32]:
    """Random images, (BATCH, NIC, size, size)."""
    shape = (BATCH, sizes.num_in_channels, size, size)
    return np.random.default_rng(3).standard_normal(shape).astype(np.float32)


def blocks_of(operations: tuple[Operation, ...]) -> tuple[Block, ...]:
    """The operations cut in front of every convolution, as figure 4 draws them."""
    starts = [n for n, operation in enumerate(operations) if operation.layer in CONVOLUTIONS]
    return tuple(
        operations[start:end] for start, end in zip(starts, [*starts[1:], len(operations)], strict=True)
    )


def expected_shapes(sizes: Sizes) -> list[Shape]:
    """What figure 4 prints for a and b alike, without the batch."""
    nf, nc = sizes.num_filters, sizes.num_colours
    half, quarter = SIZE // 2, SIZE // 4
    return [
        (nf, half, half),
        (2 * nf, quarter, quarter),
        (nf, half, half),
        (nc, SIZE, SIZE),
        (nc, SIZE, SIZE),
    ]


def check_shapes(found: list[Shape], expected: list[Shape]) -> None:
    """Block by block."""
    for number, (shape, wanted) in enumerate(zip(found, expected, strict=False), start=1):
        if shape != wanted:
            raise CannotSay(
                looks_wrong(
                    f"Block {number} gives {list(shape)} for each image; the figure prints {list(wanted)}."
                )
            )
    if len(found) != len(expected):
        raise CannotSay(
            looks_wrong(
                f"The network has {len(found)} convolutions in all; the figure has {len(expected)} blocks."
            )
        )


PARTS: tuple[Part, ...] = (
    pool_upsample_net,
    pool_upsample_net_configurable,
    conv_transpose_net,
    conv_transpose_net_configurable,
)
