"""`grader release ASSIGNMENT --out FOLDER`: what students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.exits import clear_errors


def release(
    assignment: Annotated[
        str, typer.Argument(help="Id of a built-in assignment, or the path of its folder.")
    ],
    out: Annotated[Path, typer.Option(help="An empty or new folder to write to.")],
    template: Annotated[
        Path | None, typer.Option(help="Folder with the template notebook; by default student_template/ID.")
    ] = None,
) -> None:
    """Write the bundle for students: the template notebook and the self-check, without any answer."""
    with clear_errors():
        from grader.assignment import load_assignment
        from grader.authoring.release import write_release

        released = write_release(load_assignment(assignment), out, template)
        Console(soft_wrap=True).print(
            f"Wrote {released.folder} ({released.modules} modules, {', '.join(released.notebooks)}) "
            f"and {released.archive}.",
            highlight=False,
        )
