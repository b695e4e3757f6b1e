"""docs/security.md says what the code holds: levels and layers, caps, exit code, what stays open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.assignment.model import Limits as AssignmentLimits
from grader.assignment.model import TrainingLimits
from grader.compare.formula.lexer import MAX_CHARACTERS
from grader.compare.formula.worker import DEADLINE_S, MEMORY_BYTES
from grader.errors import Exit
from grader.results.model import LONGEST_TEXT
from grader.sandbox import Limits
from grader.sandbox.isolation import LEVELS
from grader.sandbox.worker import frames
from grader.sandbox.worker.confine.confined import Jailed, Landlocked
from grader.sandbox.worker.confine.unconfined import Unconfined
from grader.sandbox.worker.graph import MOST_OPERATIONS
from grader.submission import Limits as ArchiveLimits
from grader.submission.notebook import MAX_BYTES, MAX_CELLS, MAX_SOURCE

from ..fuzz.trial import HANG_SECONDS, LARGEST_EXAMPLE, LONG_RUN
from ..hostile.modes import MODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
CODE = {"full": Jailed, "landlock": Landlocked, "none": Unconfined}
ASSIGNMENT = AssignmentLimits()
TRAINING = TrainingLimits()
ARCHIVE = ArchiveLimits()
CHILD = Limits()
CAPS = {
    "a notebook": (MAX_BYTES // 10**6, MAX_CELLS, MAX_SOURCE >> 10),
    "a class archive": (ARCHIVE.total_bytes // 10**6, ARCHIVE.member_bytes // 10**6, ARCHIVE.members),
    "a reply": (CHILD.reply >> 20, frames.MAX_ITEMS, frames.MAX_DEPTH),
    "kept output of a process": (CHILD.kept_output >> 10, CHILD.output_flood >> 20),
    "memory of a process": (ASSIGNMENT.memory_megabytes,),
    "a call, and all calls of a hand-in": (ASSIGNMENT.call_seconds, ASSIGNMENT.total_seconds),
    "a formula": (MAX_CHARACTERS, DEADLINE_S, MEMORY_BYTES >> 20),
    "a text in a result": (LONGEST_TEXT,),
    "training a network, where a device is named": (
        MOST_OPERATIONS,
        TRAINING.seconds,
        TRAINING.memory_megabytes,
    ),
}


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table whose first heading is this."""
    _, _, rest = PAGE.partition(f"\n| {heading} |")
    for line in rest.split("\n")[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def numbers(text: str) -> list[float]:
    """Numbers as a person writes them, thousands set apart by a space."""
    return [float(found.replace(" ", "")) for found in re.findall(r"\d{1,3}(?: \d{3})+|\d+", text)]


def test_every_level_is_listed_with_the_layers_that_it_has() -> None:
    listed = {cells[0].strip("`"): cells[1] for cells in rows("level")}
    assert set(listed) == {level for levels in LEVELS.values() for level in levels}
    for level, layers in listed.items():
        always, _, as_root = layers.partition(";")
        assert tuple(always.split(", ")) == CODE[level].layers
        assert as_root.endswith("user") == (level != "none")


def test_what_is_open_without_namespaces_is_what_the_hostile_suite_expects_only_with_them() -> None:
    cells = (path.read_text("utf-8") for path in (ROOT / "tests" / "hostile" / "cells").glob("*.py"))
    kinds = {kind for text in cells for kind in re.findall(r"# %% (?:\[\w+\] )*\[full\] ([\w/-]+):", text)}
    attacks = list(rows("attack"))
    assert len([cells for cells in attacks if "**open**" in cells[2]]) == len(kinds) > 0
    assert not [cells for cells in attacks if "open" in cells[1]]


@pytest.mark.parametrize("what", CAPS)
def test_a_cap_is_that_of_the_code(what: str) -> None:
    listed = {cells[0]: cells[1] for cells in rows("what")}
    assert set(listed) == set(CAPS)
    assert numbers(listed[what]) == [float(value) for value in CAPS[what]]


def test_the_versions_of_landlock_named_are_those_tested() -> None:
    [sentence] = re.findall(r"Landlock of ABI (\d+) \([^)]*\) and (\d+) ", PAGE)
    assert {int(abi) for abi in sentence} == {mode.abi for mode in MODES if mode.abi}


def test_the_exit_code_and_the_bounds_of_fuzzing_are_those_of_the_code() -> None:
    assert f"exit code {Exit.NO_CONFINEMENT:d}" in PAGE
    assert f"within {HANG_SECONDS:g} s and {LARGEST_EXAMPLE >> 20} MiB" in " ".join(PAGE.split())
    assert f"{LONG_RUN:,} in all with `make slow`".replace(",", " ") in " ".join(PAGE.split())


def test_the_page_on_reporting_leads_to_this_one_and_back() -> None:
    assert "](docs/security.md)" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert "](../SECURITY.md)" in PAGE
