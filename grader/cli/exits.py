"""Exit codes, and turning our errors into one sentence on stderr and the right code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum

import typer
from rich.console import Console

from grader.assignment import AssignmentError
from grader.batch.output import OutputError
from grader.judge import Interrupted
from grader.results import Outcome, Result
from grader.sandbox import NoConfinement, SandboxError
from grader.submission import SubmissionError


class Exit(IntEnum):
    """Documented in `grader --help` and docs/ta.md."""

    DONE = 0
    USAGE = 2
    UNREADABLE = 3
    GRADER_ERROR = 4
    NO_CONFINEMENT = 5
    INTERRUPTED = 130


CODES: Sequence[tuple[type[Exception], Exit]] = (
    (AssignmentError, Exit.USAGE),
    (OutputError, Exit.USAGE),
    (SubmissionError, Exit.UNREADABLE),
    (NoConfinement, Exit.NO_CONFINEMENT),
    (SandboxError, Exit.GRADER_ERROR),
    (Interrupted, Exit.INTERRUPTED),
)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Show an error of ours as its sentence, and leave with its code; anything else is a bug and keeps its traceback."""
    try:
        yield
    except tuple(kind for kind, _ in CODES) as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="bold red", markup=False, highlight=False)
        raise typer.Exit(next(code for kind, code in CODES if isinstance(error, kind))) from None
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        raise typer.Exit(Exit.INTERRUPTED) from None


def code_of(results: Sequence[Result]) -> Exit:
    """The code for results that were made: our own failures first, then unreadable hand-ins."""
    outcomes = {c.outcome for result in results for question in result.questions for c in question.criteria}
    if Outcome.GRADER_ERROR in outcomes:
        return Exit.GRADER_ERROR
    return Exit.UNREADABLE if any(result.problem for result in results) else Exit.DONE
