"""Hostile hand-ins as data: `hand_ins/FAMILY.toml` and its kin hold them, one table each.

    [eval-mode-only]
    attacks = ["cheating/mode-detection"]
    title = "A network that is the right one in evaluation mode only"
    code = '''...'''                     # or `cells`: a list of {code, output} and {text}
    answers = { "3.1.1" = "..." }        # answer cells by question
    files = { "conftest.py" = "..." }    # laid beside the notebook
    earns = { "4.1/architecture" = 0 }   # as against `base`; "person" for marks that wait for one
    outcomes = { "4.1/architecture" = "error" }
    base = "honest"                      # its cells stand before these; "blank" if not said: nothing
    control = "secret"                   # how it succeeds unconfined; see test_control
    slow = true                          # takes seconds

A table `[NAME.each]` makes a hand-in of each of its entries, which stands for EACH in the code and answers;
the first few (`daily`) are tried every day, all in the slow suites.
@CLASS@, @OUT@, @ASSIGNMENT@, @HOME@ and @OUTSIDE@ stand for folders that exist.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HAND_INS = Path(__file__).with_name("hand_ins")
PENDING = "person"
DAILY = 3
KEYS = {
    "attacks",
    "title",
    "code",
    "cells",
    "answers",
    "files",
    "earns",
    "outcomes",
    "base",
    "control",
    "slow",
    "daily",
    "each",
}

Earned = float | str
"""Marks, or PENDING."""


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile hand-in and what must come of it. `family` is the first half of what it attacks."""

    name: str
    attacks: tuple[str, ...]
    title: str
    cells: tuple[Mapping[str, Any], ...]
    files: Mapping[str, str]
    earns: Mapping[str, Earned]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    base: str = "blank"
    control: str | None = None
    is_daily: bool = True
    make: Callable[[Path], None] | None = None
    """Writes the whole hand-in, where it is no notebook."""

    @property
    def family(self) -> str:
        return self.attacks[0].partition("/")[0]

    def write(self, folder: Path, honest: Path, places: Mapping[str, Path]) -> None:
        """Make the hand-in: a notebook and the files beside it."""
        if self.make is not None:
            self.make(folder)
            return
        cells = json.loads(honest.read_text("utf-8"))["cells"] if self.base == "honest" else []
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [*cells, *map(notebook_cell, self.cells)],
        }
        folder.mkdir()
        (folder / "a2-code.ipynb").write_text(placed(json.dumps(content), places), "utf-8")
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(placed(text, places), "utf-8")


def placed(text: str, places: Mapping[str, Path]) -> str:
    """The text with the names of folders put in."""
    for name, path in places.items():
        text = text.replace(f"@{name}@", str(path))
    return text


def notebook_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell of a case as nbformat has it."""
    metadata = cell.get("metadata", {})
    if "text" in cell:
        return {"cell_type": "markdown", "metadata": metadata, "source": cell["text"]}
    outputs = (
        [{"output_type": "stream", "name": "stdout", "text": cell["output"]}] if "output" in cell else []
    )
    return {
        "cell_type": "code",
        "metadata": metadata,
        "execution_count": None,
        "source": cell["code"],
        "outputs": outputs,
    }


def read_cases() -> tuple[Case, ...]:
    """Every case of the folder, by file and in the order of writing."""
    return tuple(case for file in sorted(HAND_INS.glob("*.toml")) for case in cases_in(file))


def cases_in(file: Path) -> Iterator[Case]:
    """The cases of one file; ValueError for a key that is none."""
    for name, table in tomllib.loads(file.read_text("utf-8")).items():
        unknown = table.keys() - KEYS
        if unknown:
            raise ValueError(f"{file.name} [{name}]: {', '.join(sorted(unknown))} has no meaning")
        for number, (kind, each) in enumerate(table.get("each", {"": ""}).items()):
            is_daily = number < table.get("daily", DAILY) and not table.get("slow", False)
            full_name = f"{file.stem}-{name}" + (f"-{kind}" if kind else "")
            yield case_of(full_name, table, kind, each, is_daily=is_daily)


def case_of(name: str, table: Mapping[str, Any], kind: str, each: str, *, is_daily: bool) -> Case:
    """The case of one table, or of one entry of its `each`."""
    cells = [*table.get("cells", ()), *({"code": code} for code in [table.get("code")] if code)]
    cells += (
        {"text": f"### Answer {question}\n{text}"} for question, text in table.get("answers", {}).items()
    )
    return Case(
        name=name,
        attacks=tuple(table["attacks"]),
        title=table["title"] + (f": {kind}" if kind else ""),
        cells=tuple({key: with_each(value, each) for key, value in cell.items()} for cell in cells),
        files=table.get("files", {}),
        earns=table.get("earns", {}),
        outcomes=table.get("outcomes", {}),
        base=table.get("base", "blank"),
        control=table.get("control"),
        is_daily=is_daily,
    )


def with_each(value: Any, each: str) -> Any:
    return value.replace("EACH", each) if isinstance(value, str) else value
