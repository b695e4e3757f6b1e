"""An assignment of every kind of answer, with a key and a template beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from grader.assignment import Assignment, load_assignment

ASSIGNMENT = """\
schema = 1
id = "toy"
title = "A toy assignment"
marks = 6

[functions]
double = ["x"]

[parameters]
x = []

[symbols]
n = { domain = "positive integer" }
d = { domain = "positive integer" }
s = { domain = "positive" }

[formulas."1/risk"]
field = "risk"
reference = "s d/(n - d - 1) if n > d + 1; s n/(d - n - 1) if d > n + 1"

[choices."2/which"]
field = "which"
options = { I = [], II = [], III = [] }
answer = ["I", "III"]

[[questions]]
id = "1"
title = "A formula with cases"
marks = 1
criteria = [{ id = "risk", title = "The risk", marks = 1 }]
fields = [{ id = "risk" }]

[[questions]]
id = "2"
title = "A choice of several"
marks = 1
criteria = [{ id = "which", title = "Which", marks = 1 }]
fields = [{ id = "which" }]

[[questions]]
id = "3"
title = "Numbers, a condition, data"
marks = 3
criteria = [
    { id = "number", title = "A number", marks = 1 },
    { id = "when", title = "A condition", marks = 1 },
    { id = "data", title = "Data of a plot", marks = 1 },
]
fields = [{ id = "number" }, { id = "when" }, { id = "data" }]

[[questions]]
id = "4"
title = "A function"
marks = 1
criteria = [
    { id = "double", title = "Twice", marks = 1 },
    { id = "why", title = "Why", marks = 0, by = "person" },
]
"""
CHECKS = '''\
from grader.judge import NothingHandedIn, criterion
from grader.results import correct, incorrect

RIGHT = {"number": "0.25", "when": "s = 0 and n > d + 1", "data": "1, 0.5, 0.25"}


@criterion("1/risk")
def test_risk(written):
    """The risk in both regimes."""
    return written.formula("1/risk")


@criterion("2/which")
def test_which(written):
    """I and III."""
    return written.choice("2/which")


def line(student, field):
    answer = student.answers("3").fields.get(field)
    if answer is None:
        raise NothingHandedIn("The line is empty.")
    return correct("Right.") if answer.value == RIGHT[field] else incorrect("No.")


@criterion("3/number")
def test_number(student):
    """A quarter."""
    return line(student, "number")


@criterion("3/when")
def test_when(student):
    """Both conditions."""
    return line(student, "when")


@criterion("3/data")
def test_data(student):
    """Three values."""
    return line(student, "data")


@criterion("4/double")
def test_double(student):
    """Twice the number."""
    return correct("Right.") if student.call("double", x=2) == 4 else incorrect("No.")
'''
FIELDS = {
    "1": {"risk": "s d/(n - d - 1) if n > d + 1; s n/(d - n - 1) if d > n + 1"},
    "2": {"which": "I, III"},
    "3": {"number": "0.25", "when": "s = 0 and n > d + 1", "data": "1, 0.5, 0.25"},
}
DOUBLE = "def double(x):\n    return 2 * x"
STUB = "def double(x):\n    raise NotImplementedError"
HELPER = "def shown(x):\n    return str(x)"


def notebook(answers: Mapping[str, Mapping[str, str]], *code: str) -> str:
    """An .ipynb with an answer cell for each question, then the code cells."""
    texts = [
        "\n".join([f"### Answer {question}", "", *(f"- {label}: {value}" for label, value in lines.items())])
        for question, lines in answers.items()
    ]
    cells: Sequence[dict[str, object]] = [
        *({"cell_type": "markdown", "metadata": {}, "source": text} for text in texts),
        *({"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in code),
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 1, "metadata": {}, "cells": cells})


@pytest.fixture
def toy_folder(tmp_path: Path) -> Path:
    """The assignment's folder, to be changed by a test before it is loaded."""
    folder = tmp_path / "toy"
    for part in (folder, folder / "key", folder / "template"):
        part.mkdir()
    blank = {question: dict.fromkeys(lines, "") for question, lines in FIELDS.items()}
    (folder / "assignment.toml").write_text(ASSIGNMENT)
    (folder / "test_toy.py").write_text(CHECKS)
    (folder / "key" / "toy.ipynb").write_text(notebook(FIELDS, DOUBLE, HELPER))
    (folder / "template" / "toy.ipynb").write_text(notebook(blank, STUB, HELPER))
    return folder


@pytest.fixture
def toy(toy_folder: Path) -> Assignment:
    """The assignment as it is meant."""
    return load_assignment(toy_folder)
