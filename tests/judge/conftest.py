"""A sandbox for the session, throw-away assignments, and hand-ins of a few cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from grader.assignment import Assignment, load_assignment
from grader.judge import Student
from grader.judge.grading import student_limits
from grader.sandbox import NoConfinement, SandboxServer
from grader.submission import Submission, open_submission

TOML = """
schema = 1
id = "throw_away"
title = "A throw-away assignment"
marks = {marks}

[limits]
call_seconds = {call_seconds}
total_seconds = {total_seconds}

[functions]
double = ["x"]
triple = ["x"]

[networks]
Net = ["n", "dilation?"]

[parameters]
x = ["value"]
n = ["width"]
dilation = []

[[questions]]
id = "1"
title = "The question"
marks = {marks}
criteria = [{criteria}]
"""

CHECKS_BEGIN = """
import pytest
from grader.judge import criterion, NothingHandedIn
from grader.results import Verdict, correct, incorrect, partial
from grader.sandbox import SandboxError

"""


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxServer]:
    """One server for all tests here; unconfined where nothing confines, as only our code runs."""
    try:
        server = SandboxServer.start("auto", preload="single")
    except NoConfinement:
        server = SandboxServer.start("none", preload="single")
    with server:
        yield server


@pytest.fixture
def make_assignment(tmp_path: Path) -> Callable[..., Assignment]:
    """Write an assignment with these criteria (one mark each) and these checks; returns it loaded."""

    def make(
        checks: str = "",
        criteria: Sequence[str] = (),
        *,
        name: str = "assignment",
        call_seconds: float = 20,
        total_seconds: float = 60,
    ) -> Assignment:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "assignment.toml").write_text(
            TOML.format(
                marks=len(criteria) or 1,
                criteria=", ".join(f'{{ id = "{id}", title = "{id}", marks = 1 }}' for id in criteria)
                or '{ id = "a", title = "a", marks = 1 }',
                call_seconds=call_seconds,
                total_seconds=total_seconds,
            )
        )
        (folder / "test_checks.py").write_text(CHECKS_BEGIN + checks)
        return load_assignment(folder)

    return make


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of these code cells; returns its folder."""

    def write(*cells: str, name: str = "student") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        content = {
            "nbformat": 4,
            "nbformat_minor": 1,
            "metadata": {},
            "cells": [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells],
        }
        (folder / "a2-code.ipynb").write_text(json.dumps(content))
        return folder

    return write


@pytest.fixture
def student_of(
    sandbox: SandboxServer, hand_in: Callable[..., Path], make_assignment: Callable[..., Assignment]
) -> Iterator[Callable[..., Student]]:
    """A student whose hand-in is these cells, for the given assignment or an empty one."""
    students: list[Student] = []

    def make(*cells: str, assignment: Assignment | None = None) -> Student:
        asked = assignment or make_assignment()
        submission = opened(asked, hand_in(*cells, name=f"student_{len(students)}"))
        students.append(Student(asked, submission, lambda: sandbox.client(0).fork(student_limits(asked))))
        return students[-1]

    def opened(asked: Assignment, folder: Path) -> Submission:
        return open_submission(
            folder,
            notebook_patterns=asked.files.notebook,
            writeup_patterns=asked.files.writeup,
            asked_names=asked.asked_names,
        )

    yield make
    for student in students:
        student.close()
