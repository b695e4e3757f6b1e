"""Whatever a check does becomes a verdict, and a failure of ours is never a student's zero."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from grader.judge import CannotCheck, NothingHandedIn, NotReadable, OutOfTime, UnusableReply
from grader.judge.settle import grader_error, settle
from grader.results import CriterionResult, Outcome, Place, Verdict, correct
from grader.results.exhibits import ForStaff
from grader.sandbox import Crashed, ProtocolViolation, SandboxError, StudentRaised, TimedOut
from grader.submission import read_notebook


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def check() -> NoReturn:
        raise error

    return check


@pytest.mark.parametrize(
    ("fault", "outcome", "says"),
    [
        (NothingHandedIn("There is no f."), Outcome.NOT_ATTEMPTED, "There is no f."),
        (NotReadable("It is no formula."), Outcome.UNREADABLE, "It is no formula."),
        (UnusableReply("A tuple where a tensor is due."), Outcome.INCORRECT, "A tuple"),
        (StudentRaised("ValueError", "math domain error", 3, 7), Outcome.ERROR, "ValueError: math domain"),
        (StudentRaised("KeyError", "", 3, 7), Outcome.ERROR, "Your code raised KeyError."),
        (StudentRaised("NotImplementedError", "", 3, 7), Outcome.NOT_ATTEMPTED, "not written yet"),
        (TimedOut(10.0), Outcome.TIMEOUT, "within 10 s"),
        (OutOfTime("The hand-in used up 120 s."), Outcome.TIMEOUT, "120 s"),
        (Crashed("signal SIGSEGV"), Outcome.ERROR, "SIGSEGV"),
        (ProtocolViolation("nonsense"), Outcome.ERROR, "channel"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_of_the_students_has_its_outcome_and_earns_nothing(
    fault: Exception, outcome: Outcome, says: str
) -> None:
    verdict = settle(raising(fault))
    assert (verdict.outcome, verdict.credit) == (outcome, 0.0)
    assert says in verdict.message
    assert not outcome.is_pending


def test_every_reason_that_ends_a_check_is_settled_by_name() -> None:
    for reason in CannotCheck.__subclasses__():
        assert settle(raising(reason("why"))).outcome is not Outcome.GRADER_ERROR


@pytest.mark.parametrize(
    "bug",
    [
        AttributeError("'NoneType' object has no attribute 'shape'"),
        KeyError("weights"),
        ZeroDivisionError("division by zero"),
        AssertionError(),
        RecursionError("maximum recursion depth exceeded"),
        MemoryError(),
        CannotCheck("a reason nobody named"),
    ],
    ids=lambda bug: type(bug).__name__,
)
def test_a_bug_in_a_check_is_pending_and_never_a_zero(bug: Exception) -> None:
    verdict = settle(raising(bug))
    assert verdict.outcome is Outcome.GRADER_ERROR
    assert type(bug).__name__ in verdict.details[0]
    assert CriterionResult.of("a", "a", 4.0, verdict).earned is None


@pytest.mark.parametrize("returned", [None, True, 1.0, "correct", (correct("yes"),)])
def test_a_check_that_returns_no_verdict_is_our_failure(returned: object) -> None:
    verdict = settle(lambda: returned)
    assert verdict.outcome is Outcome.GRADER_ERROR
    assert type(returned).__name__ in verdict.details[0]


def test_a_verdict_is_handed_on_as_it_is() -> None:
    verdict = correct("Right.", place=Place(2, 1))
    assert settle(lambda: verdict) is verdict


@pytest.mark.parametrize("error", [SandboxError("The server has gone."), KeyboardInterrupt(), SystemExit(1)])
def test_a_lost_sandbox_and_an_interrupt_go_on_to_the_caller(error: BaseException) -> None:
    with pytest.raises(type(error)):
        settle(raising(error))


def test_the_line_that_raised_reaches_the_student_and_the_rest_staff(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(table):\n    w = table['w']\n")
    fault = StudentRaised("KeyError", "'w'", 1, 2, "cell 1, line 2, in f")
    verdict = settle(raising(fault), read_notebook(tmp_path / "a.py"))
    assert (verdict.place, verdict.details) == (Place(1, 2), ("w = table['w']",))
    assert verdict.exhibits == (ForStaff("KeyError: 'w'\ncell 1, line 2, in f"),)
    assert settle(raising(NotReadable("no", Place(4, 2)))).place == Place(4, 2)


def test_the_reason_of_our_failure_is_kept_short() -> None:
    assert len(grader_error("x" * 100_000).details[0]) == 2000
    assert isinstance(grader_error("x"), Verdict)
