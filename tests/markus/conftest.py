"""A toy assignment with four criteria on MarkUs, reports on its groups, and a MarkUs to send them to."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment
from grader.markus.api import Api
from grader.markus.client import Client, Pace
from grader.markus.key import Key
from grader.results import Result

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


@pytest.fixture(scope="session")
def toy() -> ModuleType:
    """The module of the toy assignment."""
    return _loaded("toy")


@pytest.fixture
def assignment(toy: ModuleType, tmp_path: Path) -> Assignment:
    """Question 1: 2 + 1 by checks and 3 by a person; question 2: 4 by a check; question 3: nothing at all."""
    (tmp_path / "assignment").mkdir()
    made: Assignment = toy.toy_in(tmp_path / "assignment")
    return made


@pytest.fixture
def grade_toy(assignment: Assignment, toy: ModuleType) -> Callable[..., Result]:
    """A result of the toy assignment; verdicts by line of the rubric, all right where none is given."""
    return partial(toy.graded, assignment)


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


@pytest.fixture(scope="session")
def autotester() -> ModuleType:
    """The module that reads output as MarkUs does."""
    return _loaded("autotester")
