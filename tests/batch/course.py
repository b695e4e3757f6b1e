"""A small course outside the package: two check files, a choice, a person's criterion, and a class."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.assignment import load_assignment
from grader.batch.machines import Machines, ThisMachine
from grader.batch.plan import Plan, Wish
from grader.batch.regrade import Regrade, Regraded
from grader.batch.session import Class, Hooks, grade_class
from grader.results import Result
from grader.store import StoreReader
from grader.store.lock import only_writer
from grader.submission import list_hand_ins

TOML = """\
schema = 1
id = "small"
title = "A small course"
marks = 6

[limits]
call_seconds = 20
total_seconds = 60

[functions]
double = ["x"]
triple = ["x"]

[parameters]
x = []

[choices."3/choice"]
field = "choice"
answer = ["A"]
options = { A = [], B = [] }

[[questions]]
id = "1"
title = "Twice"
marks = 2
criteria = [{ id = "double", title = "The number doubled", marks = 2 }]

[[questions]]
id = "2"
title = "Thrice"
marks = 2
criteria = [
    { id = "triple", title = "The number tripled", marks = 1 },
    { id = "why", title = "The argument", marks = 1, by = "person" },
]

[[questions]]
id = "3"
title = "A choice"
marks = 2
criteria = [{ id = "choice", title = "The choice", marks = 2 }]
fields = [{ id = "choice" }]
"""
DOUBLE = """\
from grader.judge import criterion
from grader.results import correct, incorrect

TOLERANCE = 0.001


@criterion("1/double")
def test_double(student):
    found = {x: student.call("double", x=x) for x in (1.0, 2.0, 5.0)}
    for x, value in found.items():
        if abs(value - 2 * x) > TOLERANCE:
            return incorrect(f"At {x:g} it gives {value:g}.")
    return correct("Right.")
"""
TRIPLE = """\
from grader.judge import criterion
from grader.results import correct, incorrect


@criterion("2/triple")
def test_triple(student):
    return correct("Right.") if student.call("triple", x=7) == 21 else incorrect("Wrong.")


@criterion("3/choice")
def test_choice(written):
    return written.choice("3/choice")
"""
LEARNS = """\
import numpy as np
import torch

from grader.judge import criterion, judge_learning
from grader.training import Recipe


@criterion("1/learns")
def test_learns(student, rng, trainer):
    images = rng.random((41, 8, 1, 5, 5), dtype=np.float32)
    classes = (images[:, :, 0] * 3).astype(np.uint8)
    recipe = Recipe(images[:-1], classes[:-1], images[-1], classes[-1], learning_rate=0.5)
    return judge_learning(student.build("Net"), lambda: torch.nn.Conv2d(1, 3, 1), recipe, trainer)
"""
NETWORK = """\
import torch

class Net(torch.nn.Conv2d):
    def __init__(self):
        super().__init__(1, 3, 1)
"""
RIGHT = "def double(x):\n    return 2 * x\n\ndef triple(x):\n    return 3 * x\n"
NEARLY = "def double(x):\n    return 2 * x + 0.01\n\ndef triple(x):\n    return 3 * x\n"
WRONG = "def double(x):\n    return x\n"


def notebook_of(code: str, choice: str = "A") -> str:
    """A notebook of one code cell and one answer cell."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "source": code, "outputs": [], "execution_count": None},
        {"cell_type": "markdown", "metadata": {}, "source": f"### Answer 3\nchoice: {choice}\n"},
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 1, "metadata": {}, "cells": cells})


@dataclass(slots=True)
class Seen:
    """What a batch told while it ran."""

    planned: list[Plan] = field(default_factory=list)
    graded: list[str] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)


OnResult = Callable[[Result], None]


def drop(result: Result) -> None:
    """Do nothing with a result."""


class Course:
    """An assignment, a class and an output folder, to change and to grade."""

    right, nearly, wrong = RIGHT, NEARLY, WRONG

    def __init__(self, folder: Path) -> None:
        self.assignment = folder / "assignment"
        self.class_folder = folder / "class"
        self.out = folder / "marks"
        self.assignment.mkdir()
        self.write("assignment.toml", TOML)
        self.write("test_double.py", DOUBLE)
        self.write("test_triple.py", TRIPLE)

    def write(self, name: str, text: str) -> None:
        """Write a file of the assignment."""
        (self.assignment / name).write_text(text)

    def change(self, name: str, before: str, after: str) -> None:
        """Change a file of the assignment, which must hold `before`."""
        path = self.assignment / name
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after))

    def hand_in(self, name: str, code: str, choice: str = "A") -> None:
        """Write or replace a hand-in."""
        (self.class_folder / name).mkdir(parents=True, exist_ok=True)
        (self.class_folder / name / "work.ipynb").write_text(notebook_of(code, choice))

    def add_training(self) -> None:
        """Give question 1 a training check of a network that hand-ins may define."""
        asked = 'training = [{ id = "learns", title = "It learns" }]\n\n[[questions]]\nid = "2"'
        self.change("assignment.toml", '[[questions]]\nid = "2"', asked)
        self.change("assignment.toml", "[parameters]", "[networks]\nNet = []\n\n[parameters]")
        self.write("test_learning.py", LEARNS)

    def leave(self, name: str) -> None:
        """Take a hand-in out of the class."""
        shutil.rmtree(self.class_folder / name)

    def grade(
        self,
        jobs: int = 2,
        machines: Machines | None = None,
        on_result: OnResult = drop,
        device: str | None = None,
        **wish: Any,
    ) -> Seen:
        """Grade as `grader batch` does."""
        seen = Seen()

        def graded(result: Result) -> None:
            seen.graded.append(result.submission)
            on_result(result)

        hooks = Hooks(seen.planned.append, graded, lambda class_: None)
        hand_ins = list_hand_ins(self.class_folder)
        assignment = load_assignment(self.assignment).training_on(device)
        course = Class(assignment, hand_ins, self.out, machines or ThisMachine(jobs))
        grade_class(course, Wish(**wish), hooks)
        for path in (self.out / "results").iterdir():
            result = Result.model_validate_json(path.read_bytes())
            seen.results[result.submission] = result
        seen.graded.sort()
        return seen

    def regrade(self, *, accept: bool = False, hand_ins: bool = False, jobs: int = 2) -> Regraded:
        """Mark again as `grader regrade` does."""
        with only_writer(self.out):
            files = list_hand_ins(self.class_folder) if hand_ins else ()
            work = Regrade(load_assignment(self.assignment), self.out, jobs, files)
            regraded = work.run(lambda again: None, to_accept=accept)
            if accept:
                work.accept()
        return regraded

    def store(self) -> StoreReader:
        """The store, to read."""
        return StoreReader(self.out)
