"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

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


def wanted_isolation(no_sandbox: bool) -> Wanted:
    """What to ask the sandbox for."""
    return "none" if no_sandbox else "auto"
