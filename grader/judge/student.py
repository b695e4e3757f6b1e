"""What a check sees of a hand-in: its functions, networks, written answers and saved outputs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from grader.assignment import Assignment
from grader.judge.faults import CannotCheck, ForAPerson, NothingHandedIn, NotReadable, OutOfTime
from grader.judge.networks import StudentNetwork
from grader.results import Place
from grader.sandbox import StudentFault, StudentProcess, StudentRaised
from grader.submission import Answers, Notebook, Submission, TrainingRun, read_answers, training_runs

PARSE_BOMBS = ("MemoryError", "RecursionError")

Fork = Callable[[], StudentProcess]


@dataclass(frozen=True, slots=True)
class Definition:
    """Where the hand-in binds a name, and whether there is anything in it yet."""

    place: Place
    is_stub: bool


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A stretch of the hand-in that is not Python, and the names it meant to define."""

    place: Place
    message: str
    unfinished: bool


class Student:
    """One hand-in at work. A process is forked when first needed, a fresh one after a crash or a time-out.

    The code cells are read by the process right after its fork, before any of the student's code has run, so
    what `definitions` says is the parser's word, not the student's.
    """

    def __init__(self, assignment: Assignment, submission: Submission, fork: Fork) -> None:
        self.submission = submission
        self._assignment = assignment
        self._fork = fork
        self._process: StudentProcess | None = None
        self._seconds_left = assignment.limits.total_seconds
        self._unloadable: NotReadable | None = None
        self._definitions: Mapping[str, Definition] = {}
        self._unparsed: Mapping[str, Unparsed] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the student's process, if one runs."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def defines(self, name: str) -> bool:
        """Whether the hand-in has more than a stub of that name."""
        if self.submission.notebook is None:
            return False
        self._ready()
        return name in self._definitions and not self._definitions[name].is_stub

    def place_of(self, name: str) -> Place | None:
        """Where the hand-in defines a name."""
        definition = self._definitions.get(name)
        return definition.place if definition else None

    def call(self, function: str, **values: Any) -> Any:
        """Call one of the assignment's functions; arguments by the assignment's parameter names.

        Arrays come as the student's code wants them (see sandbox.worker.calling). Raises a fault
        (judge.faults, sandbox.errors) that the judge turns into a verdict.
        """
        self._require(function)
        arguments = self._arguments(self._assignment.functions[function], values)
        return self._request({"op": "call_function", "name": function, "arguments": arguments})

    def build(self, network: str, **values: Any) -> StudentNetwork:
        """Instantiate one of the assignment's networks."""
        self._require(network)
        arguments = self._arguments(self._assignment.networks[network], values)
        built = self._request({"op": "build_network", "name": network, "arguments": arguments})
        return StudentNetwork(self._request, built)

    def answers(self, question: str) -> Answers:
        """The filled-in lines of a question's answer cell, by field."""
        if self.submission.notebook is None:
            return Answers({})
        fields = {field.id: field.labels for field in self._assignment.question(question).fields}
        return read_answers(self.submission.notebook, question, fields)

    def missing_answer(self, question: str, sentence: str) -> CannotCheck:
        """What to raise where no answer cell holds an answer: it may stand where only a person reads."""
        if self.submission.writeup is not None:
            return ForAPerson("It is not in an answer cell; the write-up may hold it.")
        if self.submission.notebook is None:
            return NothingHandedIn("There is no notebook in the hand-in.")
        answers = self.answers(question)
        if not answers.has_cell:
            return ForAPerson(
                f"There is no cell 'Answer {question}'; a person looks for the answer elsewhere."
            )
        return NothingHandedIn(" ".join([sentence, *answers.notices[:1]]))

    def training_runs(self) -> Sequence[TrainingRun]:
        """The training runs whose outputs are saved in the notebook."""
        if self.submission.notebook is None:
            return ()
        return training_runs(self.submission.notebook, tuple(self._assignment.networks))

    def _require(self, name: str) -> None:
        self._ready()
        definition, unparsed = self._definitions.get(name), self._unparsed.get(name)
        if definition is None and unparsed is not None:
            if unparsed.unfinished:
                raise NothingHandedIn(f"{name} in {unparsed.place} has no body yet.")
            raise NotReadable(
                f"{name} is not valid Python: {unparsed.message} ({unparsed.place}).", unparsed.place
            )
        if definition is None:
            raise NothingHandedIn(f"The hand-in does not define {name}.")
        if definition.is_stub:
            raise NothingHandedIn(f"{name} in {definition.place} is still empty.")

    def _ready(self) -> StudentProcess:
        """A living process that has read the hand-in's cells."""
        if self._unloadable is not None:
            raise self._unloadable
        if self._process is not None and self._process.alive:
            return self._process
        self.close()
        notebook = self.submission.notebook
        if notebook is None:
            raise self._without_a_notebook()
        self._process = self._fork()
        reply = self._load(self._process, notebook)
        self._definitions = {
            name: Definition(Place(cell, line), stub)
            for name, (cell, line, stub) in reply["definitions"].items()
        }
        self._unparsed = {
            name: Unparsed(Place(cell, line), message, unfinished)
            for cell, line, message, names, unfinished in reply["problems"]
            for name in names
        }
        return self._process

    def _without_a_notebook(self) -> CannotCheck:
        if self.submission.writeup is not None and self._assignment.files.writeup_alone:
            return ForAPerson("Only a write-up was handed in; a person reads it there.")
        return NothingHandedIn("There is no notebook in the hand-in.")

    def _load(self, process: StudentProcess, notebook: Notebook) -> Any:
        """Have the cells parsed. No student's code runs in this, so most exceptions are bugs of ours."""
        cells = [[cell.number, cell.source] for cell in notebook.code_cells]
        try:
            return self._timed(process, {"op": "load", "cells": cells})
        except StudentFault as fault:
            if isinstance(fault, StudentRaised) and fault.type_name not in PARSE_BOMBS:
                raise RuntimeError(f"reading the code cells failed: {fault}") from fault
            self._unloadable = NotReadable(f"The notebook's code cells cannot be read ({fault}).")
            raise self._unloadable from fault

    def _request(self, request: dict[str, Any]) -> Any:
        return self._timed(self._ready(), request)

    def _timed(self, process: StudentProcess, request: dict[str, Any]) -> Any:
        """One request, charged to the time that all calls of the hand-in share."""
        if self._seconds_left <= 0:
            total = self._assignment.limits.total_seconds
            raise OutOfTime(f"Your hand-in used up the {total:g} s that all its parts share.")
        started = time.monotonic()
        try:
            return process.request(
                request, deadline=min(self._assignment.limits.call_seconds, self._seconds_left)
            )
        finally:
            self._seconds_left -= time.monotonic() - started

    def _arguments(self, parameters: Sequence[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        names = [parameter.removesuffix("?") for parameter in parameters]
        if set(names) != set(values):
            raise TypeError(f"the check gives {sorted(values)}, the assignment lists {sorted(names)}")
        return [
            {
                "names": [name, *self._assignment.parameters.get(name, ())],
                "value": values[name],
                "optional": parameter.endswith("?"),
            }
            for name, parameter in zip(names, parameters, strict=True)
        ]
