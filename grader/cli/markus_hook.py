"""`grader markus hook`: what MarkUs' autotester runs for one test group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.assignment import Assignment
from grader.results import Result


def hook(
    assignment: Annotated[
        str, typer.Option("--assignment", "-a", help="Id of a built-in assignment, or an absolute path.")
    ],
    seconds: Annotated[
        float,
        typer.Option(min=0.1, help="Until the table is written, counted from the start; less than MarkUs'."),
    ],
    criterion: Annotated[
        str | None,
        typer.Option(help="MarkUs' name of the criterion; without it, the whole rubric in one table."),
    ] = None,
    report: Annotated[
        str | None, typer.Option(help="Name of the page to write for MarkUs' feedback_file_names.")
    ] = None,
) -> None:
    """Grade the current directory and print the table of tests for MarkUs' autotester."""
    from grader.markus.hook import Order, run_hook

    raise typer.Exit(run_hook(Order(assignment, criterion, seconds, report), grade_here))


def grade_here(assignment: Assignment, folder: Path, group: str) -> Result:
    """Grade the hand-in in the sandbox; without confinement, not at all."""
    from grader.cli.grade import judged

    return judged(assignment, folder, name=group)
