"""What a self-check says of a part: its own words, which are no marks and no promise of any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.results.verdict import Place


class Outcome(StrEnum):
    """What became of a part. `NOT_CHECKED` is nobody's mistake: something it needs is not there."""

    NOT_ATTEMPTED = "not attempted"
    UNREADABLE = "unreadable"
    LOOKS_RIGHT = "looks right"
    LOOKS_WRONG = "looks wrong"
    RECORDED = "recorded"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Echo:
    """A formula as it was read: plain text, and LaTeX without dollars where there is any."""

    text: str
    latex: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one part, why, and where in the notebook."""

    outcome: Outcome
    message: str
    place: Place | None = None
    echo: Echo | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The finding on one part of a question."""

    question: str
    part: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in the order of the handout; `notes` say what was read and how it was run."""

    assignment: str
    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


class CannotSay(Exception):  # noqa: N818 -- not an error
    """Ends a check with the finding that it carries."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def looks_right(message: str, *, place: Place | None = None, echo: Echo | None = None) -> Finding:
    """Every property that was tried holds."""
    return Finding(Outcome.LOOKS_RIGHT, message, place, echo)


def looks_wrong(message: str, *, place: Place | None = None, echo: Echo | None = None) -> Finding:
    """A property fails; the message says which, never what would be right."""
    return Finding(Outcome.LOOKS_WRONG, message, place, echo)


def recorded(message: str, *, place: Place | None = None, echo: Echo | None = None) -> Finding:
    """There is an answer, and nothing here can or may say whether it is right."""
    return Finding(Outcome.RECORDED, message, place, echo)


def not_attempted(message: str, *, place: Place | None = None) -> Finding:
    """There is nothing yet."""
    return Finding(Outcome.NOT_ATTEMPTED, message, place)


def unreadable(message: str, *, place: Place | None = None) -> Finding:
    """There is something, and the grader would not be able to read it either."""
    return Finding(Outcome.UNREADABLE, message, place)


def not_checked(message: str) -> Finding:
    """Something that the check needs is not there."""
    return Finding(Outcome.NOT_CHECKED, message)
