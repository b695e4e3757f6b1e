"""The parts of a key that can be wrong: definitions, lines of answer cells, saved outputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from grader.assignment import Assignment
from grader.authoring.mutants.source import Source
from grader.errors import Exit, GraderError
from grader.submission import Cell, Notebook, read_answers, training_runs

DefinitionNode = ast.FunctionDef | ast.ClassDef


class KeyProblem(GraderError):  # noqa: N818 - what is the matter with it
    """The key cannot be used; the message says where and what to change."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class at the top level of a code cell.

    numbers: what the key's code gives names to, in lower case: the course's own numbers, such as num_filters.
    """

    cell: Cell
    node: DefinitionNode
    source: Source
    numbers: Mapping[str, str]

    @property
    def name(self) -> str:
        """As the key's code calls it."""
        return self.node.name

    @property
    def questions(self) -> tuple[str, ...]:
        """Where it may count: anywhere."""
        return ()

    def left_out(self) -> Cell:
        """The cell with an empty definition, as in a template."""
        empty = "pass" if isinstance(self.node, ast.ClassDef) else "raise NotImplementedError"
        edit = self.source.replace_from(self.node.body[0], self.node.body[-1], empty)
        return replace(self.cell, source=self.source.edited([edit]))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer cell: `w1: w0 - ...` under `Answer 2.1.1`; the value without decoration."""

    cell: Cell
    question: str
    field: str
    number: int
    value: str

    @property
    def name(self) -> str:
        """The question and the field."""
        return f"{self.question}/{self.field}"

    @property
    def questions(self) -> tuple[str, ...]:
        """Where it may count: in its own question."""
        return (self.question,)

    def left_out(self) -> Cell:
        """The cell with nothing behind the label."""
        return self.with_value("")

    def with_value(self, value: str) -> Cell:
        """The cell with another value in the line."""
        lines = self.cell.source.split("\n")
        before, found, after = lines[self.number - 1].rpartition(self.value)
        if not found:
            raise KeyProblem(
                f"Cell {self.cell.number}, line {self.number}: the key's answer for {self.name} goes on in "
                "the next line. Write it on one line."
            )
        lines[self.number - 1] = before + value + after
        return replace(self.cell, source="\n".join(lines))


@dataclass(frozen=True, slots=True)
class SavedOutput:
    """The saved output of a cell that trained something."""

    cell: Cell

    @property
    def name(self) -> str:
        """Which cell it belongs to."""
        return f"output of cell {self.cell.number}"

    @property
    def questions(self) -> tuple[str, ...]:
        """Where it may count: anywhere."""
        return ()

    def left_out(self) -> Cell:
        """The cell as it is before it is run."""
        return replace(self.cell, outputs=())


Part: TypeAlias = Definition | Line | SavedOutput


def parts_of(key: Notebook, assignment: Assignment) -> tuple[Part, ...]:
    """Everything in a key's notebook that an answer may be read from."""
    return (*definitions_of(key), *_lines(key, assignment), *_outputs(key))


def definitions_of(key: Notebook) -> Iterator[Definition]:
    """The functions and classes of its code cells."""
    trees = [(cell, tree) for cell in key.code_cells if (tree := parsed(cell)) is not None]
    numbers = {name: value for _, tree in trees for name, value in literals(tree)}
    for cell, tree in trees:
        source = Source(cell.source)
        for node in tree.body:
            if isinstance(node, DefinitionNode):
                yield Definition(cell, node, source, numbers)


def parsed(cell: Cell) -> ast.Module | None:
    """The cell's syntax tree; None for a cell with magics, in which nothing is changed."""
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return None


def literals(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names and the whole numbers that code gives them: NF = 32, f(nf=32), {"nf": 32}."""
    for node in ast.walk(tree):
        pairs: list[tuple[str | None, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg, node.value)]
        elif isinstance(node, ast.Dict):
            pairs = [
                (key.value, value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
        for name, value in pairs:
            if name and isinstance(value, ast.Constant) and type(value.value) is int:
                yield name.lower(), str(value.value)


def _lines(key: Notebook, assignment: Assignment) -> Iterator[Line]:
    for question in assignment.questions:
        labels = {field.id: field.labels for field in question.fields}
        for field, answer in read_answers(key, question.id, labels).fields.items():
            yield Line(key.cells[answer.cell], question.id, field, answer.line, answer.value)


def _outputs(key: Notebook) -> Iterator[SavedOutput]:
    for index in sorted({run.cell for run in training_runs(key)}):
        yield SavedOutput(key.cells[index])
