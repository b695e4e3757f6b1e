"""`grader report DIR`: what a batch says of the class."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.assignment import load_assignment
from grader.cli.batch import hand_ins_of
from grader.cli.exits import clear_errors, complain

if TYPE_CHECKING:
    from grader.report.class_report import ClassReport
    from grader.report.results import Graded
    from grader.results.writeup import Writeup


def report(
    folder: Annotated[Path, typer.Argument(help="The folder that `grader batch --out` wrote.")],
    hand_ins: Annotated[
        Path | None,
        typer.Option("--class", help="The class that was graded, to show the pages of write-ups."),
    ] = None,
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", "-a", help="Folder of the assignment, if it is not a built-in one."),
    ] = None,
    gradebook: Annotated[
        Path | None,
        typer.Option("--canvas", help="The gradebook that Canvas exported: canvas.csv then fits it."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the main figures as one JSON object.")
    ] = False,
) -> None:
    """Report on a class: difficulty, common mistakes, near misses, and the queue for a person."""
    with clear_errors():
        from grader.report.class_report import report_on
        from grader.report.output import write_report
        from grader.report.results import read_results

        graded = read_results(folder)
        made = report_on(graded)
        writeups = writeups_in(hand_ins, graded, assignment) if hand_ins else {}
        write_report(made, folder, writeups, read_gradebook(gradebook) if gradebook else None)
        if as_json:
            typer.echo(json.dumps(figures(made)))
        else:
            Console(soft_wrap=True).print(
                f"{made.waiting} parts wait for a person. Open {folder / 'class.html'} for the class and "
                f"{folder / 'queue.html'} for what waits.",
                markup=False,
                highlight=False,
            )


def read_gradebook(path: Path) -> str:
    """Canvas' export; NotAGradebook if it cannot be read."""
    from grader.results.canvas import NotAGradebook

    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAGradebook(
            f"Cannot read {path} ({error}): give the gradebook as Canvas exports it."
        ) from error


def figures(made: ClassReport) -> dict[str, object]:
    """What a script may want to know of the class."""
    return {
        "hand_ins": len(made.graded),
        "unread": len(made.unread),
        "mean": made.distribution.mean if made.distribution else None,
        "waiting": made.waiting,
        "wrong_answers": len(made.wrong),
        "near_misses": len(made.near),
        "failures": len(made.failures),
        "equal_traces": len(made.traces),
    }


def writeups_in(path: Path, graded: tuple[Graded, ...], assignment_name: str | None) -> dict[str, Writeup]:
    """The write-ups of the graded hand-ins, rendered in confined processes; none where nothing confines."""
    from grader.report.writeups import read_writeup, writeup_of
    from grader.sandbox import NoConfinement, SandboxServer

    assignment = load_assignment(assignment_name or graded[0].result.assignment)
    questions = [question.id for question in assignment.questions]
    names = {g.name for g in graded}
    with ExitStack() as stack:
        found = {
            hand_in.name: writeup
            for hand_in in stack.enter_context(hand_ins_of(path))
            if hand_in.name in names and (writeup := writeup_of(hand_in, assignment.files.writeup))
        }
        if not found:
            return {}
        try:
            server = stack.enter_context(SandboxServer.start("auto", preload="single"))
        except NoConfinement as problem:
            complain(f"The write-ups are left out, as nothing confines the reading of PDFs here. {problem}")
            return {}
        client = server.client(0)
        return {name: read_writeup(path, client, questions) for name, path in found.items()}
