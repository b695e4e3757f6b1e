"""What is inside a definition: the functions of it, and the syntax nodes of their bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeVar

from grader.authoring.mutants.parts import Definition

N = TypeVar("N", bound=ast.AST)


def functions_of(definition: Definition) -> Iterator[ast.FunctionDef]:
    """The function itself, or the methods of the class."""
    if isinstance(definition.node, ast.FunctionDef):
        yield definition.node
    else:
        yield from (node for node in definition.node.body if isinstance(node, ast.FunctionDef))


def statements_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """The body without its docstring."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def nodes_of(function: ast.FunctionDef, kind: type[N]) -> Iterator[N]:
    """Every node of a kind in the body; the signature and the docstring are left aside."""
    for statement in statements_of(function):
        yield from (node for node in ast.walk(statement) if isinstance(node, kind))


def nodes_in(definition: Definition, kind: type[N]) -> Iterator[N]:
    """Every node of a kind in the bodies of a definition."""
    for function in functions_of(definition):
        yield from nodes_of(function, kind)


def parameters_of(function: ast.FunctionDef) -> list[str]:
    """The names of the parameters but `self`."""
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return [name for name in names if name != "self"]


def uses_of(function: ast.FunctionDef, name: str) -> list[ast.Name]:
    """Where the body reads a name."""
    names = nodes_of(function, ast.Name)
    return [node for node in names if node.id == name and isinstance(node.ctx, ast.Load)]
