"""Turning our errors into one sentence on stderr and the right exit code."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from grader.errors import Exit, GraderError
from grader.results import Outcome
from grader.results.summary import Summary


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


@contextmanager
def second_interrupt_ends() -> Iterator[None]:
    """The first Ctrl-C ends the work in order; a second one ends the process at once.

    What the order would have added is made up for when the command is given again.
    """

    def interrupted(number: int, frame: object) -> None:
        if next(presses):
            os.write(2, b"\nEnded at once. Give the same command again to go on.\n")
            os._exit(Exit.INTERRUPTED)
        raise KeyboardInterrupt

    presses = itertools.count()
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def complain(sentence: str) -> None:
    """One sentence on stderr."""
    Console(stderr=True, soft_wrap=True).print(sentence, style="bold red", markup=False, highlight=False)


def warn(sentence: str) -> None:
    """One sentence on stderr about what does not stop the command."""
    Console(stderr=True, soft_wrap=True).print(sentence, style="yellow", markup=False, highlight=False)


def code_of(results: Iterable[Summary]) -> Exit:
    """The code for results that were made: our own failures first, then unreadable hand-ins."""
    results = tuple(results)
    if any(Outcome.GRADER_ERROR in result.outcomes for result in results):
        return Exit.GRADER_ERROR
    return Exit.UNREADABLE if any(result.problem for result in results) else Exit.DONE
