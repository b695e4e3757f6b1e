"""The self-check on right hand-ins that look strange: what the grader marks right does not look wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.sandbox import NoConfinement, SandboxServer
from grader.selfcheck.entry import check_notebook
from grader.selfcheck.findings import Outcome
from grader.selfcheck.notebook_code import Worker
from grader.selfcheck.notebook_file import find_notebook

from ..oddities.draft import Draft
from ..oddities.test_oddities import FOR_A_PERSON, ODDITIES, drafted

ONCE_WRONG = {
    "a buffer and an unused layer",
    "counts layer by layer, doubled in words",
    "lazy layers that find their channels when they first run",
}
"""In the fast suite: they looked wrong, and are not."""
COMPLAINTS = {Outcome.LOOKS_WRONG, Outcome.UNREADABLE, Outcome.NOT_CHECKED}


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[[], Worker]]:
    """Starts a process for a notebook's code."""
    try:
        server = SandboxServer.start("auto")
    except NoConfinement as reason:
        pytest.skip(f"student code cannot be confined here: {reason}")
    with server:
        yield server.client(0).fork


def cases() -> list[object]:
    """Oddities that are in the notebook of the asked name, and that the grader decides alone."""
    return [
        pytest.param(title, id=title, marks=[] if title in ONCE_WRONG else [pytest.mark.slow])
        for title, change in ODDITIES.items()
        if title not in FOR_A_PERSON and drafted(change).contents().keys() == {Draft().name}
    ]


@pytest.mark.parametrize("title", cases())
def test_nothing_of_it_looks_wrong(title: str, start: Callable[[], Worker], tmp_path: Path) -> None:
    drafted(ODDITIES[title]).save(tmp_path)
    [path] = tmp_path.iterdir()
    lines = check_notebook(find_notebook(path), start, None, "csc413_a2_2025").lines
    complaints = [
        (line.question, line.part, line.finding.message)
        for line in lines
        if line.finding.outcome in COMPLAINTS
    ]
    assert complaints == []
    assert {line.question for line in lines if line.finding.outcome is Outcome.LOOKS_RIGHT} >= {
        "1.1.1",
        "4.1",
        "4.3",
        "5.1",
    }
