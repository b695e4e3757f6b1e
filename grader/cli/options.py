"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.assignment import Assignment, AssignmentError
from grader.sandbox.isolation import Wanted

AssignmentOption = Annotated[
    str | None,
    typer.Option(
        "--assignment",
        "-a",
        help="Id of an assignment, or the path of its folder. Not needed where the notebooks or the folder's "
        "name say which it is.",
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
DeviceOption = Annotated[
    str | None,
    typer.Option(
        metavar="DEVICE",
        help="Also run the training checks, which train the networks of a hand-in: on cpu, cuda or cuda:1. "
        "They are worth no marks.",
    ),
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Hand-ins judged at once.")]


def chosen_questions(assignment: Assignment, only: list[str] | None) -> tuple[str, ...]:
    """The questions asked for with --only; AssignmentError for one that the assignment does not have."""
    known = [question.id for question in assignment.questions]
    for id in only or ():
        if id not in known:
            raise AssignmentError(f"{assignment.id} has no question {id!r}; it has {', '.join(known)}.")
    return tuple(only or ())


def with_training(assignment: Assignment, device: str | None, *, elsewhere: bool = False) -> Assignment:
    """The assignment with its training checks on a device, if one is named. Raises DeviceMissing.

    elsewhere: the device is other machines', which look for it themselves.
    """
    if device is None:
        return assignment
    from grader.training import check_device, device_named  # loads torch

    name = device_named(device)
    if not elsewhere:
        check_device(name)
    if not assignment.training_checks:
        raise AssignmentError(f"{assignment.id} has no training checks: leave --device out.")
    return assignment.training_on(name)


def wanted_isolation(no_sandbox: bool) -> Wanted:
    """What to ask the sandbox for."""
    return "none" if no_sandbox else "auto"
