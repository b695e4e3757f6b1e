"""What can go wrong between us and a MarkUs server."""

from __future__ import annotations

from grader.errors import Exit, GraderError


class MarkusError(GraderError):
    """The server refused, or could not be reached; nothing more is sent."""

    exit_code = Exit.SERVER


class BadKey(MarkusError):  # noqa: N818 - the family's name says that it is an error
    """There is no usable key, or the server does not take it."""

    exit_code = Exit.USAGE


class NoSuchPlace(MarkusError):  # noqa: N818 - the family's name says that it is an error
    """The server has no such course or assignment, or is no MarkUs."""

    exit_code = Exit.USAGE


class Unreachable(MarkusError):  # noqa: N818 - the family's name says that it is an error
    """The server does not answer, or its answer got lost. Running the command again goes on from there."""


class Refused(MarkusError):  # noqa: N818 - the family's name says that it is an error
    """The server answered one request with an error; `status` is HTTP's, `description` the server's words."""

    def __init__(self, status: int, description: str, asked: str) -> None:
        super().__init__(f"MarkUs refused {asked} ({status}): {description}")
        self.status = status
        self.description = description
