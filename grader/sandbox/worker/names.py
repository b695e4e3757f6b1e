"""Which names a top-level statement binds, changes and reads: the edges of a program's dependencies.

Names read while the statement runs (a base class, a decorator, a default value, a right-hand side) are told
apart from names read later, when a function it defines is called: the first want the value of that moment,
the second the value at the end of the notebook.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class StatementNames:
    """The names of one statement.

    `definite` is false where a binding may not happen (inside `if`, `for`, `try`), so earlier bindings still
    count. `modules` are names that it binds by an import. `changes` are names whose object is altered in
    place (`x.a = 1`, `x[0] = 1`, `x.update(...)`).
    """

    binds: frozenset[str]
    definite: bool
    modules: frozenset[str]
    changes: frozenset[str]
    reads_now: frozenset[str]
    reads_later: frozenset[str]
    star_import: bool


def names_of(statement: ast.stmt) -> StatementNames:
    """Analyse one top-level statement."""
    visitor = _ModuleNames()
    visitor.visit(statement)
    return StatementNames(
        binds=frozenset(visitor.binds),
        definite=not isinstance(statement, ast.If | ast.For | ast.While | ast.Try | ast.TryStar | ast.Match),
        modules=frozenset(visitor.modules),
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
    """Walks module-level code in the order in which it runs; class bodies run at once, function bodies later.

    `bound` are the names that the statement itself has bound for certain so far: reading one needs no other
    statement.
    """

    def __init__(self, bound: Iterable[str] = ()) -> None:
        self.bound = set(bound)
        self.binds: set[str] = set()
        self.modules: set[str] = set()
        self.changes: set[str] = set()
        self.now: set[str] = set()
        self.later: set[str] = set()
        self.star_import = False
        self.declared_global: set[str] = set()

    def visit_Global(self, node: ast.Global) -> None:
        self.declared_global.update(node.names)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        # what `del` takes away at the end of a notebook was there when its functions were written

    def _read(self, name: str) -> None:
        if name not in self.bound:
            self.now.add(name)

    def _bind(self, name: str) -> None:
        self.binds.add(name)
        self.bound.add(name)

    def _visit_branch(self, *parts: ast.AST | Iterable[ast.AST] | None) -> None:
        """Code that may not run: what it binds is certain inside it only."""
        outside = set(self.bound)
        for part in parts:
            self._visit_all([part] if isinstance(part, ast.AST) else part or ())
        self.bound = outside

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.changes |= _receiver(node.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._visit_all([node.value, *node.targets])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value:
            self._visit_all([node.value, node.target])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._visit_all([node.value, node.target])

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._visit_branch(node.body)
        self._visit_branch(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._visit_branch(node.body)
        self._visit_branch(node.orelse)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._visit_branch(node.target, node.body)
        self._visit_branch(node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        self._visit_branch(node.body, node.orelse)
        for handler in node.handlers:
            self._visit_branch(handler)
        self._visit_all(node.finalbody)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type:
            self.visit(node.type)
        self.bound |= {node.name} if node.name else set()  # deleted when the handler ends
        self._visit_all(node.body)

    def visit_match_case(self, node: ast.match_case) -> None:
        self._visit_branch(node.pattern, node.guard, node.body)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name:
            self._bind(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self._bind(node.rest)

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
            self._read(node.target.id)
        self._visit_all([node.value, node.target])

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.star_import = True
            else:
                self._import(alias.asname or alias.name)

    def _import(self, name: str) -> None:
        self._bind(name)
        self.modules.add(name)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(node.decorator_list)
        self._visit_signature(node.args)
        if node.returns:
            self.visit(node.returns)
        self._bind(node.name)
        self.later |= free_names(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_signature(node.args)
        self.later |= free_names(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
        body = _ModuleNames(self.bound)
        body._visit_all(node.body)
        self.now |= body.now
        self.later |= body.later
        self.changes |= body.changes - body.binds
        self._bind(node.name)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._visit_comprehension(node.generators, node.elt)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._visit_comprehension(node.generators, node.elt)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._visit_comprehension(node.generators, node.elt)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._visit_comprehension(node.generators, node.key, node.value)

    def _visit_comprehension(self, generators: Iterable[ast.comprehension], *results: ast.expr) -> None:
        inner = _ModuleNames(self.bound)
        for generator in generators:
            inner._visit_all([generator.iter, generator.target, *generator.ifs])
        inner._visit_all(results)
        self.now |= inner.now
        self.later |= inner.later - inner.binds

    def _visit_signature(self, arguments: ast.arguments) -> None:
        self._visit_all([*arguments.defaults, *(default for default in arguments.kw_defaults if default)])
        starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]:
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
    return ((body.now | body.later) - (body.binds | local)) | body.declared_global
