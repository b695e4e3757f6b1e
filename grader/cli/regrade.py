"""`grader regrade DIR`: after a change of checks or rubric, who moves, by how much and why."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.batch import hand_ins_of, note
from grader.cli.exits import clear_errors, complain, second_interrupt_ends
from grader.cli.options import AssignmentOption, JobsOption, NoSandboxOption
from grader.cli.progress import class_progress
from grader.cli.which import assignment_of
from grader.errors import Exit
from grader.results.terminal import marks, plain
from grader.submission import HandIn

if TYPE_CHECKING:
    from grader.batch.moves import Move
    from grader.batch.regrade import Regraded, Remarked

CORES = os.cpu_count() or 1


def regrade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The output folder of a `grader batch`.")],
    class_folder: Annotated[
        Path | None,
        typer.Argument(metavar="[CLASS]", help="The class, to read its files again; seldom needed."),
    ] = None,
    assignment: AssignmentOption = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make the new marks those that count, and write the reports.")
    ] = False,
    jobs: JobsOption = CORES,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Mark a graded class again from what was recorded, and say who moves, by how much and why.

    Student code is run only for what was never asked before. Nothing is overwritten without --accept.
    """
    with clear_errors(), second_interrupt_ends(), hand_ins_from(class_folder) as hand_ins:
        from grader.batch.regrade import Regrade
        from grader.markus.folder import MarkusFolder
        from grader.store.lock import only_writer

        started = time.monotonic()
        with only_writer(folder):
            chosen = assignment_of(folder, assignment)
            markus = MarkusFolder(chosen, folder / "markus")
            work = Regrade(chosen, folder, jobs, hand_ins, unconfined=no_sandbox)
            with class_progress(work.total, quiet=as_json) as progress:
                regraded = work.run(lambda again: progress.count(kind_of(again)), to_accept=accept)
            if accept:
                work.accept((markus,))
        show(regraded, folder, accepted=accept, as_json=as_json, seconds=time.monotonic() - started)
        if accept and markus.complaint:
            complain(markus.complaint)
        raise typer.Exit(Exit.GRADER_ERROR if regraded.failed else Exit.DONE)


def kind_of(again: Remarked) -> str:
    """A word for what becomes of a hand-in."""
    if again.moves:
        return "moving"
    return "reworded" if again.is_reworded else "as before"


@contextmanager
def hand_ins_from(class_folder: Path | None) -> Iterator[Sequence[HandIn]]:
    """The hand-ins of a class, if it is given."""
    if class_folder is None:
        yield ()
        return
    with hand_ins_of(class_folder) as hand_ins:
        yield hand_ins


def show(regraded: Regraded, folder: Path, *, accepted: bool, as_json: bool, seconds: float) -> None:
    """The moves and what they add up to."""
    if as_json:
        print(json.dumps(as_data(regraded, accepted=accepted, seconds=seconds), indent=2))
        return
    console = Console()
    if regraded.moves:
        console.print(table_of(regraded.moves))
    for sentence in summary(regraded, seconds):
        note(sentence)
    changes = bool(regraded.moves) or any(again.is_reworded for again in regraded.remarked)
    if accepted:
        note(f"Accepted: {folder} holds the new marks and reports.")
    elif changes:
        note(
            "Nothing is changed yet: give the command again with --accept to make these the marks that count."
        )


def table_of(moves: Sequence[Move]) -> Table:
    """A line per move."""
    table = Table()
    for heading in ("Hand-in", "Criterion", "Before", "After", "Why", "Decided from"):
        table.add_column(heading, justify="right" if heading in ("Before", "After") else "left")
    for move in moves:
        before, after = (
            "" if criterion is None else f"{marks(criterion.earned)} / {criterion.marks:g}"
            for criterion in (move.before, move.after)
        )
        cells = (move.hand_in, move.criterion, before, after, move.why, source_of(move))
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


def source_of(move: Move) -> str:
    """Where the new verdict comes from."""
    return "code run again" if move.ran_code else "recorded replies"


def summary(regraded: Regraded, seconds: float) -> Iterator[str]:
    """Sentences on the whole."""
    count = len(regraded.remarked)
    gains = [move.by for move in regraded.moves]
    movers = len({move.hand_in for move in regraded.moves})
    up, down = sum(by for by in gains if by > 0), sum(by for by in gains if by < 0)
    yield (
        f"{movers} of {count} hand-ins move ({up:+g} and {down:g} marks in all); "
        f"{sum(again.is_reworded for again in regraded.remarked)} are only told something else."
    )
    played = sum(len(again.played) for again in regraded.remarked)
    asked = [again for again in regraded.remarked if again.asked]
    yield (
        f"{played} verdicts were made again from recorded replies, {sum(len(a.asked) for a in asked)} by "
        f"running the code of {len(asked)} hand-ins; the others stand. It took {seconds:.1f} s."
    )
    for name, reason in regraded.failed:
        yield f"{plain(name)} stays as it is: {reason}."


def as_data(regraded: Regraded, *, accepted: bool, seconds: float) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "hand_ins": len(regraded.remarked),
        "accepted": accepted,
        "moves": [
            {
                "hand_in": move.hand_in,
                "criterion": move.criterion,
                "before": move.before.model_dump(mode="json") if move.before else None,
                "after": move.after.model_dump(mode="json") if move.after else None,
                "by": round(move.by, 2),
                "why": move.why,
                "ran_code": move.ran_code,
            }
            for move in regraded.moves
        ],
        "reworded": [again.name for again in regraded.remarked if again.is_reworded],
        "verdicts_from_recorded_replies": sum(len(again.played) for again in regraded.remarked),
        "verdicts_by_running_code": sum(len(again.asked) for again in regraded.remarked),
        "failed": dict(regraded.failed),
        "seconds": round(seconds, 1),
    }
