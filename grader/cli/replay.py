"""`grader replay STUDENT QUESTION`: one verdict again, with what was asked and what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.exits import clear_errors
from grader.cli.options import (
    AssignmentOption,
    NoSandboxOption,
    chosen_questions,
    wanted_isolation,
)
from grader.cli.which import assignment_of
from grader.results.exhibits import ForStaff
from grader.results.terminal import plain

if TYPE_CHECKING:
    from grader.batch.replay import Replay, Replayed
    from grader.sandbox import SandboxServer

SHOWN_VALUES = 6
SHOWN_TEXT = 70


def replay(
    student: Annotated[str, typer.Argument(help="The hand-in's name, as in the tables.")],
    question: Annotated[str, typer.Argument(help="As in 2.1.3.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The output folder of a `grader batch`.")] = Path(
        "marks"
    ),
    assignment: AssignmentOption = None,
    live: Annotated[
        bool, typer.Option("--live", help="Run the student's code again instead of playing back.")
    ] = False,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", "-i", help="Go on in IPython, with requests, replies and verdicts."),
    ] = False,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Show how a verdict came about: the requests of its check with their inputs, and the replies."""
    with clear_errors(), ExitStack() as stack:
        from grader.batch.replay import Replay
        from grader.sandbox import SandboxServer

        chosen = assignment_of(out, assignment)
        chosen_questions(chosen, [question])
        again = Replay(chosen, out, student)
        server = None
        if live:
            started = SandboxServer.start(wanted_isolation(no_sandbox), preload="single")
            server = stack.enter_context(started)
        replayed = again.question(question, server)
        console = Console()
        for criterion in replayed:
            show(criterion, console)
        if not replayed:
            console.print(f"Nothing of {question} is checked automatically.", highlight=False)
        if interactive:
            converse(again, server, replayed)


def show(replayed: Replayed, console: Console) -> None:
    """One criterion: what was said, and the verdict."""
    table = Table(title=replayed.criterion, title_justify="left", title_style="bold")
    for heading in ("Asked", "Answered", "ms"):
        table.add_column(heading, justify="right" if heading == "ms" else "left")
    for said in replayed.said:
        answer = said.fault if said.fault is not None else brief(said.value)
        cells = (request_text(said.request), answer, f"{1000 * said.seconds:.1f}")
        table.add_row(*(Text(plain(cell)) for cell in cells))
    console.print(table if replayed.said else Text(replayed.criterion, style="bold"))
    verdict = replayed.verdict
    staff = [shown.text for shown in verdict.exhibits if isinstance(shown, ForStaff) and shown.text]
    lines = [f"{verdict.outcome.replace('_', ' ')}: {verdict.message}", *verdict.details, *staff]
    console.print(Text(plain("\n".join(lines))))
    if not replayed.is_as_before:
        before = replayed.before
        otherwise = "nothing" if before is None else f"{before.outcome}: {before.message}"
        console.print(Text(plain(f"The result that counts says otherwise: {otherwise}"), style="yellow"))
    console.print()


def request_text(request: Mapping[str, Any]) -> str:
    """A request as a call: `sgd_min_norm(X=float64[4, 7], eta=0.3)`."""
    operation = request.get("op", "")
    if operation in ("call_function", "build_network"):
        arguments = (f"{one['names'][0]}={brief(one['value'])}" for one in request["arguments"])
        return f"{request['name']}({', '.join(arguments)})"
    fields = (f"{name}={brief(value)}" for name, value in request.items() if name not in ("op", "handle"))
    return f"{operation}({', '.join(fields)})"


def brief(value: Any) -> str:
    """A value in a few words: small arrays whole, large ones by type and shape."""
    if hasattr(value, "dtype"):
        if value.size <= SHOWN_VALUES:
            numbers = ", ".join(f"{number:.4g}" for number in value.ravel().tolist())
            return f"[{numbers}]" if value.ndim else numbers
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return shortened(f"{{{', '.join(f'{key}: {brief(item)}' for key, item in value.items())}}}")
    if isinstance(value, list):
        return shortened(f"[{', '.join(brief(item) for item in value[: SHOWN_VALUES + 1])}]")
    return shortened(repr(value))


def shortened(text: str) -> str:
    """At most a line of a table."""
    return text if len(text) <= SHOWN_TEXT else text[: SHOWN_TEXT - 1] + "…"


def converse(again: Replay, server: SandboxServer | None, replayed: Sequence[Replayed]) -> None:
    """An IPython prompt with what was replayed. `student` answers anything where there is a sandbox."""
    from IPython.terminal.embed import InteractiveShellEmbed

    said = [one for criterion in replayed for one in criterion.said]
    names = {
        "requests": [one.request for one in said],
        "replies": [one.value if one.fault is None else one.fault for one in said],
        "verdicts": {one.criterion: one.verdict for one in replayed},
        "assignment": again.assignment,
    }
    advice = "student.call(...) asks the student's code." if server else "--live would let you ask the code."
    with again.student(server) as student:
        prompt = InteractiveShellEmbed(  # type: ignore[no-untyped-call]
            user_ns={"student": student, **names}, banner1=f"Here are student, {', '.join(names)}. {advice}"
        )
        prompt()
