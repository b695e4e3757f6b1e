"""The layers that a definition makes, read from its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.authoring.mutants.parts import Definition

TRANSPOSED = frozenset(f"ConvTranspose{n}d" for n in (1, 2, 3))
CONVOLUTIONS = frozenset(f"Conv{n}d" for n in (1, 2, 3)) | TRANSPOSED
WEIGHTED = CONVOLUTIONS | {"Linear"}
BATCH_NORMS = frozenset(f"BatchNorm{n}d" for n in (1, 2, 3))
POOLS = frozenset(f"{kind}Pool{n}d" for kind in ("Max", "Avg") for n in (1, 2, 3))
ACTIVATIONS = frozenset({"ReLU", "LeakyReLU", "ReLU6", "Tanh", "Sigmoid", "GELU", "ELU", "SiLU", "Softplus"})
UPSAMPLING = frozenset({"Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"})
LAYERS = WEIGHTED | BATCH_NORMS | POOLS | ACTIVATIONS | UPSAMPLING | {"LayerNorm", "Dropout", "Flatten"}
SEQUENCES = frozenset({"Sequential", "ModuleList"})


@dataclass(frozen=True, slots=True)
class Layer:
    """A call that makes a layer. prefix: `nn.` or whatever stands before the layer's name."""

    node: ast.Call
    kind: str
    prefix: str

    @property
    def arguments(self) -> list[ast.expr | ast.keyword]:
        """Positional arguments, then those by name, as they stand in the source."""
        return [*self.node.args, *self.node.keywords]

    def keyword(self, name: str) -> ast.keyword | None:
        """The argument of that name."""
        return next((keyword for keyword in self.node.keywords if keyword.arg == name), None)


def layers_of(definition: Definition, kinds: frozenset[str] = LAYERS) -> Iterator[Layer]:
    """Every layer of these kinds, in the order of the source."""
    calls = [node for node in ast.walk(definition.node) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=definition.source.start):
        layer = layer_of(definition, call)
        if layer is not None and layer.kind in kinds:
            yield layer


def layer_of(definition: Definition, node: ast.expr) -> Layer | None:
    """The layer that an expression makes, if it is `nn.NAME(...)` or `NAME(...)`."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute):
        return Layer(node, node.func.attr, definition.source.text(node.func.value) + ".")
    return Layer(node, node.func.id, "") if isinstance(node.func, ast.Name) else None


def sequences_of(definition: Definition) -> Iterator[Sequence[Layer]]:
    """The layers of each nn.Sequential, also of one that is given a list."""
    for sequence in layers_of(definition, SEQUENCES):
        items = sequence.node.args
        if len(items) == 1 and isinstance(items[0], ast.List):
            items = items[0].elts
        made = [layer_of(definition, item) for item in items]
        found = [layer for layer in made if layer is not None and layer.kind in LAYERS]
        if len(found) == len(items):
            yield found


def lone_layers(definition: Definition) -> Iterator[Layer]:
    """Layers that an attribute is set to by themselves: `self.last = nn.Conv2d(...)`."""
    for node in ast.walk(definition.node):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            layer = layer_of(definition, node.value)
            if layer is not None and layer.kind in LAYERS:
                yield layer
