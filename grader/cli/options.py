"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.assignment import Assignment, AssignmentError, built_in_assignments, load_assignment
from grader.sandbox.isolation import Wanted

AssignmentOption = Annotated[
    str | None,
    typer.Option(
        "--assignment",
        "-a",
        help="Id of a built-in assignment, or the path of an assignment's folder. Not needed while there "
        "is only one.",
    ),
]
NoSandboxOption = Annotated[
    bool,
    typer.Option(
        "--no-sandbox",
        help="Run the code without confinement where the machine offers none: only for your own work, on "
        "your own machine. The result says so.",
    ),
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="QUESTION", help="Only this question; give it again for several."),
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Hand-ins judged at once.")]


def chosen_questions(assignment: Assignment, only: list[str] | None) -> tuple[str, ...]:
    """The questions asked for with --only; AssignmentError for one that the assignment does not have."""
    known = [question.id for question in assignment.questions]
    for id in only or ():
        if id not in known:
            raise AssignmentError(f"{assignment.id} has no question {id!r}; it has {', '.join(known)}.")
    return tuple(only or ())


def chosen_assignment(id_or_path: str | None) -> Assignment:
    """The assignment asked for, or the only one there is."""
    if id_or_path is not None:
        return load_assignment(id_or_path)
    known = built_in_assignments()
    if len(known) != 1:
        raise AssignmentError(
            f"Say which assignment with --assignment: one of {', '.join(known)}, or a path."
        )
    return load_assignment(known[0])


def wanted_isolation(no_sandbox: bool) -> Wanted:
    """What to ask the sandbox for."""
    return "none" if no_sandbox else "auto"
