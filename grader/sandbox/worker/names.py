"""Which names a top-level statement binds, changes and reads: the edges of a program's dependencies.

Names read while the statement runs (a base class, a decorator, a default value, a right-hand side) are told apart
from names read later, when a function it defines is called: the first want the value of that moment, the second the
value at the end of the notebook.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class StatementNames:
    """The names of one statement.

    `definite` is false where a binding may not happen (inside `if`, `for`, `try`), so earlier bindings still count.
    `changes` are names whose object is altered in place (`x.a = 1`, `x[0] = 1`, `x.update(...)`).
    """

    binds: frozenset[str]
    definite: bool
    changes: frozenset[str]
    reads_now: frozenset[str]
    reads_later: frozenset[str]
    star_import: bool


def names_of(statement: ast.stmt) -> StatementNames:
    """Analyse one top-level statement."""
    visitor = _ModuleNames()
    visitor.visit(statement)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        visitor.changes |= _receiver(statement.value)
    return StatementNames(
        binds=frozenset(visitor.binds),
        definite=not isinstance(statement, ast.If | ast.For | ast.While | ast.Try | ast.TryStar | ast.Match),
        changes=frozenset(visitor.changes),
        reads_now=frozenset(visitor.now),
        reads_later=frozenset(visitor.later),
        star_import=visitor.star_import,
    )


def _receiver(call: ast.Call) -> set[str]:
    """`x` in `x.update(...)` and in `x.a.append(...)`."""
    target = call.func
    while isinstance(target, ast.Attribute | ast.Subscript):
        target = target.value
    return {target.id} if isinstance(target, ast.Name) and target is not call.func else set()


class _ModuleNames(ast.NodeVisitor):
    """Walks module-level code; class bodies run at once, function bodies later."""

    def __init__(self) -> None:
        self.binds: set[str] = set()
        self.changes: set[str] = set()
        self.now: set[str] = set()
        self.later: set[str] = set()
        self.star_import = False

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.now.add(node.id)
        else:
            self.binds.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._visit_place(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._visit_place(node)

    def _visit_place(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            root: ast.expr = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if isinstance(root, ast.Name):
                self.changes.add(root.id)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.now.add(node.target.id)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.binds.add(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.star_import = True
            else:
                self.binds.add(alias.asname or alias.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.generic_visit(node)  # its name is deleted when the handler ends

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.binds.add(node.name)
        self._visit_all(node.decorator_list)
        self._visit_signature(node.args)
        if node.returns:
            self.visit(node.returns)
        self.later |= free_names(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_signature(node.args)
        self.later |= free_names(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.binds.add(node.name)
        self._visit_all([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
        body = _ModuleNames()
        for statement in node.body:
            body.visit(statement)
        self.now |= body.now - body.binds
        self.later |= body.later
        self.changes |= body.changes - body.binds

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._visit_comprehension(node)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp  # type: ignore[assignment]

    def _visit_comprehension(self, node: ast.expr) -> None:
        inner = _ModuleNames()
        inner.generic_visit(node)
        self.now |= inner.now - inner.binds
        self.later |= inner.later - inner.binds

    def _visit_signature(self, arguments: ast.arguments) -> None:
        self._visit_all([*arguments.defaults, *(default for default in arguments.kw_defaults if default)])
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if argument.annotation:
                self.visit(argument.annotation)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def free_names(function: FunctionNode) -> set[str]:
    """Names that a function takes from outside when it is called."""
    arguments = function.args
    local = {
        argument.arg
        for argument in [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        ]
    }
    body = _ModuleNames()
    for node in function.body if isinstance(function.body, list) else [function.body]:
        body.visit(node)
    declared_global = {
        name
        for node in ast.walk(function)
        if isinstance(node, ast.Global)
        for name in node.names
    }
    return ((body.now | body.later) - ((body.binds | local) - declared_global)) | declared_global
