"""A toy assignment, and its results made without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, load_assignment
from grader.results import CriterionResult, Isolation, QuestionResult, Result, Verdict, correct, needs_person

TOML = """\
schema = 1
id = "toy"
title = "A toy assignment"
marks = 10

[limits]
call_seconds = 20
total_seconds = 60

[functions]
double = ["x"]

[parameters]
x = []

[[questions]]
id = "1"
title = "The update"
marks = 6
criteria = [
    { id = "step", title = "One step", marks = 2 },
    { id = "limit", title = "The limit", marks = 1 },
    { id = "why", title = "The argument", marks = 3, by = "person" },
    { id = "extra", title = "For fun", marks = 0 },
]

[[questions]]
id = "2"
title = "The network"
marks = 4
criteria = [{ id = "net", title = "The network of figure 2", marks = 4 }]

[[questions]]
id = "3"
title = "The text"
marks = 0
criteria = [{ id = "text", title = "The text", marks = 0, by = "person" }]
"""


def toy_in(folder: Path) -> Assignment:
    """The assignment, written to a folder."""
    (folder / "assignment.toml").write_text(TOML)
    return load_assignment(folder)


def graded(
    assignment: Assignment,
    name: str = "group 1",
    verdicts: Mapping[str, Verdict] | None = None,
    **fields: Any,
) -> Result:
    """A result: verdicts by line of the rubric, all right where none is given, a person's pending."""
    questions = []
    for question in assignment.questions:
        lines = []
        for criterion in question.criteria:
            usual = needs_person("A person reads it.") if criterion.by == "person" else correct("Right.")
            verdict = (verdicts or {}).get(f"{question.id}/{criterion.id}", usual)
            lines.append(CriterionResult.of(criterion.id, criterion.title, criterion.marks, verdict))
        questions.append(QuestionResult.of(question.id, question.title, question.marks, lines))
    known: dict[str, Any] = {
        "assignment": assignment.id,
        "assignment_title": assignment.title,
        "submission": name,
        "notebook": "a2-code.ipynb",
        "isolation": Isolation(level="full"),
        "versions": {},
        "seed": 413,
        "seconds": 0.1,
    }
    return Result.of(questions, **(known | fields))
