"""What a list of the class says of one hand-in: so little that a large class fits in memory."""

from __future__ import annotations

from dataclasses import dataclass

from grader.results.model import QuestionResult, Result
from grader.results.notable import to_look_at
from grader.results.verdict import Outcome


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """A question's marks. earned is None while any are pending; settled: whether any are not."""

    id: str
    title: str
    marks: float
    earned: float | None
    awarded: float
    pending: float
    settled: bool
    outcome: Outcome

    @classmethod
    def of(cls, question: QuestionResult) -> QuestionSummary:
        """Without the criteria."""
        return cls(
            question.id,
            question.title,
            question.marks,
            question.earned,
            question.awarded,
            question.pending,
            question.settled,
            question.outcome,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """A hand-in's marks, the outcomes of its criteria, and what a TA should not miss of it."""

    submission: str
    assignment_title: str
    problem: str | None
    marks: float
    awarded: float
    pending: float
    to_look_at: str
    outcomes: frozenset[Outcome]
    questions: tuple[QuestionSummary, ...]

    @classmethod
    def of(cls, result: Result) -> Summary:
        """Of a whole result."""
        return cls(
            result.submission,
            result.assignment_title,
            result.problem,
            result.marks,
            result.awarded,
            result.pending,
            to_look_at(result),
            frozenset(c.outcome for question in result.questions for c in question.criteria),
            tuple(map(QuestionSummary.of, result.questions)),
        )
