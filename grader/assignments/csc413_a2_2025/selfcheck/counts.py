"""Question 4.3: the counts, held against the student's own network, layer by layer as it runs.

Nothing here knows a formula. The network is built at a few sizes and its layers are counted, for the image of
figure 4 and for one twice as wide and high; so a network that does not look right yet decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, product
from math import prod

from grader.assignments.csc413_a2_2025.selfcheck.handout import numbers
from grader.assignments.csc413_a2_2025.selfcheck.networks import (
    SIZE,
    Block,
    Sizes,
    blocks_of,
    build,
    check_shapes,
    expected_shapes,
    images,
)
from grader.assignments.csc413_a2_2025.selfcheck.relations import times_in_words
from grader.compare.formula import Symbols
from grader.results.verdict import Place
from grader.sandbox.errors import StudentFault
from grader.selfcheck.findings import (
    CannotSay,
    Echo,
    Finding,
    looks_right,
    looks_wrong,
    not_attempted,
    recorded,
    unreadable,
)
from grader.selfcheck.formulas import read_formula
from grader.selfcheck.network import Network, Operation
from grader.selfcheck.parts import Part
from grader.selfcheck.work import Work
from grader.submission.answers import Answer

NETWORK = "PoolUpsampleNet"
POINTS = (Sizes(3, 5, 7, 3), Sizes(3, 4, 11, 2), Sizes(3, 9, 2, 4))
SYMBOLS = Symbols(
    {
        "NIC": ("num_in_channels",),
        "NF": ("num_filters",),
        "NC": ("num_colours", "num_colors"),
        "k": ("K", "kernel"),
    }
)
TWO_READINGS = "It is not clear what is divided: write a/(b c) or (a/b) c, with brackets."
POOLING = frozenset({"MaxPool2d", "AvgPool2d"})
RESAMPLING = POOLING | {"Upsample"}
NORM = frozenset({"BatchNorm2d"})
ACTIVATION = frozenset({"ReLU"})
KINDS_COUNTED = (frozenset[str](), RESAMPLING, RESAMPLING | NORM, RESAMPLING | NORM | ACTIVATION)
"""What an answer may count beside the convolutions."""


@dataclass(frozen=True, slots=True)
class Count:
    """An answer's values at the points, and what is shown of it."""

    values: tuple[float, ...]
    echo: Echo | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Layer:
    """One operation of a network, with the shapes of its parameters and the number of values going in."""

    kind: str
    parameters: Mapping[str, tuple[int, ...]]
    inputs: int
    outputs: int


Layers = tuple[tuple[Layer, ...], ...]
"""The student's network at every point."""


def look_at(quantity: str, work: Work) -> Finding:
    """A first answer, against the student's own network on the figure's image."""
    answer = read_count(work, quantity)
    return compare(quantity, answer, networks_at(work, SIZE), SIZE)


def look_at_doubled(quantity: str, work: Work) -> Finding:
    """A doubled answer: right by itself, or as many times the first one as the network's counts grow."""
    field = f"{quantity}_doubled"
    written = work.answers("4.3").get(field) if work.has_notebook else None
    if written and (times := times_in_words(written.value)) is not None:
        return look_at_relation(quantity, times, written, work)
    answer = read_count(work, field)
    networks, doubled = networks_at(work, SIZE), networks_at(work, 2 * SIZE)
    if networks and follows(quantity, work, answer, networks[0], doubled[0]):
        return looks_right(
            f"It is to your first answer as the counts of your own {NETWORK} on both images are.",
            place=answer.place,
            echo=answer.echo,
        )
    return compare(quantity, answer, doubled, 2 * SIZE)


def look_at_relation(quantity: str, times: int, answer: Answer, work: Work) -> Finding:
    """Words, against how the network's own counts grow from one image to the other."""
    read_count(work, quantity)  # without a first answer they say nothing
    networks, doubled = networks_at(work, SIZE), networks_at(work, 2 * SIZE)
    place = Place(answer.cell + 1, answer.line)
    if not networks:
        message = f"It can be read. Once {NETWORK} has the figure's shapes, it is held against it."
        return recorded(message, place=place)
    if set(growth_of(quantity, networks[0], doubled[0])) != {times}:
        return looks_wrong(f"That is not how the counts of your own {NETWORK} change.", place=place)
    return looks_right(f"That is how the counts of your own {NETWORK} change.", place=place)


def growth_of(quantity: str, networks: Layers, doubled: Layers) -> list[float]:
    """How many times as many the convolutions count on the larger image, at every point."""
    count = COUNTERS[quantity][0]
    return [count(large) / count(small) for small, large in zip(networks, doubled, strict=True)]


def follows(quantity: str, work: Work, answer: Count, networks: Layers, doubled: Layers) -> bool:
    """Whether the answer is as many times the first one as the convolutions' count on the larger image."""
    try:
        first = read_count(work, quantity)
    except CannotSay:
        return False
    growth = growth_of(quantity, networks, doubled)
    return len(set(first.values)) > 1 and answer.values == tuple(
        times * value for times, value in zip(growth, first.values, strict=True)
    )


def compare(quantity: str, answer: Count, networks: tuple[Layers, ...], size: int) -> Finding:
    """Right when the values are those of one way to count the network's layers."""
    if len(set(answer.values)) == 1:
        return looks_wrong("It does not depend on NIC, NF and NC.", place=answer.place, echo=answer.echo)
    if not networks:
        message = f"It can be read. Once {NETWORK} has the figure's shapes, it is held against it."
        return recorded(message, place=answer.place, echo=answer.echo)
    of_what = f"of your own {NETWORK} on a {size} x {size} image"
    ways = product(COUNTERS[quantity], networks)
    if any(tuple(map(count, layers)) == answer.values for count, layers in ways):
        message = f"It is the number of {quantity} {of_what}, at {len(POINTS)} sizes."
        return looks_right(message, place=answer.place, echo=answer.echo)
    point = ", ".join(f"{name} = {value}" for name, value in arguments(POINTS[0]).items())
    message = f"At {point} and the like it is not the number of {quantity} {of_what}, in any way to count."
    return looks_wrong(message, place=answer.place, echo=answer.echo)


def read_count(work: Work, field: str) -> Count:
    """From the line of the answer cell, or else from the function count_..."""
    function = f"count_{field}"
    if work.has_notebook and field in work.answers("4.3"):
        formula, *others = read_formula(work.answer("4.3", field, field), SYMBOLS)
        if others:
            raise CannotSay(unreadable(TWO_READINGS, place=formula.place))
        formula.check_shape(SYMBOLS, "a number")
        values = tuple(float(formula.at(arguments(sizes))) for sizes in POINTS)
        return Count(values, formula.echo, formula.place)
    if work.defines(function):
        found = [work.call(function, **arguments(sizes)) for sizes in POINTS]
        return Count(
            tuple(float(numbers(value, (), function)) for value in found), None, work.place_of(function)
        )
    label = field.replace("_", " ")
    raise CannotSay(
        not_attempted(f"There is neither a line '{label}:' under 'Answer 4.3' nor a function {function}.")
    )


def arguments(sizes: Sizes) -> dict[str, float]:
    """By the question's names."""
    return {"NIC": sizes.num_in_channels, "NF": sizes.num_filters, "NC": sizes.num_colours, "k": sizes.kernel}


def networks_at(work: Work, size: int) -> tuple[Layers, ...]:
    """As the network runs, and as figure 4 draws it; nothing if its shapes are not the figure's."""
    return work.once((NETWORK, size), lambda: find_networks_at(work, size))


def find_networks_at(work: Work, size: int) -> tuple[Layers, ...]:
    """The same, found by running it."""
    try:
        networks = [(build(work, NETWORK, sizes), sizes) for sizes in POINTS]
        blocks = [blocks_at(network, sizes, size) for network, sizes in networks]
    except (CannotSay, StudentFault):
        return ()
    return tuple(
        tuple(
            tuple(described(network, chain.from_iterable(map(order, cut)), sizes.num_in_channels * size**2))
            for (network, sizes), cut in zip(networks, blocks, strict=True)
        )
        for order in (as_run, as_drawn)
    )


def blocks_at(network: Network, sizes: Sizes, size: int) -> tuple[Block, ...]:
    """The blocks on one image; ends the check where the network has not the figure's shapes."""
    blocks = blocks_of(network.trace(images(sizes)))
    check_shapes([block[-1].shape[1:] for block in blocks], expected_shapes(sizes))
    return blocks_of(network.trace(images(sizes, size)[:1]))


def as_run(block: Block) -> Block:
    """The operations with the sizes that they have."""
    return block


def as_drawn(block: Block) -> Block:
    """BatchNorm and ReLU end a block in the figure; upsampling after them gives the same with less work."""
    return tuple(
        replace(operation, shape=block[-1].shape) if operation.layer in NORM | ACTIVATION else operation
        for operation in block
    )


def described(network: Network, operations: Iterable[Operation], inputs: int) -> Iterable[Layer]:
    """Each operation takes what the one before it gives."""
    for operation in operations:
        outputs = prod(operation.shape)
        shapes = {
            role: network.parameters[path]
            for role, path in operation.parameters.items()
            if path in network.parameters
        }
        yield Layer(operation.layer, shapes, inputs, outputs)
        inputs = outputs


def weights(layers: Iterable[Layer], *, biases: bool, norm: bool) -> int:
    """Entries of the convolutions' kernels; with their biases, with BatchNorm's scale and shift."""
    total = 0
    for layer in layers:
        roles = {"weight", "bias"} if norm and layer.kind in NORM else set()
        if layer.kind == "Conv2d":
            roles = {"weight", "bias"} if biases else {"weight"}
        total += sum(prod(shape) for role, shape in layer.parameters.items() if role in roles)
    return total


def outputs(layers: Iterable[Layer], *, also: frozenset[str]) -> int:
    """Values that the convolutions give, and the layers of other kinds that are counted."""
    return sum(layer.outputs for layer in layers if layer.kind == "Conv2d" or layer.kind in also)


def connections(layers: Iterable[Layer], *, also: frozenset[str], upsampled_from: int) -> int:
    """Pairs of a value and one that it depends on; some count 4 for an upsampled one, the whole square."""
    total = 0
    for layer in layers:
        if layer.kind == "Conv2d":
            total += layer.outputs * prod(layer.parameters["weight"][1:])
        elif layer.kind in also:
            times = upsampled_from if layer.kind == "Upsample" else 1
            total += layer.inputs if layer.kind in POOLING else times * layer.outputs
    return total


COUNTERS: Mapping[str, tuple[Callable[[tuple[Layer, ...]], int], ...]] = {
    "weights": tuple(partial(weights, biases=b, norm=n) for b in (False, True) for n in (False, True)),
    "outputs": tuple(partial(outputs, also=also) for also in KINDS_COUNTED),
    "connections": tuple(
        partial(connections, also=also, upsampled_from=four) for also in KINDS_COUNTED for four in (1, 4)
    ),
}
PARTS: tuple[Part, ...] = (
    *(Part("4.3", quantity, partial(look_at, quantity)) for quantity in COUNTERS),
    *(Part("4.3", f"{quantity} doubled", partial(look_at_doubled, quantity)) for quantity in COUNTERS),
)
