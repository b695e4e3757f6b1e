"""`grader grade PATH`: one hand-in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.assignment import Assignment
from grader.cli.exits import clear_errors, code_of
from grader.cli.options import (
    AssignmentOption,
    DeviceOption,
    NoSandboxOption,
    OnlyOption,
    chosen_questions,
    wanted_isolation,
    with_training,
)
from grader.cli.which import assignment_for
from grader.results import Result
from grader.results.formats import Format, rendered
from grader.results.summary import Summary


def grade(
    path: Annotated[Path, typer.Argument(help="The hand-in: a folder, a notebook or a .py file.")],
    assignment: AssignmentOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
    format: Annotated[
        Format,
        typer.Option(help="How to print the result: for people, or in the form another program takes."),
    ] = Format.TABLE,
    details: Annotated[
        bool, typer.Option("--details", help="Also show what stands behind each message.")
    ] = False,
    only: OnlyOption = None,
    device: DeviceOption = None,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Grade one hand-in and print its marks with reasons."""
    with clear_errors():
        result = grade_one(path, assignment, no_sandbox, only, device)
        print_result(result, Format.JSON if as_json else format, details)
        raise typer.Exit(code_of([Summary.of(result)]))


def grade_one(
    path: Path,
    assignment_name: str | None,
    no_sandbox: bool,
    only: list[str] | None = None,
    device: str | None = None,
) -> Result:
    """Judge one hand-in for the assignment of that name, or for the only one."""
    from grader.submission.errors import NotFound

    if not path.exists():
        raise NotFound(path)
    assignment = with_training(assignment_for([path], assignment_name), device)
    questions = chosen_questions(assignment, only)
    return judged(assignment, path, no_sandbox, only=questions)


def judged(
    assignment: Assignment,
    path: Path,
    no_sandbox: bool = False,
    *,
    name: str | None = None,
    only: Sequence[str] = (),
) -> Result:
    """Start a sandbox for one hand-in and judge it.

    name: what the result calls it. only: the questions to judge, all if empty.
    """
    from grader.sandbox import SandboxServer

    with ThreadPoolExecutor(1) as threads:
        loading = threads.submit(
            import_module, "grader.judge"
        )  # torch loads here while it loads in the server
        with SandboxServer.start(wanted_isolation(no_sandbox), preload="single") as server:
            loading.result()
            from grader.batch.engine import isolation_of
            from grader.judge import Grader, JudgePlugin, run

            results: list[Result] = []

            def work(judge: JudgePlugin) -> None:
                grader = Grader(assignment, judge, server.client(0), isolation_of(server))
                results.append(grader.grade(path, name, only))

            run(assignment, work)
            return results[0]


def print_result(result: Result, format: Format, details: bool) -> None:
    """Print in one of the formats; only the table is for people."""
    if format is Format.TABLE:
        from grader.results.terminal import print_hand_in

        print_hand_in(result, Console(), details=details)
    else:
        sys.stdout.write(rendered(result, format))
