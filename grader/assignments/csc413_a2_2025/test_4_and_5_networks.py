"""Questions 4.1 and 5.1: the networks of figure 4.

Judged at channel numbers that are all different and none of the course's (1, 32, 24), so that numbers written
into the code show; a network that is right at the course's numbers only loses the marks for being
configurable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from grader.assignment import Assignment
from grader.compare.network import NetworkComparison, compare_networks
from grader.judge import Student, StudentNetwork, criterion, remembering
from grader.results import Verdict, correct, incorrect, partial
from grader.sandbox import StudentRaised
from reference.colourization import ConvTransposeNet, PoolUpsampleNet


@dataclass(frozen=True, slots=True)
class Sizes:
    """Constructor arguments of a network."""

    kernel: int
    num_filters: int
    num_colours: int
    num_in_channels: int

    def __str__(self) -> str:
        return (
            f"kernel={self.kernel}, num_filters={self.num_filters}, num_colours={self.num_colours}, "
            f"num_in_channels={self.num_in_channels}"
        )


COURSE = Sizes(kernel=3, num_filters=32, num_colours=24, num_in_channels=1)
UNUSUAL = Sizes(kernel=3, num_filters=5, num_colours=7, num_in_channels=3)
OTHER = Sizes(kernel=3, num_filters=4, num_colours=9, num_in_channels=2)
WIDER_KERNEL = Sizes(kernel=5, num_filters=6, num_colours=4, num_in_channels=3)


@criterion("4.1/architecture")
def test_pool_upsample_net_is_the_network_of_figure_4a(
    student: Student, assignment: Assignment, rng: np.random.Generator
) -> Verdict:
    """Five blocks; nearest upsampling may stand before or after BatchNorm and ReLU."""
    return judge_architecture(student, assignment, PoolUpsampleNet, rng)


@criterion("4.1/configurable", needs=("4.1/architecture",))
def test_pool_upsample_net_is_configurable(student: Student, rng: np.random.Generator) -> Verdict:
    """Other channel numbers and a wider kernel work as well as the course's own."""
    return judge_configurable(student, PoolUpsampleNet, (OTHER, WIDER_KERNEL), rng)


@criterion("5.1/architecture")
def test_conv_transpose_net_is_the_network_of_figure_4b(
    student: Student, assignment: Assignment, rng: np.random.Generator
) -> Verdict:
    """Compared at kernel 3, where the handout (padding 1) and the starter (kernel // 2) agree."""
    return judge_architecture(student, assignment, ConvTransposeNet, rng)


@criterion("5.1/configurable", needs=("5.1/architecture",))
def test_conv_transpose_net_is_configurable(student: Student, rng: np.random.Generator) -> Verdict:
    """Other channel numbers work as well as the course's own, and the kernels have the size asked for.

    Nothing is run at another kernel, where the paddings of right answers differ.
    """
    fixed = fixed_kernel(student, ConvTransposeNet)
    if fixed:
        return incorrect(fixed, place=student.place_of("ConvTransposeNet"))
    return judge_configurable(student, ConvTransposeNet, (OTHER,), rng)


def judge_architecture(
    student: Student, assignment: Assignment, network: type[torch.nn.Module], rng: np.random.Generator
) -> Verdict:
    """Full marks for the reference's function; else marks for the blocks and layers that are right."""
    place = student.place_of(network.__name__)
    found = first_that_works(
        lambda: compare_at(student, network, UNUSUAL, rng), lambda: compare_at(student, network, COURSE, rng)
    )
    shown = found.exhibits
    if found.equal and found.missing_biases:
        return partial(assignment.credits["no_bias"], found.divergence or "", place=place, exhibits=shown)
    if found.equal:
        return correct(
            "It computes the network of the figure, in evaluation and training mode.",
            place=place,
            exhibits=shown,
        )
    reason = found.divergence or "Its output is not that of the figure's network."
    if found.only_gradients:
        return partial(assignment.credits["no_gradient"], reason, place=place, exhibits=shown)
    if found.blocks_right == len(found.blocks):
        return partial(assignment.credits["not_everywhere"], reason, place=place, exhibits=shown)
    return partial(
        found.credit(assignment.credits["wrong_block"]),
        reason,
        place=place,
        details=(
            f"{found.blocks_right} of {len(found.blocks)} blocks are right; a wrong one earns up to "
            f"{assignment.credits['wrong_block']:g} of its part for its right layers.",
            f"Compared on images of 32 x 32 with {UNUSUAL}.",
        ),
        exhibits=shown,
    )


def judge_configurable(
    student: Student,
    network: type[torch.nn.Module],
    others: tuple[Sizes, ...],
    rng: np.random.Generator,
) -> Verdict:
    """Whatever the network gets right at the course's numbers, it gets right at others."""
    place = student.place_of(network.__name__)
    at_the_courses: NetworkComparison | None = None
    for sizes in others:
        try:
            found = compare_at(student, network, sizes, rng)
        except StudentRaised as fault:
            return incorrect(f"With {sizes} it raises {student.told(fault)}.", place=place)
        if found.equal:
            continue
        at_the_courses = at_the_courses or compare_at(student, network, COURSE, rng)
        if found.credit(1.0) < at_the_courses.credit(1.0):
            return incorrect(
                f"With {sizes} it is another network than with the course's numbers; "
                "are numbers written into it?",
                place=place,
            )
    return correct("It follows its arguments.", place=place)


def fixed_kernel(student: Student, network: type[torch.nn.Module]) -> str | None:
    """What to say of a kernel that has one size whatever `kernel` is; None if all follow."""
    course, wider = (build(student, network, sizes).shapes for sizes in (COURSE, replace(COURSE, kernel=5)))
    for name, shape in course.items():
        if len(shape) == 4 and wider.get(name) == shape:
            return f"With kernel=5 the kernels of {name} still are {shape[2]} x {shape[3]}."
    return None


def first_that_works(*attempts: Callable[[], NetworkComparison]) -> NetworkComparison:
    """The first comparison that is equal, else the first that could be made, else what the first raised."""
    made: list[NetworkComparison] = []
    faults: list[StudentRaised] = []
    for attempt in attempts:
        try:
            made.append(attempt())
        except StudentRaised as fault:
            faults.append(fault)
        if made and made[-1].equal:
            return made[-1]
    if not made:
        raise faults[0]
    return made[0]


def compare_at(
    student: Student, network: type[torch.nn.Module], sizes: Sizes, rng: np.random.Generator
) -> NetworkComparison:
    """Build both networks and compare them on a square and on an oblong image."""
    found = build(student, network, sizes)
    shapes = ((2, sizes.num_in_channels, 32, 32), (3, sizes.num_in_channels, 8, 12))
    inputs = [rng.standard_normal(shape).astype(np.float32) for shape in shapes]
    inputs[0][0] += 3 * disc(32)
    return compare_networks(remembering(network, **asdict(sizes)), found, inputs, rng)


def build(student: Student, network: type[torch.nn.Module], sizes: Sizes) -> StudentNetwork:
    """The student's network with these arguments."""
    dilation = {"dilation": 1} if network is ConvTransposeNet else {}
    return student.build(network.__name__, **asdict(sizes), **dilation)


def disc(size: int) -> NDArray[np.float32]:
    """A disc on black, (size, size): in an image that a person will see, mistakes at borders stand out."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    inside: NDArray[np.bool_] = rows**2 + columns**2 < (0.3 * size) ** 2
    return inside.astype(np.float32)
