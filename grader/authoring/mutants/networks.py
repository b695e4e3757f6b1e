"""Mistakes in the layers of a network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from grader.authoring.mutants.layers import (
    ACTIVATIONS,
    BATCH_NORMS,
    CONVOLUTIONS,
    POOLS,
    TRANSPOSED,
    UPSAMPLING,
    WEIGHTED,
    Layer,
    layers_of,
    lone_layers,
    sequences_of,
)
from grader.authoring.mutants.mutant import Change, Rule, Same
from grader.authoring.mutants.parts import Definition

POINTWISE = BATCH_NORMS | ACTIVATIONS
OTHER_ACTIVATIONS = ("LeakyReLU", "Tanh", "Sigmoid", "GELU", "ReLU6")


def order(definition: Definition) -> Iterator[Change]:
    """Two layers that follow each other change places."""
    source = definition.source
    for sequence in sequences_of(definition):
        for first, second in pairwise(sequence):
            edits = (
                source.replace(first.node, source.text(second.node)),
                source.replace(second.node, source.text(first.node)),
            )
            upsampled = {first.kind, second.kind} & UPSAMPLING and {first.kind, second.kind} & POINTWISE
            yield Change(
                f"{second.kind} before {first.kind}",
                edits,
                Same.UPSAMPLING if upsampled and not _has_mode(first, second) else None,
            )


def _has_mode(*layers: Layer) -> bool:
    return any(layer.keyword("mode") for layer in layers)


def missing_layer(definition: Definition) -> Iterator[Change]:
    """A layer is left out."""
    source = definition.source
    for sequence in sequences_of(definition):
        nodes = [layer.node for layer in sequence]
        for position, layer in enumerate(sequence):
            yield Change(f"without {layer.kind}", (source.remove(nodes, position),))
    for layer in lone_layers(definition):
        yield Change(f"without {layer.kind}", (source.replace(layer.node, f"{layer.prefix}Identity()"),))


def extra_layer(definition: Definition) -> Iterator[Change]:
    """A layer stands twice, or a ReLU or a Dropout follows it."""
    source = definition.source
    for sequence in sequences_of(definition):
        for layer, following in zip(sequence, [*sequence[1:], None], strict=True):
            is_relu = layer.kind == "ReLU"
            before_relu = following is not None and following.kind == "ReLU"
            text = source.text(layer.node)
            twice = Same.TWICE if is_relu else None
            yield Change(f"{layer.kind} twice", (source.append(layer.node, f", {text}"),), twice)
            if not is_relu:
                relu = source.append(layer.node, f", {layer.prefix}ReLU()")
                yield Change(f"ReLU after {layer.kind}", (relu,), Same.TWICE if before_relu else None)
            dropout = source.append(layer.node, f", {layer.prefix}Dropout(0.5)")
            yield Change(f"Dropout after {layer.kind}", (dropout,))
    for layer in lone_layers(definition):
        for extra in ("ReLU()", "Dropout(0.5)"):
            text = f"{layer.prefix}Sequential({source.text(layer.node)}, {layer.prefix}{extra})"
            yield Change(f"{extra} after {layer.kind}", (source.replace(layer.node, text),))


def activation(definition: Definition) -> Iterator[Change]:
    """Another activation."""
    for layer in layers_of(definition, ACTIVATIONS):
        for other in OTHER_ACTIVATIONS:
            if other != layer.kind:
                edit = definition.source.replace(layer.node, f"{layer.prefix}{other}()")
                yield Change(f"{other} for {layer.kind}", (edit,))


def bias(definition: Definition) -> Iterator[Change]:
    """No bias, or a normalisation that learns nothing."""
    for layer in layers_of(definition, WEIGHTED):
        yield from _with_keyword(definition, layer, "bias", "False")
    for layer in layers_of(definition, BATCH_NORMS):
        yield from _with_keyword(definition, layer, "affine", "False")


def normalisation(definition: Definition) -> Iterator[Change]:
    """Another normalisation, or one without running statistics, or with a large epsilon."""
    source = definition.source
    for layer in layers_of(definition, BATCH_NORMS):
        channels = source.text(layer.arguments[0])
        dimensions = layer.kind.removeprefix("BatchNorm")
        for other in (f"InstanceNorm{dimensions}({channels}, affine=True)", f"GroupNorm(1, {channels})"):
            yield Change(f"{other} for {layer.kind}", (source.replace(layer.node, f"{layer.prefix}{other}"),))
        yield from _with_keyword(definition, layer, "track_running_stats", "False")
        yield from _with_keyword(definition, layer, "eps", "0.5")


def padding(definition: Definition) -> Iterator[Change]:
    """The padding is left out, one more, or of another kind."""
    for layer in layers_of(definition, CONVOLUTIONS):
        yield from _without_or_one_more(definition, layer, "padding")
        if layer.keyword("padding") and layer.kind not in TRANSPOSED:
            yield from _with_keyword(definition, layer, "padding_mode", '"reflect"')


def output_padding(definition: Definition) -> Iterator[Change]:
    """The output padding is left out or one more."""
    for layer in layers_of(definition, TRANSPOSED):
        yield from _without_or_one_more(definition, layer, "output_padding")


def stride(definition: Definition) -> Iterator[Change]:
    """The stride is left out, one more, or 2 where there is none."""
    for layer in layers_of(definition, CONVOLUTIONS):
        yield from _without_or_one_more(definition, layer, "stride")
        if len(layer.node.args) <= 3:
            yield from _with_keyword(definition, layer, "stride", "2")


def dilation(definition: Definition) -> Iterator[Change]:
    """A dilation of 2."""
    for layer in layers_of(definition, CONVOLUTIONS):
        yield from _with_keyword(definition, layer, "dilation", "2")


def pooling(definition: Definition) -> Iterator[Change]:
    """Another kind of pooling, or windows that overlap."""
    source = definition.source
    for layer in layers_of(definition, POOLS):
        other = layer.kind.replace("Max", "Avg") if "Max" in layer.kind else layer.kind.replace("Avg", "Max")
        yield Change(f"{other} for {layer.kind}", (source.replace(layer.node.func, layer.prefix + other),))
        overlapping = source.replace(layer.node, f"{layer.prefix}{layer.kind}(3, 2, 1)")
        yield Change("windows of 3 that overlap", (overlapping,))


def upsampling(definition: Definition) -> Iterator[Change]:
    """Another mode of upsampling."""
    for layer in layers_of(definition, frozenset({"Upsample"})):
        for mode in ("bilinear", "bicubic"):
            yield from _with_keyword(definition, layer, "mode", f'"{mode}"')


def _with_keyword(definition: Definition, layer: Layer, name: str, value: str) -> Iterator[Change]:
    """A keyword argument that is not there yet."""
    if layer.keyword(name) is None and layer.arguments:
        edit = definition.source.append(layer.arguments[-1], f", {name}={value}")
        yield Change(f"{layer.kind} with {name}={value}", (edit,))


def _without_or_one_more(definition: Definition, layer: Layer, name: str) -> Iterator[Change]:
    keyword = layer.keyword(name)
    if keyword is not None:
        source = definition.source
        position = layer.arguments.index(keyword)
        yield Change(f"{layer.kind} without {name}", (source.remove(layer.arguments, position),))
        yield Change(f"{name} of {layer.kind} one more", (source.append(keyword, " + 1"),))


RULES: tuple[Rule, ...] = (
    order,
    missing_layer,
    extra_layer,
    activation,
    bias,
    normalisation,
    padding,
    output_padding,
    stride,
    dilation,
    pooling,
    upsampling,
)
