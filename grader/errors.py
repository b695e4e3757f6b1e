"""The root of every error that a person can act on, and the exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """How a command ends; documented in `grader --help` and docs/ta.md."""

    DONE = 0
    USAGE = 2
    UNREADABLE = 3
    GRADER_ERROR = 4
    NO_CONFINEMENT = 5
    CHECKS_FAIL = 6
    SERVER = 7
    INTERRUPTED = 130


class GraderError(Exception):
    """Its message is a sentence for the person who must act: what happened, where, what to do."""

    exit_code: ClassVar[Exit] = Exit.GRADER_ERROR
