"""`grader new PATH`: an assignment of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.exits import clear_errors


def new(
    path: Annotated[Path, typer.Argument(help="A new folder; its name becomes the assignment's id.")],
    title: Annotated[str | None, typer.Option(help="What reports call it; by default the id.")] = None,
) -> None:
    """Write a small assignment that works as it stands, to be changed into yours."""
    with clear_errors():
        from grader.authoring.scaffold import write_assignment

        written = write_assignment(path, title)
        names = ", ".join(map(str, written))
        Console(soft_wrap=True).print(
            f"Wrote {names} in {path}. Grade its key to see that it works: "
            f"grader grade {path / 'key'} --assignment {path}\n"
            f"See that its checks notice mistakes, whenever you have changed them: grader check-key {path}",
            markup=False,
            highlight=False,
        )
