"""Gradescope's `results.json` (gradescope-autograders.readthedocs.io, "Output format").

What a person has still to mark is listed without a score, so that it is seen and counts for nothing; the
total is what is settled, to which Gradescope adds the points of its own rubric.
"""

from __future__ import annotations

import json
from typing import Any

from grader.results.model import CriterionResult, QuestionResult, Result
from grader.results.verdict import Outcome

LONGEST_OUTPUT = 20_000


def gradescope_json(result: Result) -> str:
    """The whole file."""
    return json.dumps(
        {
            "score": result.awarded,
            "execution_time": round(result.seconds),
            "output": _summary(result),
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": [
                _test(question, criterion)
                for question in result.questions
                for criterion in question.criteria
                if criterion.marks
            ],
        },
        indent=2,
        ensure_ascii=True,
        allow_nan=False,
    )


def _summary(result: Result) -> str:
    lines = [result.problem or "", *result.notices]
    if result.pending:
        lines.append(f"{result.pending:g} of {result.marks:g} marks wait for a person.")
    return "\n".join(line for line in lines if line)


def _test(question: QuestionResult, criterion: CriterionResult) -> dict[str, Any]:
    place = f" (cell {criterion.place.cell})" if criterion.place else ""
    test: dict[str, Any] = {
        "name": f"{question.id} {criterion.id}: {criterion.title}",
        "number": question.id,
        "output": "\n".join([criterion.message + place, *criterion.details])[:LONGEST_OUTPUT],
        "output_format": "text",
        "tags": [criterion.outcome.value],
        "visibility": "visible",
    }
    if criterion.earned is not None:
        is_right = criterion.outcome is Outcome.CORRECT or criterion.earned == criterion.marks
        test |= {
            "score": criterion.earned,
            "max_score": criterion.marks,
            "status": "passed" if is_right else "failed",
        }
    return test
