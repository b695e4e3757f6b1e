"""What waits for a person, part by part: whoever marks one part for the whole class marks it evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.report.results import Graded
from grader.results import CriterionResult, Exhibit, QuestionResult
from grader.results.exhibits import Rubric, StudentText


@dataclass(frozen=True, slots=True)
class Waiting:
    """One hand-in's part. beside: exhibits of the question's other parts, such as a training curve."""

    graded: Graded
    question: QuestionResult
    criterion: CriterionResult

    @property
    def text(self) -> str:
        """What the student wrote for it, in short."""
        texts = [shown.text for shown in self.criterion.exhibits if isinstance(shown, StudentText)]
        return " ".join(" ".join(texts).split())

    @property
    def shown(self) -> tuple[Exhibit, ...]:
        """The part's own exhibits but the rubric, and curves of its question."""
        own = [shown for shown in self.criterion.exhibits if not isinstance(shown, Rubric)]
        others = [
            shown
            for criterion in self.question.criteria
            if criterion.id != self.criterion.id
            for shown in criterion.exhibits
            if shown.kind == "curves"
        ]
        return (*own, *others)


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion with every hand-in in which it waits."""

    question: str
    criterion: str
    title: str
    marks: float
    rubric: str
    waiting: tuple[Waiting, ...]

    @property
    def page(self) -> str:
        """Where its page is, from the batch's folder."""
        return f"queue/{self.question}-{self.criterion}.html"


def queue(graded: Sequence[Graded]) -> tuple[Part, ...]:
    """Every part that waits in some hand-in, in the order of the rubric."""
    found: dict[tuple[str, str], list[Waiting]] = {}
    for g in graded:
        for question, criterion in g.criteria():
            waiting = found.setdefault((question.id, criterion.id), [])
            if criterion.earned is None:
                waiting.append(Waiting(g, question, criterion))
    return tuple(_part(waiting) for waiting in found.values() if waiting)


def _part(waiting: Sequence[Waiting]) -> Part:
    first = waiting[0]
    rubric = next((x.text for w in waiting for x in w.criterion.exhibits if isinstance(x, Rubric)), "")
    return Part(
        first.question.id,
        first.criterion.id,
        first.criterion.title,
        first.criterion.marks,
        rubric,
        tuple(waiting),
    )
