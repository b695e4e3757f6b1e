"""`grader check-key ASSIGNMENT`: proof that the checks notice mistakes."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.assignment import load_assignment
from grader.cli.exits import clear_errors
from grader.cli.options import NoSandboxOption, OnlyOption, chosen_questions, wanted_isolation
from grader.cli.progress import class_progress
from grader.errors import Exit
from grader.results import Result
from grader.submission import HandIn


def check_key(
    assignment: Annotated[
        str, typer.Argument(help="Id of a built-in assignment, or the path of its folder.")
    ],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Mutants graded at once.")] = os.cpu_count()
    or 1,
    only: OnlyOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Grade the key, the blank template, and the key with mistakes made on purpose."""
    from grader.authoring.check_key import check_key
    from grader.authoring.key_table import print_key_report
    from grader.batch import grade_many
    from grader.sandbox import SandboxServer

    with clear_errors():
        asked = load_assignment(assignment)
        questions = chosen_questions(asked, only)
        with (
            SandboxServer.start(wanted_isolation(no_sandbox), clients=jobs) as server,
            tempfile.TemporaryDirectory(prefix="grader-key-") as scratch,
        ):

            def grade(hand_ins: Sequence[HandIn]) -> Mapping[str, Result]:
                results: dict[str, Result] = {}
                with class_progress(len(hand_ins), quiet=as_json) as progress:

                    def keep(result: Result) -> None:
                        results[result.submission] = result
                        progress.show(result)

                    grade_many(asked, hand_ins, server, jobs, keep)
                return results

            report = check_key(asked, grade, Path(scratch), questions)
        if as_json:
            sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        else:
            print_key_report(report, Console(soft_wrap=True))
        raise typer.Exit(Exit.DONE if report.is_right else Exit.CHECKS_FAIL)
