"""Why a check could not compare anything: the student's side of it, as exceptions that end the check."""

from __future__ import annotations

from grader.results import Exhibit, Place


class CannotCheck(Exception):  # noqa: N818 - a reason that settles a check, not an error to show
    """Base of the reasons that end a check before a comparison.

    `place` says where; `details` and `exhibits` show it.
    """

    def __init__(
        self,
        message: str,
        place: Place | None = None,
        details: tuple[str, ...] = (),
        exhibits: tuple[Exhibit, ...] = (),
    ) -> None:
        super().__init__(message)
        self.place = place
        self.details = details
        self.exhibits = exhibits


class NothingHandedIn(CannotCheck):
    """The hand-in has no such function, class or answer, or only an empty stub of it."""


class ForAPerson(CannotCheck):
    """An answer is not where it can be read automatically, or in no form that can: a person reads it."""


class NotReadable(CannotCheck):
    """Code that was handed in is no Python, or gives something that is no answer."""


class OutOfTime(CannotCheck):
    """The hand-in has used up the time for all its calls together."""


class UnusableReply(CannotCheck):
    """The student's code gave something that is not of the asked kind, such as a tuple for a tensor."""
