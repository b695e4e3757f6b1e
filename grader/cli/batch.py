"""`grader batch CLASS --out DIR`: a whole class."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli.dates import BadDate, moment
from grader.cli.exits import clear_errors, code_of, complain, second_interrupt_ends
from grader.cli.options import (
    AssignmentOption,
    DeviceOption,
    JobsOption,
    NoSandboxOption,
    OnlyOption,
    chosen_questions,
    with_training,
)
from grader.cli.progress import class_progress
from grader.cli.which import assignment_for
from grader.errors import Exit, GraderError
from grader.results import Result
from grader.results.summary import Summary
from grader.results.terminal import print_class
from grader.sandbox.scratch import CLASS, Scratch
from grader.submission import HandIn, SubmissionError, list_hand_ins, unpack
from grader.submission.errors import shown

if TYPE_CHECKING:
    from grader.batch.machines import Machines
    from grader.batch.plan import Plan, Wish
    from grader.batch.session import Class


CORES = os.cpu_count() or 1


class NoClass(SubmissionError):  # noqa: N818 - the family's name says that it is an error
    """There is no class of hand-ins at the path."""


class MissingExtra(GraderError):  # noqa: N818 - the family's name says that it is an error
    """An optional package is not installed."""

    exit_code = Exit.USAGE


def batch(
    path: Annotated[
        Path, typer.Argument(help="The class: a folder with one folder per hand-in, or a zip of it.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write the results.")] = Path("marks"),
    assignment: AssignmentOption = None,
    jobs: JobsOption = CORES,
    only: OnlyOption = None,
    student: Annotated[
        list[str] | None,
        typer.Option(
            "--student", metavar="NAME", help="Only this hand-in, or those of a pattern such as 'a*'."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Only hand-ins changed since then: 2025-02-14, 2025-02-14T17:00, or 90m, 12h, 3d ago."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Grade also what has not changed; the code is run again.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per hand-in instead of tables.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="A line per hand-in as it is done.")
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="CLUSTER",
            help="Grade on a Dask cluster: its scheduler's address, local:N for N workers here, or a YAML "
            "file of jobs for Slurm and the like. Needs the extra `cluster`; see docs/cluster.md.",
        ),
    ] = None,
    device: DeviceOption = None,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Grade a class: progress, a table of marks, and a folder of reports.

    Given again, the command goes on where it stopped, and grades only what is new or was handed in again.
    """
    with clear_errors(), hand_ins_of(path) as hand_ins:
        from grader.batch.plan import Wish
        from grader.batch.session import Class
        from grader.markus.folder import MarkusFolder

        chosen = assignment_for((hand_in.path for hand_in in hand_ins), assignment)
        chosen = with_training(chosen, device, elsewhere=dask is not None)
        if since is not None and path.is_file():
            raise BadDate(
                "--since needs the class as a folder: files from an archive have no dates of their own."
            )
        wish = Wish(
            only=chosen_questions(chosen, only),
            students=tuple(student or ()),
            since=None if since is None else moment(since, datetime.now().astimezone()),
            again=again,
            unconfined=no_sandbox,
        )
        markus = MarkusFolder(chosen, out / "markus")
        course = Class(chosen, hand_ins, out, machines(jobs, dask), (markus,))
        results = grade(course, wish, as_json=as_json, verbose=verbose)
        if results and markus.complaint:
            complain(markus.complaint)
        raise typer.Exit(code_of(results))


def machines(jobs: int, dask: str | None) -> Machines:
    """Where to grade. Raises MissingExtra."""
    from grader.batch.machines import ThisMachine

    if dask is None:
        return ThisMachine(jobs)
    try:
        from grader.cluster.machines import DaskMachines
    except ImportError as error:
        raise MissingExtra(
            f"--dask needs more packages than are installed here ({error.name} is missing): install them "
            "with `pip install 'nn-course-grader[cluster]'`."
        ) from error
    return DaskMachines(dask)


@contextmanager
def hand_ins_of(path: Path) -> Iterator[Sequence[HandIn]]:
    """The hand-ins of a class folder, or of an archive unpacked meanwhile; NoClass if there are none."""
    with ExitStack() as stack:
        folder = path
        if path.suffix.lower() == ".zip":
            folder = stack.enter_context(Scratch(CLASS)).path
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
    """An archive made of a folder holds that folder alone: its hand-ins are one level further in.

    MarkUs' download of one group holds a single folder, too: the group's, with files or one folder in it.
    """
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
    if len(entries) != 1 or not entries[0].is_dir():
        return folder
    inside = [entry for entry in entries[0].iterdir() if entry.name != ".DS_Store"]
    is_class = len(inside) > 1 and all(entry.is_dir() for entry in inside)
    return entries[0] if is_class else folder


def grade(course: Class, wish: Wish, *, as_json: bool, verbose: bool) -> Sequence[Summary]:
    """Grade and show; what was graded is shown also when grading is interrupted."""
    from grader.batch.session import Hooks, grade_class

    results: list[Summary] = []
    with class_progress(quiet=as_json, verbose=verbose) as progress, second_interrupt_ends():

        def begin(planned: Plan) -> None:
            progress.begin(len(planned.orders))
            if planned.unchanged and not as_json:
                note(taken_over(len(planned.unchanged), len(course.hand_ins)))

        try:
            grade_class(course, wish, Hooks(begin, progress.show, results.extend))
        finally:
            progress.end()
            show_class(results, course.out, as_json=as_json)
    return results


def show_class(results: Sequence[Summary], out: Path, *, as_json: bool) -> None:
    """The whole class, as JSON lines or as a table."""
    if as_json:
        for path in sorted((out / "results").glob("*.json")):
            print(Result.model_validate_json(path.read_bytes()).model_dump_json(), flush=True)
    elif results:
        print_class(results, Console())
        note(
            f"The reports are in {out}: open {out / 'index.html'} to start; marks.csv has the marks, "
            "results/ the JSON, markus/ what goes to MarkUs."
        )


def taken_over(unchanged: int, total: int) -> str:
    """How many need nothing."""
    return f"{unchanged} of {total} were graded before and have not changed."


def note(sentence: str) -> None:
    """One sentence on stdout."""
    Console(soft_wrap=True).print(sentence, markup=False, highlight=False)
