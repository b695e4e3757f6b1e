"""Mistakes in how a network is put together: widths, numbers written into it, and its forward pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.authoring.mutants.bodies import functions_of, nodes_in, nodes_of, parameters_of, uses_of
from grader.authoring.mutants.layers import BATCH_NORMS, WEIGHTED, layers_of
from grader.authoring.mutants.mutant import Change, Rule
from grader.authoring.mutants.parts import Definition


def width(definition: Definition) -> Iterator[Change]:
    """Another number of channels, wherever that number stands."""
    source = definition.source
    places: dict[str, list[ast.expr]] = {}
    for layer in layers_of(definition, WEIGHTED | BATCH_NORMS):
        for argument in layer.node.args[: 2 if layer.kind in WEIGHTED else 1]:
            places.setdefault(source.text(argument), []).append(argument)
    names = [text for text in places if text.isidentifier()]
    for text, nodes in places.items():
        first = nodes[0]
        others: list[str] = []
        if isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult):
            others = [source.text(first.right), f"3 * {source.operand(first.right)}"]
        elif text in names:
            others = [other for other in names if other != text]
        for other in others:
            edits = tuple(source.replace(node, other) for node in nodes)
            yield Change(f"{other} channels for {text}", edits)


def hard_coded_number(definition: Definition) -> Iterator[Change]:
    """A parameter is replaced by the course's number, in one place or everywhere."""
    for function in functions_of(definition):
        for parameter in parameters_of(function):
            number = definition.numbers.get(parameter.lower())
            uses = uses_of(function, parameter)
            if number is None or not uses:
                continue
            edits = tuple(definition.source.replace(use, number) for use in uses)
            yield Change(f"{number} for {parameter} everywhere", edits)
            for edit, use in zip(edits, uses, strict=True):
                yield Change(f"{number} for {parameter} in line {use.lineno}", (edit,))


def block(definition: Definition) -> Iterator[Change]:
    """In the forward pass, a block is left out or runs twice."""
    for call, text in _blocks(definition):
        argument = definition.source.operand(call.args[0])
        name = definition.source.text(call.func)
        yield Change(f"without {name}", (definition.source.replace(call, argument),))
        yield Change(f"{name} twice", (definition.source.replace(call, f"{name}({text})"),))


def skip(definition: Definition) -> Iterator[Change]:
    """A skip connection too many, too few, or added where it should be concatenated."""
    source = definition.source
    for call, text in _blocks(definition):
        skipped = f"{source.operand(call.args[0])} + {text}"
        yield Change(f"a skip past {source.text(call.func)}", (source.replace(call, skipped),))
    for call in nodes_in(definition, ast.Call):
        joined = call.args[0] if call.args and _name(call.func) in ("cat", "concat") else None
        if isinstance(joined, ast.List | ast.Tuple) and len(joined.elts) > 1:
            for part in joined.elts:
                yield Change(f"{source.text(part)} alone", (source.replace(call, source.text(part)),))
            added = " + ".join(source.operand(part) for part in joined.elts)
            yield Change("added and not concatenated", (source.replace(call, f"({added})"),))


def gradient(definition: Definition) -> Iterator[Change]:
    """Gradients do not flow through a block."""
    for call, text in _blocks(definition):
        name = definition.source.text(call.func)
        yield Change(f"{name} detached", (definition.source.replace(call, f"{text}.detach()"),))


def _blocks(definition: Definition) -> Iterator[tuple[ast.Call, str]]:
    """Calls `self.block(x)` outside the constructor, and their text."""
    for function in functions_of(definition):
        if function.name == "__init__":
            continue
        for call in nodes_of(function, ast.Call):
            is_own = isinstance(call.func, ast.Attribute) and _name(call.func.value) == "self"
            if is_own and len(call.args) == 1 and not call.keywords:
                yield call, definition.source.text(call)


def _name(node: ast.expr) -> str:
    """The last word of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


RULES: tuple[Rule, ...] = (width, hard_coded_number, block, skip, gradient)
