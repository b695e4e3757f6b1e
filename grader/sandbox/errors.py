"""What can go wrong when student code runs, by whose fault it is."""

from __future__ import annotations

from grader.errors import Exit, GraderError


class SandboxError(GraderError):
    """Ours: the server is gone, a process could not be started or confined. Never a student's zero."""


class NoConfinement(SandboxError):  # noqa: N818 -- a state of the machine
    """This machine offers no level of confinement that the canary confirms."""

    exit_code = Exit.NO_CONFINEMENT


class StudentFault(Exception):  # noqa: N818 -- not an error of ours
    """The student's: what their code did when it was asked for something."""


class StudentRaised(StudentFault):
    """Their code raised. `cell` and `line` say where in the notebook, or are None outside any cell."""

    def __init__(
        self,
        type_name: str,
        message: str,
        cell: int | None = None,
        line: int | None = None,
        traceback: str = "",
    ) -> None:
        self.type_name = type_name
        self.message = message
        self.cell = cell
        self.line = line
        self.traceback = traceback
        where = "" if cell is None else f" (cell {cell}, line {line})"
        super().__init__(f"{type_name}: {message}{where}")


class TimedOut(StudentFault):
    """No answer before the deadline, `seconds` after the request. The process has been killed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"no answer within {seconds:g} s")


class Crashed(StudentFault):
    """The process ended instead of answering; `how` says by what."""

    def __init__(self, how: str) -> None:
        self.how = how
        super().__init__(f"the process ended: {how}")


class ProtocolViolation(StudentFault):
    """What came back is no reply: malformed, too large, or not asked for. The process has been killed."""
