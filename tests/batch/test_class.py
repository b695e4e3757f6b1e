"""The example classes through `grader batch`, each against its folder `examples/ID.expected`."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import load_assignment
from grader.errors import Exit
from grader.results import CriterionResult, Outcome, Result

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
A2, HW3 = CLASSES = ("csc413_a2_2025", "csc413_hw3_2022")
HAND_INS = {id: sorted(path.name for path in (EXAMPLES / id).iterdir()) for id in CLASSES}
CHECKED = {
    id: {f"{q.id}/{c.id}": c for q, c in load_assignment(id).criteria() if c.by == "check"} for id in CLASSES
}
OF_FILE, OF_CRITERION = {"about", "default", "problem"}, {"outcome", "earned", "says"}

Difference = tuple[str, str, str, str]
"""Where, what, as expected, as graded."""


def grader(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)


@pytest.fixture(scope="module", params=CLASSES)
def assignment(request: pytest.FixtureRequest) -> str:
    """The id of a class's assignment."""
    id: str = request.param
    return id


@pytest.fixture(scope="module")
def graded(assignment: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Result]:
    """The result of each hand-in of the class, as the batch wrote it."""
    out = tmp_path_factory.mktemp("class") / "marks"
    run = grader("batch", EXAMPLES / assignment, "--out", out, "--jobs", "2", "--assignment", assignment)
    if run.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {run.stderr.strip()}")
    assert run.returncode in (Exit.DONE, Exit.UNREADABLE, Exit.GRADER_ERROR), run.stderr
    results = [Result.model_validate_json(path.read_bytes()) for path in (out / "results").iterdir()]
    return {result.submission: result for result in results}


@pytest.mark.parametrize(("assignment", "name"), [(id, name) for id in CLASSES for name in HAND_INS[id]])
def test_what_is_expected_of_a_hand_in_names_what_there_is(assignment: str, name: str) -> None:
    expected = expected_for(assignment, name)
    of_criteria = {key: value for key, value in expected.items() if isinstance(value, dict)}
    assert expected.keys() - of_criteria.keys() <= OF_FILE and expected["about"]
    assert all(any(fnmatchcase(id, key) for id in CHECKED[assignment]) for key in of_criteria)
    for lines in of_criteria.values():
        assert "outcome" in lines and lines.keys() <= OF_CRITERION
    assert {expected["default"], *(lines["outcome"] for lines in of_criteria.values())} <= set(Outcome)


def test_every_hand_in_has_a_result_and_something_expected_of_it(
    assignment: str, graded: Mapping[str, Result]
) -> None:
    expected = sorted(path.stem for path in (EXAMPLES / f"{assignment}.expected").glob("*.toml"))
    assert sorted(graded) == HAND_INS[assignment] == expected


def test_the_example_class_gets_the_marks_it_should(assignment: str, graded: Mapping[str, Result]) -> None:
    differences = [
        difference
        for name in HAND_INS[assignment]
        for difference in differences_of(assignment, name, graded[name])
    ]
    assert not differences, table(differences)


ANOTHER = {
    A2: ("lena_fischer", "ada_okafor", "milo_fontaine", "4.1/architecture"),
    HW3: ("fiona_macleod", "amal_haddad", None, "2.2.2/perfect"),
}
"""A hand-in, a right one, one that cannot be read, and a criterion that tells the first two apart."""


def test_anothers_result_would_be_noticed(assignment: str, graded: Mapping[str, Result]) -> None:
    name, right, unreadable, criterion = ANOTHER[assignment]
    differences = list(differences_of(assignment, name, graded[right]))
    seen = {(where, what) for where, what, _, _ in differences}
    assert {(f"{name} {criterion}", what) for what in ("outcome", "says", "earned")} <= seen
    assert f"{name} {criterion}" in table(differences)
    if unreadable:
        found = differences_of(assignment, name, graded[unreadable])
        assert "problem" in {what for _, what, _, _ in found}


ALONE = {A2: "omar_said", HW3: "esi_mensah"}


def test_a_hand_in_graded_alone_gets_what_it_gets_in_its_class(
    assignment: str, graded: Mapping[str, Result]
) -> None:
    name = ALONE[assignment]
    run = grader("grade", EXAMPLES / assignment / name, "--json", "--assignment", assignment)
    alone = Result.model_validate_json(run.stdout)
    assert without_time(alone) == without_time(graded[name])


def expected_for(assignment: str, name: str) -> dict[str, Any]:
    """What is expected of a hand-in, by criterion."""
    return tomllib.loads((EXAMPLES / f"{assignment}.expected" / f"{name}.toml").read_text("utf-8"))


def differences_of(assignment: str, name: str, result: Result) -> Iterator[Difference]:
    """Where a result is not as expected."""
    expected = expected_for(assignment, name)
    problem = expected.get("problem")
    if (problem is None) != (result.problem is None) or (problem or "") not in (result.problem or ""):
        yield name, "problem", str(problem), str(result.problem)
    for question in result.questions:
        for criterion in question.criteria:
            id = f"{question.id}/{criterion.id}"
            if id in CHECKED[assignment]:
                lines = expected_of(expected, id)
                for what, wanted, found in differences_of_criterion(lines, criterion):
                    yield f"{name} {id}", what, wanted, found


def expected_of(expected: Mapping[str, Any], id: str) -> Mapping[str, Any]:
    """What is expected of a criterion: by its name, else by a pattern such as `3.*`, else the default."""
    patterns = [key for key in expected if "*" in key and fnmatchcase(id, key)]
    return (
        expected.get(id) or expected.get(patterns[0] if patterns else "") or {"outcome": expected["default"]}
    )


def differences_of_criterion(
    expected: Mapping[str, Any], found: CriterionResult
) -> Iterator[tuple[str, str, str]]:
    """Marks that are not named are all for `correct`, between nothing and all for `partial`, else none."""
    text = "\n".join([found.message, *found.details])
    if found.outcome != expected["outcome"]:
        yield "outcome", expected["outcome"], f"{found.outcome}: {found.message}"
    if expected.get("says", "") not in text:
        yield "says", expected["says"], text
    wanted, earned = expected.get("earned"), found.earned
    if wanted is None and expected["outcome"] == "partial":
        if earned is None or not 0 < earned < found.marks:
            yield "earned", f"between 0 and {found.marks:g}", str(earned)
        return
    if wanted is None:
        wanted = {"correct": found.marks, "needs_person": None, "grader_error": None}.get(
            expected["outcome"], 0
        )
    if earned != wanted:
        yield "earned", str(wanted), str(earned)


def table(differences: list[Difference]) -> str:
    """The differences one below the other, columns aligned, long texts cut."""
    rows = [("where", "what", "expected", "graded"), *differences]
    cells = [[" ".join(cell.split())[:150] for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in cells
    ]
    return f"{len(differences)} differences\n" + "\n".join(lines)


def without_time(result: Result) -> dict[str, Any]:
    """A result as plain data, less what differs from run to run."""
    return {name: value for name, value in json.loads(result.model_dump_json()).items() if name != "seconds"}
