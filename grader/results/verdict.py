"""Verdicts: what a comparison says about one answer, before it becomes marks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.results.exhibits import Exhibit


class Outcome(StrEnum):
    """What became of a criterion or a question."""

    CORRECT = "correct"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    NOT_ATTEMPTED = "not_attempted"
    UNREADABLE = "unreadable"
    ERROR = "error"
    TIMEOUT = "timeout"
    NOT_CHECKED = "not_checked"
    NEEDS_PERSON = "needs_person"
    GRADER_ERROR = "grader_error"

    @property
    def is_pending(self) -> bool:
        """Marks are not settled: a person must read the answer, or the grader itself failed."""
        return self in (Outcome.NEEDS_PERSON, Outcome.GRADER_ERROR)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the student's notebook: cells and lines count from 1, as people do."""

    cell: int
    line: int | None = None

    def __str__(self) -> str:
        return f"cell {self.cell}" + (f", line {self.line}" if self.line else "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one criterion.

    credit: share of the criterion's marks, 0 to 1.
    message: one or two sentences for the student.
    details: further lines (a counterexample, the layers found), shown below the message.
    exhibits: what is drawn or set beside the message (results.exhibits).
    """

    outcome: Outcome
    credit: float
    message: str
    place: Place | None = None
    details: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.credit <= 1.0:
            raise ValueError(f"credit {self.credit} is not between 0 and 1")


def correct(
    message: str,
    *,
    place: Place | None = None,
    details: tuple[str, ...] = (),
    exhibits: tuple[Exhibit, ...] = (),
) -> Verdict:
    """Full marks."""
    return Verdict(Outcome.CORRECT, 1.0, message, place, details, exhibits)


def partial(
    credit: float,
    message: str,
    *,
    place: Place | None = None,
    details: tuple[str, ...] = (),
    exhibits: tuple[Exhibit, ...] = (),
) -> Verdict:
    """A share of the marks; nothing at all is `incorrect`."""
    if credit <= 0.0:
        return incorrect(message, place=place, details=details, exhibits=exhibits)
    return Verdict(Outcome.PARTIAL, credit, message, place, details, exhibits)


def incorrect(
    message: str,
    *,
    place: Place | None = None,
    details: tuple[str, ...] = (),
    exhibits: tuple[Exhibit, ...] = (),
) -> Verdict:
    """No marks, after an attempt that could be judged."""
    return Verdict(Outcome.INCORRECT, 0.0, message, place, details, exhibits)


def not_attempted(message: str, *, place: Place | None = None) -> Verdict:
    """No marks: nothing was handed in for it."""
    return Verdict(Outcome.NOT_ATTEMPTED, 0.0, message, place)


def needs_person(
    message: str,
    *,
    place: Place | None = None,
    details: tuple[str, ...] = (),
    exhibits: tuple[Exhibit, ...] = (),
) -> Verdict:
    """Marks pending until a person has read it."""
    return Verdict(Outcome.NEEDS_PERSON, 0.0, message, place, details, exhibits)
