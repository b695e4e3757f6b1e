"""Frozen results and the renderers that show them."""

from grader.results.exhibits import Exhibit
from grader.results.model import (
    CriterionResult,
    Frozen,
    Isolation,
    PersonsMark,
    PlaceInNotebook,
    QuestionResult,
    Result,
)
from grader.results.verdict import (
    Outcome,
    Place,
    Verdict,
    correct,
    incorrect,
    needs_person,
    not_attempted,
    partial,
)

__all__ = [
    "CriterionResult",
    "Exhibit",
    "Frozen",
    "Isolation",
    "Outcome",
    "PersonsMark",
    "Place",
    "PlaceInNotebook",
    "QuestionResult",
    "Result",
    "Verdict",
    "correct",
    "incorrect",
    "needs_person",
    "not_attempted",
    "partial",
]
