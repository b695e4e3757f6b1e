"""Turning our errors into one sentence on stderr and the right exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console

from grader.errors import Exit, GraderError
from grader.results import Outcome, Result


@contextmanager
def clear_errors() -> Iterator[None]:
    """Show an error of ours as its sentence and leave with its code; a bug keeps its traceback."""
    try:
        yield
    except GraderError as error:
        complain(str(error))
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        complain("Interrupted; what was graded is kept.")
        raise typer.Exit(Exit.INTERRUPTED) from None


def complain(sentence: str) -> None:
    """One sentence on stderr."""
    Console(stderr=True, soft_wrap=True).print(sentence, style="bold red", markup=False, highlight=False)


def code_of(results: Sequence[Result]) -> Exit:
    """The code for results that were made: our own failures first, then unreadable hand-ins."""
    outcomes = {c.outcome for result in results for question in result.questions for c in question.criteria}
    if Outcome.GRADER_ERROR in outcomes:
        return Exit.GRADER_ERROR
    return Exit.UNREADABLE if any(result.problem for result in results) else Exit.DONE
