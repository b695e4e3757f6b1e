"""Telling starter code that nobody has filled in from an attempt."""

from __future__ import annotations

import ast


def is_stub(definition: ast.stmt) -> bool:
    """A function that does nothing yet, or a class whose `forward` does nothing yet."""
    if isinstance(definition, ast.ClassDef):
        methods = [part for part in definition.body if isinstance(part, ast.FunctionDef)]
        return any(method.name == "forward" and is_stub(method) for method in methods)
    if isinstance(definition, ast.FunctionDef):
        return all(_does_nothing(statement) for statement in definition.body)
    return False


def is_starter(definition: ast.stmt) -> bool:
    """A stub that raises NotImplementedError, as the template's do: nobody means it to replace an answer."""
    return is_stub(definition) and any(isinstance(node, ast.Raise) for node in ast.walk(definition))


def _does_nothing(statement: ast.stmt) -> bool:
    """`pass`, `...`, a docstring, `return None` and `raise NotImplementedError`."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name == "NotImplementedError"
        case _:
            return False
