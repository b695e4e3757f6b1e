"""Right hand-ins that look strange: none of them loses a mark.

Each case in `cases/` changes the base (base.py) in a way that takes nothing away. All chosen ones are graded
as one class. One in fifteen is in the fast suite, the rest are slow; `-k` chooses by title.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

import pytest

from grader.assignment import load_assignment
from grader.errors import Exit
from grader.results import Outcome, Result

from .cases import (
    answers,
    cells,
    files,
    formulas,
    functions,
    layers,
    networks,
    notebooks,
    outputs,
    python,
    quantities,
)
from .draft import Change, Draft, replaced

ROOT = Path(__file__).parents[2]
TABLES: tuple[ModuleType, ...] = (
    networks,
    layers,
    functions,
    quantities,
    python,
    cells,
    notebooks,
    files,
    answers,
    formulas,
    outputs,
)
ODDITIES: dict[str, Change] = {title: change for table in TABLES for title, change in table.ODDITIES.items()}
ONE_IN = 15
WRONG = "a wrong hand-in"

Results = Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Pending:
    """Criteria (patterns) that a person has to decide, and why the grader cannot."""

    criteria: tuple[str, ...]
    why: str


NO_OUTPUTS = Pending(
    ("4.2/run", "5.2/run", "5.3/lower_loss", "5.5/runs"), "a script holds no outputs, so no run can be seen"
)
FOR_A_PERSON = {
    "a script exported by Colab": NO_OUTPUTS,
    "a script exported by Jupyter": NO_OUTPUTS,
    "the log only of the last epochs": Pending(
        ("4.2/run", "5.2/run", "5.3/lower_loss"),
        "whether the epochs that are not shown took place is for a person to say",
    ),
    "w1 with the definition of a": Pending(
        ("2.1.1/w1",), "a definition of the student's own may change what a symbol means"
    ),
}


def cases() -> list[object]:
    """Every oddity by title; all but a sample are slow."""
    return [
        pytest.param(title, id=title, marks=[pytest.mark.slow] if position % ONE_IN else [])
        for position, title in enumerate(ODDITIES)
    ]


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The chosen hand-ins, and a wrong one, graded as a class; by title."""
    chosen = [
        item.callspec.params["title"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    ]
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("marks") / "out"
    for title in dict.fromkeys(chosen):
        drafted(ODDITIES[title]).save(folder / slug(title))
    drafted(replaced(("1600 NF", "1601 NF"))).save(folder / slug(WRONG))
    command = [sys.executable, "-m", "grader.cli", "batch", folder, "--out", out, "--jobs", "2"]
    run = subprocess.run(
        [*map(str, command), "--assignment", "csc413_a2_2025"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if run.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {run.stderr.strip()}")
    assert run.returncode in (Exit.DONE, Exit.UNREADABLE, Exit.GRADER_ERROR), run.stderr
    graded = [Result.model_validate_json(path.read_bytes()) for path in (out / "results").iterdir()]
    return {result.submission: result for result in graded}


def drafted(change: Change) -> Draft:
    """The base after a change."""
    draft = Draft()
    change(draft)
    return draft


def slug(title: str) -> str:
    """A folder's name for a title."""
    return re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()


@pytest.mark.parametrize("title", cases())
def test_an_oddity_costs_no_mark(
    title: str, results: Results, record_property: Callable[[str, object], None]
) -> None:
    pending = FOR_A_PERSON.get(title, Pending((), ""))
    lost = losses(results[slug(title)], pending.criteria)
    record_property("marks_lost", sum(marks for marks, _ in lost.values()))
    record_property("for_a_person", pending.criteria)
    assert not lost, "\n".join(f"{id}: {marks:g} marks, {why}" for id, (marks, why) in lost.items())


def test_a_lost_mark_would_be_noticed(results: Results) -> None:
    lost = losses(results[slug(WRONG)], ())
    assert {id: marks for id, (marks, _) in lost.items()} == {"4.3/outputs": 1.5}


def test_the_base_answers_all_that_is_checked() -> None:
    checked = [c.marks for _, c in load_assignment("csc413_a2_2025").criteria() if c.by == "check"]
    assert sum(checked) == 69


def test_every_oddity_changes_what_is_handed_in_and_has_a_folder_of_its_own() -> None:
    tidy = Draft().contents()
    assert [title for title, change in ODDITIES.items() if drafted(change).contents() == tidy] == []
    assert len({slug(title) for title in ODDITIES}) == len(ODDITIES) == sum(len(t.ODDITIES) for t in TABLES)


def test_few_oddities_are_left_to_a_person() -> None:
    assert FOR_A_PERSON.keys() <= ODDITIES.keys() and len(FOR_A_PERSON) < 5


def losses(result: Result, for_a_person: tuple[str, ...]) -> dict[str, tuple[float, str]]:
    """Criteria that earned less than all, each with the marks lost and what the grader said."""
    lost = {}
    for question in result.questions:
        for criterion in question.criteria:
            id = f"{question.id}/{criterion.id}"
            right: set[Outcome] = {Outcome.CORRECT}
            if any(fnmatchcase(id, pattern) for pattern in for_a_person):
                right = {Outcome.NEEDS_PERSON} if criterion.marks else {Outcome.NOT_CHECKED}
            if id in CHECKED and criterion.outcome not in right:
                lost[id] = (
                    criterion.marks - (criterion.earned or 0),
                    f"{criterion.outcome}: {criterion.message}",
                )
    return lost


CHECKED = {f"{q.id}/{c.id}" for q, c in load_assignment("csc413_a2_2025").criteria() if c.by == "check"}
