"""The lines that MarkUs' autotester takes: one JSON object per test, ASCII, finite, with unique names."""

from __future__ import annotations

import json

from grader.results.model import CriterionResult, QuestionResult, Result
from grader.results.verdict import Outcome

STATUS = {
    Outcome.CORRECT: "pass",
    Outcome.PARTIAL: "partial",
    Outcome.INCORRECT: "fail",
    Outcome.NOT_ATTEMPTED: "fail",
    Outcome.UNREADABLE: "fail",
    Outcome.NOT_CHECKED: "fail",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "error",
}


def markus_lines(result: Result) -> str:
    """A line for every settled criterion worth marks; without the pending ones, so MarkUs keeps them open."""
    lines = [
        markus_line(question, criterion)
        for question in result.questions
        for criterion in question.criteria
        if criterion.earned is not None and criterion.marks > 0
    ]
    return "".join(f"{line}\n" for line in lines)


def markus_line(question: QuestionResult, criterion: CriterionResult) -> str:
    """One test as MarkUs stores it."""
    place = f" (cell {criterion.place.cell})" if criterion.place else ""
    fields = {
        "name": f"{question.id} {criterion.id}: {criterion.title}",  # ids are unique, titles need not be
        "output": "\n".join([criterion.message + place, *criterion.details]).replace("\0", ""),
        "marks_earned": criterion.earned,
        "marks_total": criterion.marks,
        "status": STATUS[criterion.outcome],
    }
    return json.dumps(fields, ensure_ascii=True, allow_nan=False)
