"""What MarkUs' autotester needs to know of us: its settings and the files to upload beside them.

A test group for each criterion that has checks. MarkUs takes what a group's tests earned for the whole
criterion, so the group of one that a person decides in part is tied to none: it informs, and sets no mark.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.assignment import Assignment
from grader.markus.criteria import MarkusCriterion, fitting_criteria
from grader.markus.reports import FEEDBACK_NAME

Tester = Literal["custom", "py"]

PREFIX = "grader_markus_"
GUARDS = {
    "conftest.py": "# Ours, so that none of a student's is loaded: a file of the instructor's wins.\n",
    "pytest.ini": "[pytest]\naddopts =\n",
}
"""What the py tester's pytest would otherwise take from the hand-in."""
UPLOADED = (f"{PREFIX}*", *GUARDS)
"""The names of our files, which lie among the student's when a test runs."""

STARTING_SECONDS = 60
MARGIN_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Spec:
    """settings: for specs.json. files: name and content of what is to be uploaded with it."""

    settings: dict[str, Any]
    files: dict[str, str]


def make_spec(
    assignment: Assignment, named: str, tester: Tester, python: str, timeout: int | None = None
) -> Spec:
    """The settings and files for one assignment.

    named: how the command line is to name the assignment, an id or an absolute path. python: the interpreter
    on the autotester's machine that has the grader. timeout: of each group in seconds; by default what the
    student's code may take and some to start. Raises AssignmentError where MarkUs would round marks.
    """
    seconds = timeout or int(assignment.limits.total_seconds) + STARTING_SECONDS + MARGIN_SECONDS
    groups, files = [], dict(GUARDS) if tester == "py" else {}
    suffix = "sh" if tester == "custom" else "py"
    for number, criterion in enumerate(_tested(assignment), start=1):
        name = f"{PREFIX}{number:02d}.{suffix}"
        report = FEEDBACK_NAME if number == 1 else None
        command = hook_command(python, named, criterion.name, max(1, seconds - MARGIN_SECONDS), report)
        files[name] = _shell_script(command) if tester == "custom" else _stub(command, seconds - 1)
        groups.append(_group(criterion, name, seconds, tester, report))
    settings: dict[str, Any] = {"tester_type": tester, "test_data": groups}
    if tester == "py":
        settings["env_data"] = {}
    return Spec({"testers": [settings]}, files)


def hook_command(python: str, assignment: str, criterion: str, seconds: int, report: str | None) -> list[str]:
    """The command of one test group. -I: no module, setting or start-up file of the hand-in counts."""
    command = [python, "-I", "-m", "grader.cli", "markus", "hook"]
    command += ["--assignment", assignment, "--criterion", criterion, "--seconds", str(seconds)]
    return [*command, "--report", report] if report else command


def _tested(assignment: Assignment) -> Sequence[MarkusCriterion]:
    """The criteria that have anything a check decides."""
    checked = {f"{q.id}/{c.id}" for q, c in assignment.criteria() if c.by == "check"}
    return [criterion for criterion in fitting_criteria(assignment) if checked & set(criterion.parts)]


def _group(
    criterion: MarkusCriterion, script: str, seconds: int, tester: Tester, report: str | None
) -> dict[str, Any]:
    group: dict[str, Any] = {
        "category": ["instructor"],
        "script_files": [script],
        "timeout": seconds,
        "feedback_file_names": [report] if report else [],
        "extra_info": {
            "name": criterion.name,
            "display_output": "instructors",
            "criterion": criterion.name if criterion.automatic else None,
        },
    }
    if tester == "py":
        group |= {"tester": "pytest", "output_verbosity": "short"}
    return group


def _shell_script(command: Sequence[str]) -> str:
    return f"#!/bin/sh\nexec {shlex.join(command)}\n"


def _stub(command: Sequence[str], seconds: int) -> str:
    """The stub's source with its two settings filled in; it is read and not imported, as it acts at once."""
    source = Path(__file__).with_name("pytest_stub.py").read_text("utf-8")
    settings = {
        "COMMAND: list[str] = []": f"COMMAND: list[str] = {list(command)!r}",
        "SECONDS = 0.0": f"SECONDS = {float(seconds)}",
    }
    for line, setting in settings.items():
        source = source.replace(f"\n{line}\n", f"\n{setting}\n")
    return source
