"""What verdicts rest on, as digests: where none of it has changed, a verdict stands and is not made again.

A verdict rests on the hand-in, on what runs the hand-in's code (`student_side`), on the grader's own code and
its libraries, on the check's module with the folder's helpers, and on those tables of the assignment that the
check can see by its fixtures. Marks and titles are none of these: results are added up anew from verdicts.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import Assignment
from grader.store.digest import digest, digest_of_data, digest_of_sources

TOP = Path(__file__).resolve().parents[2]
ENGINE = (
    *("grader/compare", "grader/judge", "grader/assignment", "grader/training", "reference"),
    *("grader/submission", "grader/results/verdict.py", "grader/sandbox/worker/tracing.py"),
)
READ_BY = ("definitions", "files", "markup", "notebook", "packed", "reading", "script", "submission")
READING = tuple(f"grader/submission/{name}.py" for name in READ_BY)
STUDENT_SIDE = ("grader/sandbox/worker",)
LIBRARIES = ("torch", "numpy", "sympy", "python-flint")
NOT_SEEN = {"title", "marks", "seed", "limits", "files", "training"}
NOT_CHECKS = ("key", "template", "selfcheck")
"""Folders of an assignment that no check imports."""


@cache
def tool_versions() -> tuple[tuple[str, str], ...]:
    """Versions that a verdict may depend on."""
    return tuple(_versions(("nn-course-grader", "torch", "numpy")))


def _versions(packages: Iterable[str]) -> list[tuple[str, str]]:
    found = [("python", platform.python_version())]
    for package in packages:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            found.append((package, "not installed as a package"))
    return found


def student_side(assignment: Assignment, *, confined: bool) -> bytes:
    """Of what a reply rests on besides the hand-in and the request.

    Without confinement, code may have found the answers: those replies are not those of a confined process.
    """
    limits = assignment.limits.model_dump(mode="json")
    return digest(_sources(STUDENT_SIDE), digest_of_data([_versions(LIBRARIES), limits, confined]))


def reading(assignment: Assignment) -> bytes:
    """Of how the files of a hand-in become what is judged."""
    sought = [assignment.files.model_dump(mode="json"), sorted(assignment.asked_names)]
    return digest(_sources(READING), digest_of_data(sought))


def rubric(assignment: Assignment) -> bytes:
    """Of what turns verdicts into a result."""
    questions = [question.model_dump(mode="json") for question in assignment.questions]
    for question in questions:  # with and without training checks it is the same rubric
        training = [check["id"] for check in question["training"]]
        question["criteria"] = [c for c in question["criteria"] if c["id"] not in training]
    return digest_of_data([assignment.id, assignment.title, questions])


def marking(assignment: Assignment, side: bytes) -> bytes:
    """Of everything that any verdict rests on besides the hand-in. Needs no collected checks."""
    tables = _tables(assignment, {"assignment", "written", "student"}, "")
    checks = digest_of_sources(_modules(assignment.folder), assignment.folder)
    return digest(side, reading(assignment), _engine(), checks, digest_of_data([assignment.seed, tables]))


def grounds(assignment: Assignment, checks: Mapping[str, pytest.Item], side: bytes) -> dict[str, bytes]:
    """Of what the verdict on each criterion rests on besides the hand-in."""
    folder = assignment.folder
    modules = _modules(folder)
    sources = {
        path: digest_of_sources([path, *_beside(path, modules)], folder)
        for path in {item.path for item in checks.values()}
    }
    common = digest(side, reading(assignment), _engine(), digest_of_data(assignment.seed))
    return {
        criterion: digest(
            common,
            sources[item.path],
            criterion.encode(),
            _device(assignment, criterion).encode(),
            digest_of_data(_tables(assignment, set(item.fixturenames), criterion)),  # type: ignore[attr-defined]
        )
        for criterion, item in checks.items()
    }


def _tables(assignment: Assignment, fixtures: set[str], criterion: str) -> dict[str, Any]:
    """The tables that a check with these fixtures can see."""
    data = assignment.model_dump(mode="json", exclude=NOT_SEEN)
    fields = {question["id"]: question["fields"] for question in data.pop("questions")}
    keys = {table: data.pop(table) for table in ("formulas", "choices")}
    if "assignment" in fixtures:
        return {**data, **keys, "fields": fields}
    seen: dict[str, Any] = {}
    if fixtures & {"student", "written"}:
        seen = {name: data[name] for name in ("functions", "parameters", "networks")} | {"fields": fields}
    if "written" in fixtures:
        own = {table: entries.get(criterion) for table, entries in keys.items()}
        seen |= own | {name: data[name] for name in ("symbols", "constraints")}
    return seen


def _device(assignment: Assignment, criterion: str) -> str:
    """Where a criterion's network is trained; empty where none is."""
    return (assignment.device or "") if criterion in assignment.training_checks else ""


def _modules(folder: Path) -> list[Path]:
    """The Python files of an assignment, less those that students or hand-ins have."""
    apart = {folder / name for name in NOT_CHECKS}
    return [path for path in sorted(folder.rglob("*.py")) if not apart & set(path.parents)]


def _beside(check: Path, modules: Iterable[Path]) -> list[Path]:
    """The modules that a check's own may use: the helpers, and other checks' that it names."""
    source = check.read_text("utf-8")
    return [
        path
        for path in modules
        if path != check and (not path.name.startswith("test_") or path.stem in source)
    ]


@cache
def _engine() -> bytes:
    return digest(_sources(ENGINE), digest_of_data(_versions(LIBRARIES)))


@cache
def _sources(names: tuple[str, ...]) -> bytes:
    return digest_of_sources([TOP / name for name in names], TOP)
