"""How hard each part was, and how well it tells strong hand-ins from weak ones (classical test theory).

Difficulty is the mean share of the marks. Discrimination is the corrected item-total correlation: of a part's
share with the marks of all other parts, over the hand-ins where the part is settled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean

from grader.report.results import Graded

FEWEST = 5
"""Hand-ins below which a correlation says nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion over the class.

    share: mean share of its marks, None if it is settled nowhere. discrimination: None where it has no
    meaning: too few hand-ins, or all the same.
    """

    question: str
    criterion: str
    title: str
    marks: float
    settled: int
    pending: int
    full: int
    none: int
    share: float | None
    discrimination: float | None


def items(graded: Sequence[Graded]) -> tuple[Item, ...]:
    """Every criterion worth marks, in the order of the rubric."""
    read = [g for g in graded if g.result.problem is None]
    rubric = read[0].criteria() if read else []
    return tuple(
        _item(question.id, criterion.id, criterion.title, criterion.marks, read)
        for question, criterion in rubric
        if criterion.marks
    )


def _item(question: str, criterion: str, title: str, marks: float, graded: Sequence[Graded]) -> Item:
    earned = {g.name: _earned(g, question, criterion) for g in graded}
    settled = [(e / marks, g.result.awarded - e) for g in graded if (e := earned[g.name]) is not None]
    shares = [share for share, _ in settled]
    return Item(
        question,
        criterion,
        title,
        marks,
        settled=len(settled),
        pending=len(graded) - len(settled),
        full=sum(share >= 1 for share in shares),
        none=sum(share <= 0 for share in shares),
        share=round(fmean(shares), 3) if shares else None,
        discrimination=_correlation(shares, [rest for _, rest in settled]),
    )


def _earned(graded: Graded, question: str, criterion: str) -> float | None:
    for q, c in graded.criteria():
        if (q.id, c.id) == (question, criterion):
            return c.earned
    return None


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    if len(one) < FEWEST:
        return None
    try:
        value = correlation(one, other)
    except StatisticsError:  # one of them is constant
        return None
    return None if math.isnan(value) else round(value, 3)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Marks so far over the class. bins: (from, to, hand-ins), ten of equal width."""

    hand_ins: int
    mean: float
    median: float
    lowest: float
    highest: float
    bins: tuple[tuple[float, float, int], ...]


def distribution(graded: Sequence[Graded]) -> Distribution | None:
    """Of the hand-ins that could be read; None if there are none."""
    awarded = sorted(g.result.awarded for g in graded if g.result.problem is None)
    if not awarded:
        return None
    of, middle = graded[0].result.marks, len(awarded) // 2
    median = awarded[middle] if len(awarded) % 2 else (awarded[middle - 1] + awarded[middle]) / 2
    edges = [of * tenth / 10 for tenth in range(11)]
    counts = [0] * 10
    for marks in awarded:
        counts[min(9, int(10 * marks / of)) if of else 0] += 1
    bins = tuple((edges[at], edges[at + 1], count) for at, count in enumerate(counts))
    return Distribution(
        len(awarded), round(fmean(awarded), 2), round(median, 2), awarded[0], awarded[-1], bins
    )
