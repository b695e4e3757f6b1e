"""`grader markus spec`: the settings and files for MarkUs' autotester."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from grader.cli.exits import clear_errors
from grader.cli.options import AssignmentOption, chosen_assignment
from grader.errors import Exit, GraderError


class SpecError(GraderError):
    """The files cannot be written; the message says what to do."""

    exit_code = Exit.USAGE


def spec(
    assignment: AssignmentOption = None,
    tester: Annotated[Literal["custom", "py"], typer.Option(help="MarkUs' tester that runs it.")] = "custom",
    out: Annotated[
        Path | None, typer.Option(help="Write specs.json and upload/ there; without it, print the settings.")
    ] = None,
    python: Annotated[
        str, typer.Option(help="The Python on the autotester's machine that has the grader installed.")
    ] = sys.executable,
    timeout: Annotated[
        int | None,
        typer.Option(min=30, help="Seconds for each test group; by default what grading may take."),
    ] = None,
) -> None:
    """Print or write what MarkUs' autotester needs: its settings, and the files to upload."""
    with clear_errors():
        from grader.markus.spec import make_spec

        named = assignment
        if assignment is not None and Path(assignment, "assignment.toml").is_file():
            named = str(Path(assignment).resolve())
        chosen = chosen_assignment(named)
        made = make_spec(chosen, named or chosen.id, tester, python, timeout)
        settings = json.dumps(made.settings, indent=2) + "\n"
        if out is None:
            print(settings, end="")
            return
        write(out, {"specs.json": settings} | {f"upload/{name}": text for name, text in made.files.items()})
        groups = made.settings["testers"][0]["test_data"]
        Console(soft_wrap=True).print(
            f"Wrote {out / 'specs.json'} with {len(groups)} test groups.\n"
            f"Upload on MarkUs' Automated Testing page, in this order:\n"
            f"  1. the files of {out / 'upload'}: {', '.join(made.files)}\n"
            f"  2. {out / 'specs.json'}\n"
            f"The autotester's machine needs the grader at {python}.",
            markup=False,
            highlight=False,
        )


def write(folder: Path, files: dict[str, str]) -> None:
    """Write the files, by their paths in `folder`; SpecError where that does not go."""
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise SpecError(f"Cannot write to {folder} ({error.strerror}): choose another with --out.") from None
