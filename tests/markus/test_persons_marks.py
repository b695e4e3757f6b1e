"""A person's marks on their whole way: queue, import, grades, MarkUs, and through a regrade."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment
from grader.errors import Exit
from grader.markus.reports import read_reports

if TYPE_CHECKING:
    from tests.markus.server import MarkUs

ROOT = Path(__file__).parents[2]
CHECKS = '''\
from grader.judge import Student, criterion
from grader.results import Verdict, correct, incorrect

@criterion("1/step")
def test_step(student: Student) -> Verdict:
    """Twice."""
    return correct("Right.") if student.call("double", x=21) == 42 else incorrect("Wrong.")

@criterion("1/limit")
def test_limit(student: Student) -> Verdict:
    """Twice nothing."""
    return correct("Right.") if student.call("double", x=0) == 0 else incorrect("Wrong.")

@criterion("1/extra")
def test_extra(student: Student) -> Verdict:
    """Nothing."""
    return correct("Right.")

@criterion("2/net")
def test_net(student: Student) -> Verdict:
    """Twice one."""
    return correct("Right.") if student.call("double", x=1) == 2 else incorrect("Wrong.")
'''
CODE = {
    "group 1": "def double(x):\n    return 2 * x\n",
    "group_0002": "def double(x):\n    return x\n",
    "c5anthei": "def double(x):\n    return x + 1\n",
}
GIVEN = {"group 1": ("2.5", "One step is missing."), "group_0002": ("0", "Nothing is argued.")}
Grader = Callable[..., str]


@pytest.fixture
def grader(markus: MarkUs) -> Iterator[Grader]:
    """Runs a command to its end; gives what it prints."""
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as scratch:
        Path(scratch).chmod(0o711)  # students' users pass through it, not through pytest's
        environment = os.environ | {"TMPDIR": scratch, "PYTHONPATH": str(ROOT), "COLUMNS": "160"}

        def run(*arguments: str | Path) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "grader.cli", *map(str, arguments)],
                capture_output=True,
                text=True,
                cwd=scratch,
                env=environment | {"MARKUS_API_KEY": "NTY4YzQ2ZDU0ZTUxMTJhNTA="},
                check=False,
                timeout=120,
            )
            if done.returncode == Exit.NO_CONFINEMENT:
                pytest.skip(f"student code cannot be confined here: {done.stderr.strip()}")
            assert done.returncode == Exit.DONE, done.stderr
            return done.stdout

        yield run


def grades(marks: Path) -> dict[str, dict[str, str]]:
    with (marks / "markus" / "grades.csv").open(newline="") as file:
        return {row.pop("Group name"): row for row in csv.DictReader(file)}


def fill_in(queue: Path) -> None:
    """As a TA does in a spreadsheet."""
    with queue.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student"] for row in rows} == set(CODE)
    for row in rows:
        if row["student"] in GIVEN and row["question"] == "1":
            earned, reason = GIVEN[row["student"]]
            row |= {"earned": earned, "reason": reason, "by": "Tess"}
    with queue.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_persons_marks_reach_the_grades_the_pages_and_markus_and_outlive_a_regrade(
    assignment: Assignment, grader: Grader, markus: MarkUs, tmp_path: Path
) -> None:
    course, marks, named = tmp_path / "class", tmp_path / "marks", ("--assignment", assignment.folder)
    (assignment.folder / "test_toy.py").write_text(CHECKS)
    for name, code in CODE.items():
        (course / name).mkdir(parents=True)
        (course / name / "a2.py").write_text(code)
        markus.groups[name].files = ("a2.py",)
    where = ("--url", markus.url, "--course", "csc413", "--into", "A2", "--rate", "100", *named)
    grader("batch", course, *named, "--out", marks)
    grader("markus", "push", marks, *where, "--send")
    assert markus.groups["group 1"].marks == {"Question 1 (checks)": 3, "Question 2": 4}

    grader("report", marks, "--class", course, *named)
    fill_in(marks / "queue.csv")
    assert "Nothing was kept yet" in grader("marks", "import", marks / "queue.csv", marks, *named)
    grader("marks", "import", marks / "queue.csv", marks, *named, "--accept")
    given = {name: row["Question 1 (person)"] for name, row in grades(marks).items()}
    assert given == {"group 1": "2.5", "group_0002": "0", "c5anthei": ""}
    reports = {report.group: report for report in read_reports(marks / "markus")}
    assert reports["group 1"].marks["Question 1 (person)"] == 2.5
    assert reports["c5anthei"].marks["Question 1 (person)"] is None
    page = (marks / "markus" / reports["group 1"].feedback).read_text()
    assert "One step is missing." in page and page.count("Tess") == 1

    grader("markus", "push", marks, *where, "--send")
    assert markus.groups["group 1"].marks["Question 1 (person)"] == 2.5
    assert markus.groups["group_0002"].marks["Question 1 (person)"] == 0
    assert "Question 1 (person)" not in markus.groups["c5anthei"].marks
    assert markus.groups["group 1"].comment == (
        "**Grader:** 9.5 of 10 marks; the reasons are in grader_report.html."
    )

    checks = assignment.folder / "test_toy.py"
    checks.write_text(CHECKS.replace("x=1) == 2", "x=1) == 3"))
    grader("regrade", marks, *named, "--accept")
    assert grades(marks)["group 1"] == {
        "Question 1 (checks)": "3",
        "Question 1 (person)": "2.5",
        "Question 2": "0",
    }
    markus.log.clear()
    grader("markus", "push", marks, *where, "--send")
    assert markus.groups["group 1"].marks == {
        "Question 1 (checks)": 3,
        "Question 1 (person)": 2.5,
        "Question 2": 0,
    }
    assert markus.groups["group_0002"].marks["Question 1 (person)"] == 0
    markus.log.clear()
    grader("markus", "push", marks, *where, "--send")
    assert markus.changes == []
