"""Results as tables in a terminal; control characters of student text are made harmless first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.results.exhibits import ForStaff
from grader.results.model import CriterionResult, Result
from grader.results.summary import Summary
from grader.results.verdict import Outcome

STYLES = {
    Outcome.CORRECT: "green",
    Outcome.PARTIAL: "yellow",
    Outcome.NEEDS_PERSON: "blue",
    Outcome.NOT_ATTEMPTED: "dim",
    Outcome.NOT_CHECKED: "dim",
    Outcome.GRADER_ERROR: "bold white on red",
}


def print_hand_in(result: Result, console: Console, *, details: bool = False) -> None:
    """One hand-in: a line per criterion."""
    console.print(
        Text(f"{plain(result.submission)}  ", style="bold"), Text(result.assignment_title, style="dim")
    )
    for sentence in (result.problem, *result.notices):
        if sentence:
            console.print(Text(plain(sentence), style="yellow"))
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for heading in ("Question", "Marks", "Outcome", "Why"):
        table.add_column(heading, justify="right" if heading == "Marks" else "left", no_wrap=heading != "Why")
    for question in result.questions:
        for criterion in question.criteria:
            table.add_row(
                f"{question.id} {criterion.id}",
                f"{marks(criterion.earned)} / {criterion.marks:g}",
                Text(criterion.outcome.replace("_", " "), style=STYLES.get(criterion.outcome, "red")),
                Text(reason(criterion, details=details)),
            )
    console.print(table)
    console.print(
        f"[bold]{result.awarded:g}[/] marks so far, {result.pending:g} wait for a person, "
        f"of {result.marks:g}."
    )
    if result.isolation.level == "none":
        console.print("Graded without confinement (--no-sandbox).", style="yellow")


def reason(criterion: CriterionResult, *, details: bool) -> str:
    """The message, the place and, when asked for, the details and what is for staff alone."""
    place = criterion.place
    where = f" ({'cell ' + str(place.cell)}{f', line {place.line}' if place.line else ''})" if place else ""
    staff = [shown.text for shown in criterion.exhibits if isinstance(shown, ForStaff) and shown.text]
    lines = [criterion.message + where, *([*criterion.details, *staff] if details else ())]
    return plain("\n".join(lines))


def print_class(results: Sequence[Summary], console: Console) -> None:
    """A class: a line per hand-in."""
    table = Table(title=f"{len(results)} hand-ins", title_justify="left")
    table.add_column("Hand-in")
    for heading in ("Marks so far", "Wait for a person", "Of"):
        table.add_column(heading, justify="right")
    table.add_column("To look at")
    for result in results:
        table.add_row(
            Text(plain(result.submission)),
            f"{result.awarded:g}",
            f"{result.pending:g}",
            f"{result.marks:g}",
            Text(plain(result.to_look_at)),
        )
    console.print(table)


def marks(value: float | None) -> str:
    """Marks as a person writes them; a dash while they are pending."""
    return "–" if value is None else f"{value:g}"


def plain(text: str) -> str:
    """Text without escapes, direction marks and other invisible characters; newlines and tabs stay."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else "�" for c in text
    )
