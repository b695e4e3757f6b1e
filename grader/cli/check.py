"""`grader check [NOTEBOOK]`: a student's look at their own work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.exits import clear_errors
from grader.cli.options import AssignmentOption

if TYPE_CHECKING:
    from grader.selfcheck.findings import Report
    from grader.selfcheck.notebook_code import Worker

UNCONFINED = "The code was run without confinement, since this machine offers none: only for your own work."


def check(
    notebook: Annotated[
        Path | None, typer.Argument(help="The notebook; by default the only one in this folder.")
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", "-q", help="Only this one, as in 2.1.3.")
    ] = None,
    assignment: AssignmentOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Check your own notebook before you hand it in: no marks, no answers."""
    with clear_errors():
        report = check_one(notebook, question, assignment)
        from grader.selfcheck.display import as_json as data_of
        from grader.selfcheck.display import as_text

        typer.echo(json.dumps(data_of(report), indent=2) if as_json else as_text(report))


def check_one(notebook: Path | None, question: str | None, assignment: str | None) -> Report:
    """Run the code in the sandbox where the machine has one, else in a plain process, with a note."""
    from grader.selfcheck.entry import check_notebook
    from grader.selfcheck.notebook_file import find_notebook

    found = find_notebook(notebook)
    with starter() as (start, note):
        report = check_notebook(found, start, question, assignment)
    return replace(report, notes=(*report.notes, *note))


@contextmanager
def starter() -> Iterator[tuple[Callable[[], Worker], tuple[str, ...]]]:
    """What starts a process for the student's code, and what there is to say about it."""
    from grader.sandbox import NoConfinement, SandboxServer

    try:
        server = SandboxServer.start("auto", preload="single")
    except NoConfinement:
        from grader.selfcheck.plain_process import PlainProcess

        yield PlainProcess, (UNCONFINED,)
        return
    with server:
        yield server.client(0).fork, ()
