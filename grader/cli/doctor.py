"""`grader doctor`: what this machine offers."""

from __future__ import annotations

import json
import os
import platform
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from grader.assignment import known_assignments
from grader.cli.exits import clear_errors
from grader.errors import Exit


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what this machine offers: confinement, versions, assignments, devices."""
    from grader.judge.grounds import tool_versions
    from grader.sandbox import SandboxError, SandboxServer
    from grader.training import devices

    facts: dict[str, object] = {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "versions": dict(tool_versions()),
        "assignments": known_assignments(),
        "devices for training checks": devices(),
    }
    levels: dict[str, str] = {}
    for level in ("full", "landlock"):
        with clear_errors():
            try:
                with SandboxServer.start(level, preload="single") as server:
                    levels[level] = "works: " + ", ".join(server.isolation.layers)
            except SandboxError as error:
                levels[level] = f"does not work: {error}"
    facts["confinement"] = levels
    confined = any(text.startswith("works") for text in levels.values())
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        _print(facts, confined)
    raise typer.Exit(Exit.DONE if confined else Exit.NO_CONFINEMENT)


def _print(facts: dict[str, object], confined: bool) -> None:
    console = Console()
    table = Table(box=None, show_header=False)
    for name, value in facts.items():
        if isinstance(value, dict):
            value = "\n".join(f"{key}: {text}" for key, text in value.items())
        elif isinstance(value, tuple):
            value = ", ".join(value)
        table.add_row(name, str(value))
    console.print(table)
    if confined:
        console.print(
            "Student code can be confined here: `grader grade` and `grader batch` are ready.", style="green"
        )
    else:
        console.print(
            "Student code cannot be confined here. Grade on Linux 5.13 or newer; to check your own work on "
            "this machine, add --no-sandbox.",
            style="red",
        )
