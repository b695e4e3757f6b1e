"""Real examples to start from: the example class and the answers of the other tests."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from grader.assignment import Assignment, load_assignment

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "examples" / "csc413_a2_2025"
LARGEST = 120_000


@cache
def a2() -> Assignment:
    """The assignment that the examples answer."""
    return load_assignment(ROOT / "grader" / "assignments" / "csc413_a2_2025")


@cache
def notebooks() -> tuple[bytes, ...]:
    """The example notebooks that are small enough to be edited thousands of times, and two in old formats."""
    files = [path.read_bytes() for path in sorted(CLASS.rglob("*.ipynb")) if path.stat().st_size < LARGEST]
    newest = nbformat.reads(max((f for f in files if _is_notebook(f)), key=len).decode(), as_version=4)
    old = [nbformat.writes(nbformat.convert(newest, version)).encode() for version in (2, 3)]
    return (*files, *old)


@cache
def trees() -> tuple[Any, ...]:
    """The notebooks as parsed."""
    return tuple(json.loads(data) for data in notebooks() if _is_notebook(data))


@cache
def answer_cells() -> dict[str, str]:
    """A filled-in answer cell for each question that has fields, by question."""
    cells = {}
    for question in a2().questions:
        if question.fields:
            lines = [f"- **{field.labels[0]}**: {_right(question.id, field.id)}" for field in question.fields]
            cells[question.id] = "\n".join([f"### Answer {question.id}", *lines])
    return cells


def _right(question: str, field: str) -> str:
    assignment = a2()
    for name, formula in assignment.formulas.items():
        if name.startswith(f"{question}/") and formula.field == field:
            return formula.reference
    for name, choice in assignment.choices.items():
        if name.startswith(f"{question}/") and choice.field == field:
            return choice.answer[0]
    return "1" if question == "5.4" else "9 NIC NF + 36 NF^2"


@cache
def formulas() -> tuple[str, ...]:
    """Every answer of the table of course answers, right and wrong, in all spellings."""
    lines = (ROOT / "tests" / "compare" / "formula" / "course_answers.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and line[0] not in "#[")


@cache
def outputs() -> tuple[str, ...]:
    """Saved text outputs of training cells."""
    found = []
    for tree in trees():
        for cell in tree.get("cells", []):
            for output in cell.get("outputs", []):
                text = output.get("text", "")
                text = "".join(text) if isinstance(text, list) else text
                if "Epoch [" in text:
                    found.append(text[:6_000])
    return tuple(found)


def _is_notebook(data: bytes) -> bool:
    try:
        return bool(json.loads(data).get("cells"))
    except (ValueError, AttributeError):
        return False
