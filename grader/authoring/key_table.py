"""The report of `grader check-key` in a terminal."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.authoring.key_report import Fate, KeyReport, MutantResult, kill_rate

STYLES = {"+": "green", "-": "red", "@": "dim"}
LONGEST_DIFF = 30
TO_MEND = {
    Fate.SURVIVED: "The checks let these pass:",
    Fate.FOR_A_PERSON: "These only go to a person:",
    Fate.GRADER_ERROR: "On these the grader itself failed:",
    Fate.MARKED_DOWN: "These are right and lose marks:",
}


def print_key_report(report: KeyReport, console: Console) -> None:
    """Key and template, the kill rate by rule, what to mend with its diff, and what was held equivalent."""
    console.print(
        f"The key earns {report.earned:g} of {report.marks:g} marks that checks give, "
        f"the blank template {report.blank_earned:g}.",
        highlight=False,
    )
    console.print(rates(report))
    for heading, names in (
        ("Not right:", report.problems),
        ("No mutant fails these criteria:", report.unfailed),
        ("Can be left out of the key at no cost, so no mutants were made of them:", report.unread),
    ):
        if names:
            console.print(heading, style="bold", highlight=False)
            for name in names:
                console.print(Text(f"  {name}"))
    for fate, heading in TO_MEND.items():
        mutants = report.of_fate(fate)
        if mutants:
            console.print(heading, style="bold red", highlight=False)
            for mutant in mutants:
                print_mutant(mutant, console)
    print_equivalents(report, console)
    verdict = "Everything is as it should be." if report.is_right else "There is something to mend."
    console.print(verdict, style="green" if report.is_right else "bold red")


def rates(report: KeyReport) -> Table:
    """A line for each rule: mutants made, killed, held equivalent."""
    table = Table(title="Mutants of the key", title_justify="left")
    table.add_column("Mistake")
    for heading in ("made", "equivalent", "killed", "rate"):
        table.add_column(heading, justify="right")
    for family, of_family in groupby(report.mutants_by_rule(), key=lambda mutant: mutant.family):
        mutants = list(of_family)
        table.add_row(*_rate(family, mutants), style="bold")
        for rule, of_rule in groupby(mutants, key=lambda mutant: mutant.rule):
            table.add_row(*_rate(f"  {rule}", list(of_rule)))
    table.add_section()
    table.add_row(*_rate("all", list(report.mutants)), style="bold")
    return table


def _rate(name: str, mutants: list[MutantResult]) -> tuple[str, ...]:
    killed = sum(mutant.fate is Fate.KILLED for mutant in mutants)
    equivalent = sum(mutant.fate is Fate.EQUIVALENT for mutant in mutants)
    rate = kill_rate(mutants)
    return name, str(len(mutants)), str(equivalent or ""), str(killed), "" if rate is None else f"{rate:.1%}"


def print_mutant(mutant: MutantResult, console: Console) -> None:
    """Its id, what it is, and the diff."""
    console.print(Text(f"{mutant.id}  {mutant.family}, {mutant.rule}. {mutant.reason}".rstrip()))
    lines = mutant.diff.splitlines()
    for line in lines[:LONGEST_DIFF]:
        console.print(Text(f"    {line}", style=STYLES.get(line[:1], "")))
    if len(lines) > LONGEST_DIFF:
        console.print(f"    ... and {len(lines) - LONGEST_DIFF} lines more (--json has them)", style="dim")


def print_equivalents(report: KeyReport, console: Console) -> None:
    """How many are held equivalent, by reason."""
    equivalents = sorted(report.of_fate(Fate.EQUIVALENT), key=lambda mutant: mutant.reason)
    if equivalents:
        console.print("As right as the key:", style="bold", highlight=False)
    for reason, mutants in groupby(equivalents, key=lambda mutant: mutant.reason):
        console.print(Text(f"  {len(list(mutants))}: {reason}"))
