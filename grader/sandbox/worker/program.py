"""The program of a name: the statements that must run, top to bottom, for the name to exist.

A notebook's training loop is not run to get a class. Of several bindings the last one before the use wins, as
in a run from top to bottom; a statement that fails costs only what depends on it.
"""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from . import ipython
from .cells import Cell, SourceStatement, SyntaxProblem, parse_cell
from .names import StatementNames, names_of
from .stubs import is_starter, is_stub


class NotDefined(Exception):  # noqa: N818
    """The hand-in nowhere defines the name."""


class NotPython(Exception):  # noqa: N818
    """The hand-in's definition of the name does not parse; `problem` says where."""

    def __init__(self, problem: SyntaxProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement with its names."""

    statement: SourceStatement
    names: StatementNames


@dataclass(slots=True)
class Program:
    """All statements of a hand-in, and the way to run those that a name needs."""

    steps: tuple[_Step, ...]
    problems: tuple[SyntaxProblem, ...]
    future_flags: int
    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)

    @classmethod
    def parse(cls, cells: Iterable[Cell]) -> Program:
        """Read the code cells of a notebook in order."""
        steps: list[_Step] = []
        problems: list[SyntaxProblem] = []
        for cell in cells:
            parsed = parse_cell(cell)
            problems += parsed.problems
            for statement in parsed.statements:
                try:
                    steps.append(_Step(statement, names_of(statement.node)))
                except RecursionError:
                    problems.append(_too_deep(statement))
        steps = _without_starters_below_answers(steps)
        return cls(
            steps=tuple(steps),
            problems=tuple(problems),
            future_flags=_future_flags(step.statement.node for step in steps),
        )

    def definitions(self) -> dict[str, tuple[int, int, bool]]:
        """Each name bound at top level: cell and line of its last binding, and whether that is a stub."""
        return {
            name: (step.statement.cell.number, step.statement.node.lineno, is_stub(step.statement.node))
            for step in self.steps
            for name in step.names.binds
        }

    def steps_for(self, name: str) -> list[int]:
        """Positions of the statements that `name` depends on, in the order of the notebook."""
        needed: set[int] = set()
        asked: set[tuple[str, int]] = set()
        pending = [(name, len(self.steps))]
        while pending:
            question = pending.pop()
            if question in asked:
                continue
            asked.add(question)
            for position in self._sources(*question):
                if position not in needed:
                    needed.add(position)
                    names = self.steps[position].names
                    pending += [(read, position) for read in names.reads_now]
                    pending += [(read, len(self.steps)) for read in names.reads_later]
        return sorted(needed)

    def _sources(self, name: str, before: int) -> list[int]:
        """The statements before a position that give `name` its value there, the latest first."""
        found: list[int] = []
        changes: list[int] = []
        for position in range(before - 1, -1, -1):
            names = self.steps[position].names
            if name in names.binds:
                found.append(position)
                if names.definite:
                    break
            elif name in names.changes:
                changes.append(position)
        if not found:
            return [position for position in range(before) if self.steps[position].names.star_import]
        # `torch.manual_seed(0)` leaves the module what it is; `args.update(...)` makes `args` another value.
        is_module = any(name in self.steps[position].names.modules for position in found)
        return found if is_module else found + changes

    def value_of(self, name: str) -> Any:
        """Run what `name` needs, once, in a namespace of its own, and give its value.

        Raises NotDefined, NotPython, or what the student's statement raised.
        """
        if name not in self.namespaces:
            self.namespaces[name] = self._run(name)
        return self.namespaces[name][name]

    def _run(self, name: str) -> dict[str, Any]:
        namespace: dict[str, Any] = {"__name__": "__main__", **ipython.names()}
        failure: Exception | None = None
        for position in self.steps_for(name):
            step = self.steps[position]
            try:
                exec(self._compile(step.statement), namespace)  # noqa: S102 -- confined
            except Exception as error:
                failure = self.cause_of(error)
                self.failures.update(dict.fromkeys(step.names.binds, failure))
        if name in namespace:
            return namespace
        if name in self.failures:
            raise self.failures[name]
        for problem in self.problems:
            if name in problem.names:
                raise NotPython(problem)
        raise failure or NotDefined(name)

    def cause_of(self, error: Exception) -> Exception:
        """What to report: a NameError after a failed import or definition is that statement's fault."""
        return self.failures.get(error.name or "", error) if isinstance(error, NameError) else error

    def _compile(self, statement: SourceStatement) -> CodeType:
        module = ast.Module(body=[statement.node], type_ignores=[])
        code: CodeType = compile(
            module, statement.cell.filename, "exec", flags=self.future_flags, dont_inherit=True
        )
        return code


def _without_starters_below_answers(steps: Iterable[_Step]) -> list[_Step]:
    """An answer counts also where a copy of the untouched starter code follows it."""
    answered: set[str] = set()
    kept: list[_Step] = []
    for step in steps:
        node = step.statement.node
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if is_starter(node) and node.name in answered:
                continue
            if not is_stub(node):
                answered.add(node.name)
        kept.append(step)
    return kept


def _too_deep(statement: SourceStatement) -> SyntaxProblem:
    """A sum of a thousand terms, say: Python runs it, but a walk over its tree does not reach the bottom."""
    name = getattr(statement.node, "name", None)
    names = (name,) if isinstance(name, str) else ()
    return SyntaxProblem(
        statement.cell.number, statement.node.lineno, "it is nested too deeply", names, False
    )


def _future_flags(nodes: Iterable[ast.stmt]) -> int:
    """`from __future__ import ...` anywhere counts for the whole notebook, as it does in a running kernel."""
    flags = 0
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= feature.compiler_flag if feature is not None else 0
    return flags
