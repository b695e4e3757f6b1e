"""Who moves between two results of a hand-in, by how much and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.results import CriterionResult, Result


@dataclass(frozen=True, slots=True)
class Move:
    """A criterion of which the marks or the outcome change.

    before, after: None where the rubric has no such criterion. ran_code: the student's code was run again.
    """

    hand_in: str
    criterion: str
    before: CriterionResult | None
    after: CriterionResult | None
    ran_code: bool

    @property
    def by(self) -> float:
        """Marks gained; what is pending counts as nothing."""
        return _earned(self.after) - _earned(self.before)

    @property
    def why(self) -> str:
        """What the new result says, or that the rubric is another one."""
        if self.after is None:
            return "The rubric has it no longer."
        if self.before is not None and _said(self.before) == _said(self.after):
            return f"Worth {self.after.marks:g} instead of {self.before.marks:g} marks. {self.after.message}"
        return self.after.message


@dataclass(frozen=True, slots=True)
class Difference:
    """How two results of a hand-in differ. is_reworded: nobody moves, and something else is said."""

    moves: tuple[Move, ...] = ()
    is_reworded: bool = False


def difference(before: Result, after: Result, asked: Collection[str]) -> Difference:
    """Between two results of one hand-in. asked: criteria for which code was run again."""
    moves = tuple(_moves(before, after, asked))
    return Difference(moves, is_reworded=not moves and before.questions != after.questions)


def _moves(before: Result, after: Result, asked: Collection[str]) -> Iterator[Move]:
    """In the order of the rubric."""
    old, new = _criteria(before), _criteria(after)
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        if was is None or now is None or (was.earned, was.outcome) != (now.earned, now.outcome):
            yield Move(after.submission, name, was, now, name in asked)


def _criteria(result: Result) -> dict[str, CriterionResult]:
    return {f"{question.id}/{c.id}": c for question in result.questions for c in question.criteria}


def _earned(criterion: CriterionResult | None) -> float:
    return 0.0 if criterion is None or criterion.earned is None else criterion.earned


def _said(criterion: CriterionResult) -> tuple[str, str]:
    return criterion.outcome, criterion.message
