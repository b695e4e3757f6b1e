"""`grader markus push MARKS`: a graded class's marks, pages, annotations, comments and tags to MarkUs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.assignment import Assignment
from grader.cli.exits import clear_errors
from grader.cli.options import AssignmentOption
from grader.cli.which import assignment_of
from grader.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.markus.api import Api
    from grader.markus.push import Sent
    from grader.markus.state import Part


def push(
    marks: Annotated[Path, typer.Argument(help="The folder that `grader batch` wrote with --out.")],
    url: Annotated[
        str, typer.Option(envvar="MARKUS_URL", help="Where MarkUs is, such as https://markus.example.org.")
    ],
    course: Annotated[str, typer.Option(help="MarkUs' course: its name or its number.")],
    into: Annotated[str, typer.Option(help="MarkUs' assignment: its short name or its number.")],
    assignment: AssignmentOption = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send; without it, only say what would be sent.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace marks that people gave on MarkUs, too.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Send only these: marks, feedback, annotations, comments, tags. May be repeated."),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(help="A file with your API key that only you may read; else MARKUS_API_KEY is used."),
    ] = None,
    rate: Annotated[float, typer.Option(min=0.01, max=100, help="Requests per second, at most.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Say what would be sent to MarkUs; with --send, send it. May be run again at any time."""
    with clear_errors():
        from grader.markus.api import Api
        from grader.markus.client import Client, Pace
        from grader.markus.key import read_key

        parts = parts_of(only)
        ours = assignment_of(marks, assignment)
        with Client(url, read_key(key_file), Pace(per_second=rate)) as client:
            api = Api.at(client, course, into)
            sent = push_folder(api, ours, marks / "markus", parts, overwrite, send, as_json)
        raise typer.Exit(Exit.SERVER if any(s.problem and not s.closed for s in sent) else Exit.DONE)


def parts_of(only: list[str] | None) -> tuple[Part, ...]:
    """The parts named, all by default; wrong usage for another word."""
    from grader.markus.state import PARTS

    unknown = sorted(set(only or ()) - set(PARTS))
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(PARTS)}", param_hint="--only")
    return tuple(part for part in PARTS if part in only) if only else PARTS


def push_folder(
    api: Api,
    assignment: Assignment,
    folder: Path,
    parts: tuple[Part, ...],
    overwrite: bool,
    send: bool,
    as_json: bool,
) -> tuple[Sent, ...]:
    """Read the server, plan, show, and if asked send."""
    from grader.markus.criteria import criteria_of
    from grader.markus.journal import Journal
    from grader.markus.listing import plan_data, print_plan, print_sent
    from grader.markus.plan import make_plan
    from grader.markus.push import Sender, page
    from grader.markus.reports import read_reports
    from grader.markus.state import digest_of, read_state

    reports = read_reports(folder)
    journal = Journal(folder, api.place)
    with counting("Asking MarkUs", len(reports), quiet=as_json) as count:
        state = read_state(api, reports, journal, parts, on_group=lambda group: count())
    plan = make_plan(
        reports,
        {criterion.name: criterion.marks for criterion in criteria_of(assignment)},
        state,
        journal,
        lambda path: digest_of(page(folder, path)),
        parts=parts,
        overwrite=overwrite,
    )
    console = Console()
    if not as_json:
        print_plan(plan, console)
        if not send and not plan.is_empty:
            console.print("Nothing was sent: add --send to do it.", style="bold", highlight=False)
    sent: tuple[Sent, ...] = ()
    if send:
        active = sum(bool(group.actions) for group in plan.groups)
        with counting("Sending", active, quiet=as_json) as count:
            sent = Sender(api, journal, folder).send(plan, on_sent=lambda outcome: count())
        if not as_json:
            print_sent(sent, console)
    if as_json:
        outcomes = [
            {"group": s.group, "done": s.done, "problem": s.problem, "closed": s.closed} for s in sent
        ]
        print(json.dumps({**plan_data(plan), "sent": outcomes if send else None}))
    return sent


@contextmanager
def counting(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """A progress line on stderr; what is given counts one more."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet or not total) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.update(task, advance=1)
