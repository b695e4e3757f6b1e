"""A toy assignment with four criteria on MarkUs, reports on its groups, and a MarkUs to send them to."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from grader.assignment import Assignment
from grader.markus.api import Api
from grader.markus.client import Client, Pace
from grader.markus.key import Key
from grader.results import Result, Verdict, correct

if TYPE_CHECKING:
    from tests.markus.server import MarkUs

QUICK = Pace(per_second=10_000, tries=3, seconds=20, first_pause=0.01, longest_pause=0.05)


def _loaded(name: str) -> ModuleType:
    """The module beside this file; the tests' folders are no packages."""
    spec = importlib.util.spec_from_file_location(f"markus_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def server() -> ModuleType:
    """The module of the MarkUs to test against."""
    return _loaded("server")


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """Question 1: 2 + 1 by checks and 3 by a person; question 2: 4 by a check; question 3: nothing at all."""
    return Assignment.model_validate(
        {
            "schema": 1,
            "id": "toy",
            "title": "A toy assignment",
            "marks": 10,
            "folder": tmp_path,
            "questions": [
                {
                    "id": "1",
                    "title": "The update",
                    "marks": 6,
                    "criteria": [
                        {"id": "step", "title": "One step", "marks": 2},
                        {"id": "limit", "title": "The limit", "marks": 1},
                        {"id": "why", "title": "The argument", "marks": 3, "by": "person"},
                        {"id": "extra", "title": "For fun", "marks": 0},
                    ],
                },
                {
                    "id": "2",
                    "title": "The network",
                    "marks": 4,
                    "criteria": [{"id": "net", "title": "The network of figure 2", "marks": 4}],
                },
                {
                    "id": "3",
                    "title": "The text",
                    "marks": 0,
                    "criteria": [{"id": "text", "title": "The text", "marks": 0, "by": "person"}],
                },
            ],
        }
    )


GradeToy = Callable[..., Result]


@pytest.fixture
def grade_toy(assignment: Assignment) -> GradeToy:
    """A result of the toy assignment; verdicts by line of the rubric, all right where none is given."""
    from grader.judge.grading import _result  # type: ignore[attr-defined]

    def grade(name: str = "group 1", verdicts: dict[str, Verdict] | None = None, **fields: Any) -> Result:
        every = {f"{q.id}/{c.id}": correct("Right.") for q, c in assignment.criteria()} | (verdicts or {})
        from grader.results import Isolation

        known: dict[str, Any] = {"problem": None, "notebook": "a2-code.ipynb"} | fields
        return _result(assignment, name, every, Isolation(level="full"), **known)

    return grade


@pytest.fixture
def markus(server: ModuleType) -> Iterator[MarkUs]:
    """A MarkUs with the toy's criteria and three groups, one of two members."""
    criteria = {"Question 1 (checks)": 3.0, "Question 1 (person)": 3.0, "Question 2": 4.0}
    names = ("group 1", "group_0002", "c5anthei")
    groups = {name: server.Group(41 + place, name, members=1 + place % 2) for place, name in enumerate(names)}
    with server.serving(server.MarkUs(criteria, groups)) as running:
        yield running
        assert running.problems == []


@pytest.fixture
def api(markus: MarkUs, server: ModuleType) -> Iterator[Api]:
    with Client(markus.url, Key(server.INSTRUCTOR_KEY), QUICK) as client:
        yield Api.at(client, "csc413", "A2")
