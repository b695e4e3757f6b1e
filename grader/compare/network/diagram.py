"""The network as built beside the asked one, layer by layer, for people to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from grader.compare.network.describe import SHOWN_SETTINGS, setting_of, split_into_blocks
from grader.compare.network.protocol import Network, Operation
from grader.compare.network.state import common_subsequence
from grader.results.exhibits import Layer, LayerPair, NetworkDiagram

MOVES_FREELY = "Upsample"
USUAL = {"stride": "1", "padding": "0", "output_padding": "0", "dilation": "1", "groups": "1"}
"""Settings that are not worth a word."""


class Diagrams:
    """Draws two networks' traces side by side; the networks tell the shapes of the weights."""

    def __init__(self, asked: Network, built: Network) -> None:
        self._asked = asked
        self._built = built

    def side_by_side(
        self, asked: Sequence[Operation], built: Sequence[Operation], *, equal: bool
    ) -> NetworkDiagram:
        """Blocks in order, in each the layers of one kind beside each other.

        equal: the two compute the same, so that no row is marked as different.
        """
        blocks: Iterator[tuple[Sequence[Operation], Sequence[Operation]]] = zip_longest(
            split_into_blocks(asked), split_into_blocks(built), fillvalue=[]
        )
        rows = [
            row for number, (ours, theirs) in enumerate(blocks, 1) for row in self._rows(number, ours, theirs)
        ]
        if equal:
            rows = [LayerPair(row.block, row.asked, row.built, True) for row in rows]
        first = next((number for number, row in enumerate(rows) if not row.same), None)
        return NetworkDiagram("The network asked for, and the one built", tuple(rows), first)

    def _rows(
        self, block: int, ours: Sequence[Operation], theirs: Sequence[Operation]
    ) -> Iterator[LayerPair]:
        for asked, built in _pairs(ours, theirs):
            same = self._is_same(asked, built) or _only_moved(asked, built, ours, theirs)
            yield LayerPair(block, _layer(asked, self._asked), _layer(built, self._built), same)

    def _is_same(self, asked: Operation | None, built: Operation | None) -> bool:
        return (
            asked is not None
            and built is not None
            and asked.layer == built.layer
            and all(_agree(asked, built, setting) for setting in SHOWN_SETTINGS)
            and asked.parameters.keys() <= built.parameters.keys()
            and (_weight(asked, self._asked) == _weight(built, self._built))
        )


def _pairs(
    ours: Sequence[Operation], theirs: Sequence[Operation]
) -> Iterator[tuple[Operation | None, Operation | None]]:
    """Layers of one kind meet; what is left between two that meet stands side by side."""
    met = common_subsequence(
        [(at, operation.layer) for at, operation in enumerate(ours)],
        [(at, operation.layer) for at, operation in enumerate(theirs)],
    )
    mine = its = 0
    for a, b in [*met.items(), (len(ours), len(theirs))]:
        yield from zip_longest(ours[mine:a], theirs[its:b])
        if a < len(ours):
            yield ours[a], theirs[b]
        mine, its = a + 1, b + 1


def _only_moved(
    asked: Operation | None, built: Operation | None, ours: Sequence[Operation], theirs: Sequence[Operation]
) -> bool:
    """Nearest upsampling, alone in its row, that stands elsewhere in the block: it commutes with the rest."""
    alone = asked if built is None else built if asked is None else None
    if alone is None or alone.layer != MOVES_FREELY or setting_of(alone, "mode") != "nearest":
        return False
    other = theirs if alone is asked else ours
    return any(o.layer == MOVES_FREELY and all(_agree(alone, o, s) for s in SHOWN_SETTINGS) for o in other)


def _agree(one: Operation, other: Operation, name: str) -> bool:
    first, second = setting_of(one, name), setting_of(other, name)
    return first is None or second is None or first == second


def _weight(operation: Operation, network: Network) -> tuple[int, ...]:
    """The shape of the layer's weight; empty where it has none."""
    return network.shapes.get(operation.parameters.get("weight", ""), ())


def _layer(operation: Operation | None, network: Network) -> Layer | None:
    if operation is None:
        return None
    shape = " × ".join(str(size) for size in operation.shape[1:])
    return Layer(operation.layer, ", ".join(_settings(operation, network)), shape)


def _settings(operation: Operation, network: Network) -> Iterator[str]:
    kernel = _weight(operation, network)[2:] if operation.is_convolution else ()
    size = setting_of(operation, "kernel_size")
    if kernel or size:
        yield " × ".join(str(side) for side in kernel) if kernel else f"{size} × {size}"
    for name in ("stride", "padding", "output_padding", "dilation", "groups"):
        value = setting_of(operation, name)
        if value is not None and value not in (USUAL[name], size if name == "stride" else None):
            yield f"{name.replace('_', ' ')} {value}"
    if factor := setting_of(operation, "scale_factor"):
        yield f"factor {factor}"
    if mode := setting_of(operation, "mode"):
        yield mode
    if operation.is_convolution and "bias" not in operation.parameters:
        yield "no bias"
