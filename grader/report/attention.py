"""What a person should look at: near misses, time-outs and failures of ours, and equal training traces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.report.results import Graded
from grader.results import CriterionResult, Outcome, QuestionResult
from grader.results.exhibits import Curves, ForStaff

NEAR = 100.0
"""A wrong value within so many tolerances of the right one may be a matter of precision."""
SHORTEST_TRACE = 5
"""Epochs below which equal losses say nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A criterion of a hand-in to look at."""

    graded: Graded
    question: QuestionResult
    criterion: CriterionResult
    note: str = ""


def near_misses(graded: Sequence[Graded]) -> tuple[Finding, ...]:
    """Values that were refused by little, the nearest first."""
    found = [
        (shown.misses_by, Finding(g, q, c, f"{shown.misses_by:.3g} tolerances from the right value"))
        for g, q, c in _all(graded)
        for shown in c.exhibits
        if isinstance(shown, ForStaff) and shown.misses_by is not None and shown.misses_by <= NEAR
    ]
    return tuple(finding for _, finding in sorted(found, key=lambda pair: (pair[0], pair[1].graded.name)))


def failures(graded: Sequence[Graded]) -> tuple[Finding, ...]:
    """Time-outs and failures of the grader, ours first, with the reason given."""
    found = [
        Finding(g, q, c, " ".join(c.details)[:500])
        for g, q, c in _all(graded)
        if c.outcome in (Outcome.TIMEOUT, Outcome.GRADER_ERROR)
    ]
    return tuple(sorted(found, key=lambda finding: finding.criterion.outcome is Outcome.TIMEOUT))


@dataclass(frozen=True, slots=True)
class SameTrace:
    """Hand-ins whose saved outputs show the same losses, epoch by epoch."""

    title: str
    epochs: int
    last: float
    hand_ins: tuple[Graded, ...]


def same_traces(graded: Sequence[Graded]) -> tuple[SameTrace, ...]:
    """Training runs whose saved losses are equal to the last digit in two hand-ins or more."""
    groups: dict[tuple[tuple[float, ...], ...], dict[str, tuple[Graded, Curves]]] = {}
    for g, _, criterion in _all(graded):
        for shown in criterion.exhibits:
            if isinstance(shown, Curves) and shown.source == "saved output":
                losses = tuple(tuple(y for _, y in series.points) for series in shown.series)
                if max(map(len, losses), default=0) >= SHORTEST_TRACE:
                    groups.setdefault(losses, {}).setdefault(g.name, (g, shown))
    return tuple(
        SameTrace(
            next(iter(members.values()))[1].title,
            max(map(len, losses)),
            losses[-1][-1],
            tuple(g for g, _ in members.values()),
        )
        for losses, members in groups.items()
        if len(members) > 1
    )


def _all(graded: Sequence[Graded]) -> Iterator[tuple[Graded, QuestionResult, CriterionResult]]:
    for g in graded:
        for question, criterion in g.criteria():
            yield g, question, criterion
