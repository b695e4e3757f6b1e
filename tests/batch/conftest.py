"""A small course outside the package, with a sandbox server that every batch of it shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from grader.sandbox import NoConfinement, SandboxServer

from .course import NEARLY, RIGHT, WRONG, Course


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxServer]:
    """One server for every batch here: starting one takes longer than the batch."""
    try:
        started = SandboxServer.start("auto", clients=2, preload="single")
    except NoConfinement as problem:
        pytest.skip(str(problem))
    with started:
        yield started


@pytest.fixture
def course(tmp_path: Path, server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course, with nobody in it."""

    class Started:
        @staticmethod
        def start(wanted: str, clients: int) -> AbstractContextManager[SandboxServer]:
            assert clients <= 2
            return SandboxServer.start("none", clients) if wanted == "none" else nullcontext(server)

    monkeypatch.setattr("grader.batch.machines.SandboxServer", Started)
    monkeypatch.setattr("grader.batch.regrade.SandboxServer", Started)
    return Course(tmp_path)


@pytest.fixture
def graded(course: Course) -> Course:
    """The course, with three hand-ins, graded."""
    course.hand_in("ada", RIGHT)
    course.hand_in("bo", NEARLY, "B")
    course.hand_in("chi", WRONG)
    course.grade()
    return course
