"""What the student's process is told while a hand-in is graded: questions, and never an answer to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.assignment import load_assignment
from grader.batch.engine import isolation_of
from grader.compare.tensor import as_array
from grader.judge import Grader, JudgePlugin, run
from grader.results import Outcome, Result
from grader.sandbox import NoConfinement, SandboxServer, StudentProcess

from .classroom import EXAMPLES, HONEST
from .test_class import criteria

Exchange = tuple[Mapping[str, Any], Any]


def arrays(value: object) -> Iterator[NDArray[np.float64]]:
    """The arrays, and the numbers that are no whole ones, in a request or a reply."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from arrays(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays(item)
    elif isinstance(value, np.ndarray) or (isinstance(value, float) and not value.is_integer()):
        array = as_array(value)
        if array is not None:
            yield array.astype(np.float64)


def test_no_expected_value_is_ever_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a right hand-in replies is what is expected: none of it occurs in any request."""
    exchanges: list[Exchange] = []
    ask = StudentProcess.request

    def recorded(process: StudentProcess, request: Mapping[str, Any], deadline: float) -> Any:
        reply = ask(process, request, deadline)
        exchanges.append((request, reply))
        return reply

    monkeypatch.setattr(StudentProcess, "request", recorded)
    assignment, results = load_assignment("csc413_a2_2025"), []
    try:
        server = SandboxServer.start("auto", preload="single")
    except NoConfinement:
        server = SandboxServer.start("none", preload="single")

    def work(judge: JudgePlugin) -> None:
        grader = Grader(assignment, judge, server.client(0), isolation_of(server))
        results.append(grader.grade(EXAMPLES / HONEST[0]))

    with server:
        run(assignment, work)
    assert_all_was_asked(results[0])
    sent = [array for request, _ in exchanges if request["op"] != "run" for array in arrays(request)]
    replied = [array for request, reply in exchanges if request["op"] != "run" for array in arrays(reply)]
    assert len(sent) > 50 and len(replied) > 50
    for array in replied:
        assert not any(other.shape == array.shape and np.allclose(other, array, rtol=1e-3) for other in sent)


def assert_all_was_asked(result: Result) -> None:
    outcomes = {criterion.outcome for criterion in criteria(result).values()}
    assert Outcome.CORRECT in outcomes and Outcome.GRADER_ERROR not in outcomes
