"""Changing one place of an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from grader.compare.formula.expression import (
    Branch,
    Call,
    Element,
    Expression,
    Junction,
    Matrix,
    Name,
    Negative,
    Node,
    Norm,
    Piecewise,
    Power,
    Product,
    Reciprocal,
    Relation,
    Series,
    Sum,
    Transpose,
    children,
)

Put: TypeAlias = Callable[[Any], Any]
"""From what is to stand in a place to the whole expression with it."""


def places(node: Node) -> Iterator[tuple[Node, Put]]:
    """Every place but those in conditions, outermost first, and how to fill it otherwise."""
    yield node, lambda new: new
    for number, child in enumerate(children(node)):
        if isinstance(node, Branch) and number > 0:
            continue
        for inner, put in places(child):
            yield inner, _through(node, number, put)


def _through(node: Node, number: int, put: Put) -> Put:
    return lambda new: with_child(node, number, put(new))


def with_child(node: Node, number: int, new: Any) -> Any:
    """The node with one of its children replaced."""
    parts: list[Any] = list(children(node))
    parts[number] = new
    return with_children(node, parts)


def with_children(node: Node, parts: list[Any]) -> Any:
    """The node with other children, as many as it had."""
    match node:
        case Negative() | Reciprocal() | Transpose():
            return type(node)(parts[0])
        case Norm(_, kind):
            return Norm(parts[0], kind)
        case Element(name, _):
            return Element(name, parts[0])
        case Sum() | Product():
            return type(node)(tuple(parts))
        case Piecewise():
            return Piecewise(tuple(parts))
        case Call(function, _):
            return Call(function, tuple(parts))
        case Junction(word, _):
            return Junction(word, tuple(parts))
        case Power():
            return Power(*parts)
        case Relation(operator, _, _):
            return Relation(operator, *parts)
        case Branch():
            return Branch(*parts)
        case Matrix(rows):
            entries = iter(parts)
            return Matrix(tuple(tuple(next(entries) for _ in row) for row in rows))
        case Series(kind, index, _, _, _):
            return Series(kind, index, *parts)
    return node


def everywhere(node: Any, change: Callable[[Any], Any]) -> Any:
    """The expression with a change applied to every node, innermost first."""
    parts = [everywhere(child, change) for child in children(node)]
    return change(with_children(node, parts) if parts else node)


def renamed(expression: Expression, names: dict[str, str]) -> Expression:
    """The expression with names exchanged."""
    changed: Expression = everywhere(
        expression, lambda node: Name(names.get(node.name, node.name)) if isinstance(node, Name) else node
    )
    return changed
