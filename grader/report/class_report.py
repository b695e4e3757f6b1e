"""Everything the class report says, as one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.report.answers import WrongAnswer, wrong_answers
from grader.report.attention import Finding, SameTrace, failures, near_misses, same_traces
from grader.report.items import Distribution, Item, distribution, items
from grader.report.queue import Part, queue
from grader.report.results import Graded


@dataclass(frozen=True, slots=True)
class ClassReport:
    """What the results of a class say. unread: hand-ins that could not be graded as a whole."""

    graded: tuple[Graded, ...]
    unread: tuple[Graded, ...]
    distribution: Distribution | None
    items: tuple[Item, ...]
    wrong: tuple[WrongAnswer, ...]
    near: tuple[Finding, ...]
    failures: tuple[Finding, ...]
    parts: tuple[Part, ...]
    traces: tuple[SameTrace, ...]

    @property
    def waiting(self) -> int:
        """How many decisions wait."""
        return sum(len(part.waiting) for part in self.parts)

    @property
    def waiting_marks(self) -> float:
        """How many marks wait, over the class."""
        return round(sum(part.marks * len(part.waiting) for part in self.parts), 2)


def report_on(graded: Sequence[Graded]) -> ClassReport:
    """Look at the class from every side."""
    return ClassReport(
        tuple(graded),
        tuple(g for g in graded if g.result.problem),
        distribution(graded),
        items(graded),
        wrong_answers(graded),
        near_misses(graded),
        failures(graded),
        queue(graded),
        same_traces(graded),
    )
