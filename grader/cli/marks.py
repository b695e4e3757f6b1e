"""`grader marks import FILE DIR`: what a person decided, back into the class."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.exits import clear_errors, complain
from grader.cli.options import AssignmentOption
from grader.cli.which import assignment_of

if TYPE_CHECKING:
    from grader.report.marks_import import Change, PersonsMarks

app = typer.Typer(no_args_is_help=True)


@app.callback()
def marks() -> None:
    """Marks that persons give."""


@app.command("import")
def import_marks(
    file: Annotated[Path, typer.Argument(help="queue.csv of `grader report`, filled in.")],
    folder: Annotated[Path, typer.Argument(help="The folder that `grader batch --out` wrote.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Keep the marks; without it they are only shown.")
    ] = False,
    assignment: AssignmentOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the changes as a JSON array.")] = False,
) -> None:
    """Show what a filled-in queue.csv changes, and with --accept keep it through every regrade."""
    with clear_errors():
        from grader.report.marks_import import keep, read_changes
        from grader.report.results import read_results

        changes = read_changes(read(file), read_results(folder))
        if accept:
            with persons_marks(folder, assignment) as kept:
                keep(changes, kept)
        if as_json:
            typer.echo(json.dumps([asdict(change) for change in changes]))
        else:
            show(changes, accept, folder)


def read(file: Path) -> str:
    """The file's text; BadMarks if it cannot be read."""
    from grader.report.marks_import import BadMarks, decode

    try:
        return decode(file.read_bytes())
    except OSError as error:
        raise BadMarks(f"Cannot read {file} ({error.strerror}): give the filled-in queue.csv.") from error


@contextmanager
def persons_marks(folder: Path, assignment: str | None) -> Iterator[PersonsMarks]:
    """The batch's store, held for writing; in the end the class's files are written again."""
    from grader.batch.publish import publish
    from grader.markus.folder import MarkusFolder
    from grader.store import Store
    from grader.store.lock import only_writer

    markus = MarkusFolder(assignment_of(folder, assignment), folder / "markus")
    with only_writer(folder), Store(folder) as store:
        yield store
        publish(store, folder, (markus,))
    if markus.complaint:
        complain(markus.complaint)


def show(changes: Sequence[Change], accepted: bool, folder: Path) -> None:
    """A table of what changes, and what to do next."""
    from grader.results.terminal import marks as shown_marks
    from grader.results.terminal import plain

    console = Console(soft_wrap=True)
    if not changes:
        console.print("Nothing changes: the file holds no mark that does not count already.")
        return
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for heading in ("Hand-in", "Part", "Before", "Now", "Of", "By", "Reason"):
        table.add_column(heading, justify="right" if heading in ("Before", "Now", "Of") else "left")
    for change in changes:
        table.add_row(
            Text(plain(change.name)),
            change.criterion,
            Text(shown_marks(change.before), style="yellow" if change.overrides else ""),
            f"{change.earned:g}",
            f"{change.marks:g}",
            Text(plain(change.by)),
            Text(plain(change.reason)),
        )
    Console().print(table)
    overrides = sum(change.overrides for change in changes)
    counted = f"{len(changes)} marks, {overrides} of them in the place of marks that were settled"
    then = (
        f"Kept: {counted}. {folder} holds the new marks and reports."
        if accepted
        else f"Nothing was kept yet: {counted}. Add --accept to keep them."
    )
    console.print(then, markup=False, highlight=False)
