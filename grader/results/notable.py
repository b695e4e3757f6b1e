"""What a TA should not miss in a result."""

from __future__ import annotations

from grader.results.model import Result
from grader.results.verdict import Outcome

NOTABLE = (Outcome.GRADER_ERROR, Outcome.TIMEOUT, Outcome.ERROR, Outcome.UNREADABLE)


def to_look_at(result: Result) -> str:
    """What a TA should not miss: an unreadable hand-in, crashes, time-outs, our own failures."""
    if result.problem:
        return result.problem
    found = [
        f"{question.id} {criterion.outcome.replace('_', ' ')}"
        for outcome in NOTABLE
        for question in result.questions
        for criterion in question.criteria
        if criterion.outcome is outcome
    ]
    return ", ".join(dict.fromkeys(found))
