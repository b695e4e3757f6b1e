"""The commonest wrong answers, grouped by what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.report.results import Graded
from grader.results import CriterionResult, Outcome
from grader.results.exhibits import Contrast, Formula

WRONG = (Outcome.PARTIAL, Outcome.INCORRECT, Outcome.UNREADABLE, Outcome.ERROR, Outcome.TIMEOUT)

_VARIES = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?|'[^']*'|\"[^\"]*\"|“[^”]*”")
"""What differs between two students with the same trouble: numbers and quoted names in messages of errors."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """Hand-ins with the same thing wrong. answers: what they gave, each once, the commonest first."""

    question: str
    criterion: str
    title: str
    outcome: Outcome
    diagnosis: str
    answers: tuple[tuple[str, int], ...]
    hand_ins: tuple[Graded, ...]

    @property
    def is_alone(self) -> bool:
        """Whether one hand-in only gave it."""
        return len(self.hand_ins) == 1


def wrong_answers(graded: Sequence[Graded]) -> tuple[WrongAnswer, ...]:
    """The largest group first; groups of one size in the order of the rubric."""
    groups: dict[tuple[str, str, str], list[tuple[Graded, CriterionResult]]] = {}
    order: dict[tuple[str, str], int] = {}
    for g in graded:
        for question, criterion in g.criteria() if g.result.problem is None else ():
            place = order.setdefault((question.id, criterion.id), len(order))
            if criterion.outcome in WRONG and criterion.marks and place >= 0:
                key = (question.id, criterion.id, _kind(criterion))
                groups.setdefault(key, []).append((g, criterion))
    found = [_group(question, members) for (question, _, _), members in groups.items()]
    return tuple(sorted(found, key=lambda w: (-len(w.hand_ins), order[w.question, w.criterion], w.diagnosis)))


def _group(question: str, members: Sequence[tuple[Graded, CriterionResult]]) -> WrongAnswer:
    first = members[0][1]
    counts: dict[str, int] = {}
    for _, criterion in members:
        for answer in _answer(criterion):
            counts[answer] = counts.get(answer, 0) + 1
    return WrongAnswer(
        question,
        first.id,
        first.title,
        first.outcome,
        first.message,
        tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        tuple(g for g, _ in members),
    )


def _kind(criterion: CriterionResult) -> str:
    """What answers with the same trouble share: the message; of errors, without what is one student's own."""
    if criterion.outcome in (Outcome.ERROR, Outcome.UNREADABLE):
        return f"{criterion.outcome}: {_VARIES.sub('…', criterion.message)}"
    return f"{criterion.outcome}: {criterion.message}"


def _answer(criterion: CriterionResult) -> Iterator[str]:
    """The answer as it was read, or else as it was found."""
    for kind in (Formula, Contrast):
        for shown in criterion.exhibits:
            if isinstance(shown, kind):
                yield shown.text if isinstance(shown, Formula) else shown.found
                return
