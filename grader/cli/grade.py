"""`grader grade PATH`: one hand-in."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from grader.cli.exits import clear_errors, code_of
from grader.cli.options import AssignmentOption, NoSandboxOption, wanted_isolation
from grader.cli.which import assignment_for
from grader.results import Result

Format = Literal["table", "json", "markus", "html"]


def grade(
    path: Annotated[Path, typer.Argument(help="The hand-in: a folder, a notebook or a .py file.")],
    assignment: AssignmentOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
    format: Annotated[
        Format, typer.Option(help="How to print the result; markus gives the autotester's JSON lines.")
    ] = "table",
    details: Annotated[
        bool, typer.Option("--details", help="Also show what stands behind each message.")
    ] = False,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Grade one hand-in and print its marks with reasons."""
    with clear_errors():
        result = grade_one(path, assignment, no_sandbox)
        print_result(result, "json" if as_json else format, details)
        raise typer.Exit(code_of([result]))


def grade_one(path: Path, assignment_name: str | None, no_sandbox: bool) -> Result:
    """Start a sandbox for one hand-in and judge it."""
    from grader.sandbox import SandboxServer
    from grader.submission.errors import NotFound

    if not path.exists():
        raise NotFound(path)
    assignment = assignment_for([path], assignment_name)
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
                results.append(Grader(assignment, judge, server.client(0), isolation_of(server)).grade(path))

            run(assignment, work)
            return results[0]


def print_result(result: Result, format: Format, details: bool) -> None:
    """Print in one of the formats; only the table is for people."""
    from grader.results.html import hand_in_page
    from grader.results.markus import markus_lines
    from grader.results.terminal import print_hand_in

    if format == "table":
        print_hand_in(result, Console(), details=details)
    elif format == "json":
        sys.stdout.write(result.model_dump_json(indent=2) + "\n")
    elif format == "markus":
        sys.stdout.write(markus_lines(result))
    else:
        sys.stdout.write(hand_in_page(result))
