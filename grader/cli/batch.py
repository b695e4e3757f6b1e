"""`grader batch CLASS --out DIR`: a whole class."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.assignment import Assignment
from grader.cli.exits import clear_errors, code_of
from grader.cli.options import AssignmentOption, NoSandboxOption, wanted_isolation
from grader.cli.which import assignment_for
from grader.results import Result
from grader.submission import HandIn, SubmissionError, list_hand_ins, unpack
from grader.submission.errors import shown


class NoClass(SubmissionError):  # noqa: N818 - the family's name says that it is an error
    """There is no class of hand-ins at the path."""


def batch(
    path: Annotated[
        Path, typer.Argument(help="The class: a folder with one folder per hand-in, or a zip of it.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write the results.")] = Path("marks"),
    assignment: AssignmentOption = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Hand-ins graded at once.")
    ] = os.cpu_count() or 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per hand-in instead of tables.")
    ] = False,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Grade a class: progress, a table of marks, and a folder of reports."""
    with clear_errors(), hand_ins_of(path) as hand_ins:
        chosen = assignment_for((hand_in.path for hand_in in hand_ins), assignment)
        results = grade_class(chosen, hand_ins, out, jobs, no_sandbox, as_json)
        raise typer.Exit(code_of(results))


@contextmanager
def hand_ins_of(path: Path) -> Iterator[Sequence[HandIn]]:
    """The hand-ins of a class folder, or of an archive unpacked meanwhile; NoClass if there are none."""
    with ExitStack() as stack:
        folder = path
        if path.suffix.lower() == ".zip":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-class-")))
            unpack(path, folder)
            folder = inner_folder(folder)
        elif path.is_file():
            raise NoClass(f"{shown(path)} is one file, not a class: grade it with `grader grade`.")
        hand_ins = list_hand_ins(folder)
        if not hand_ins:
            raise NoClass(
                f"{shown(path)} holds no hand-ins: give the folder that has one folder per hand-in."
            )
        yield hand_ins


def inner_folder(folder: Path) -> Path:
    """An archive made of a folder holds that folder alone: its hand-ins are one level further in."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
    if len(entries) == 1 and entries[0].is_dir() and any(entry.is_dir() for entry in entries[0].iterdir()):
        return entries[0]
    return folder


def grade_class(
    assignment: Assignment, hand_ins: Sequence[HandIn], out: Path, jobs: int, no_sandbox: bool, as_json: bool
) -> Sequence[Result]:
    """Grade and write; what was graded is written also when grading is interrupted."""
    from grader.batch import BatchOutput, grade_many
    from grader.results.terminal import print_class
    from grader.sandbox import SandboxServer

    output = BatchOutput(out, [hand_in.name for hand_in in hand_ins])
    jobs = max(1, min(jobs, len(hand_ins)))
    try:
        with (
            SandboxServer.start(wanted_isolation(no_sandbox), clients=jobs) as server,
            class_progress(len(hand_ins), quiet=as_json) as progress,
        ):

            def keep(result: Result) -> None:
                output.add(result)
                progress.show(result)
                if as_json:
                    print(result.model_dump_json(), flush=True)

            grade_many(assignment, hand_ins, server, jobs, keep)
    finally:
        results = output.finish()
        if results and not as_json:
            print_class(results, Console())
            Console(soft_wrap=True).print(
                f"The reports are in {out}: open {out / 'index.html'} to start; marks.csv has the marks, "
                "results/ the JSON, markus/ the lines for MarkUs.",
                markup=False,
                highlight=False,
            )
    return results


class ClassProgress:
    """The progress line: hand-ins done, time left, and how they came out."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("Grading", total=total, counts="")
        self._counts: Counter[str] = Counter()

    def show(self, result: Result) -> None:
        """Count one more hand-in."""
        self._counts["unreadable" if result.problem else "graded"] += 1
        counts = ", ".join(f"{number} {word}" for word, number in sorted(self._counts.items()))
        self._progress.update(self._task, advance=1, counts=counts)


@contextmanager
def class_progress(total: int, *, quiet: bool) -> Iterator[ClassProgress]:
    """A progress line on stderr, so that stdout stays clean."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        yield ClassProgress(progress, total)
