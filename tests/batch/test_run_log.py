"""The run log says what a support request needs, and nothing of students or keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.batch.run_log import type_in

from .course import Course

SECRETS = ("planted_name", "PLANTED-ANSWER", "planted code", "PLANTED_KEY", "planted message")


def events(course: Course) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (course.out / "run.log").read_text("ascii").splitlines()]


def test_no_secret_gets_into_the_log(course: Course, tmp_path: Path) -> None:
    course.change("assignment.toml", 'answer = ["A"]', 'answer = ["PLANTED_KEY"]')
    course.change("assignment.toml", "options = { A = [],", "options = { PLANTED_KEY = [],")
    bug = "    if student.call('double', x=0) == 'bad': raise KeyError('planted message')\n"
    course.change("test_double.py", "    found =", f"{bug}    found =")
    course.hand_in("planted_name", "# planted code\n" + course.right, "PLANTED-ANSWER")
    course.hand_in("planted_name2", "def double(x):\n    raise ValueError('planted code')\n")
    course.hand_in("planted_name3", "def double(x):\n    return 'bad'\n")
    (course.class_folder / "planted_name4").mkdir()
    course.grade()
    course.change("test_double.py", "0.001", "0.1")
    course.regrade(accept=True)
    text = (course.out / "run.log").read_text()
    home = str(Path.home())
    assert not [secret for secret in (*SECRETS, str(tmp_path), home) if secret in text]
    logged = events(course)
    assert [e["event"] for e in logged].count("hand-in") == 4
    (failed,) = [e["grader_failed"] for e in logged if "grader_failed" in e]
    assert failed == {"1/double": "KeyError"}
    assert {e["how"] for e in logged if e["event"] == "end"} == {"done"}


def test_the_log_tells_versions_machine_counts_and_outcomes(graded: Course) -> None:
    begin, sandbox, *hand_ins, end = events(graded)
    assert begin["command"] == "batch" and begin["hand_ins"] == begin["to_grade"] == 3
    assert (
        {"torch", "numpy", "python"} <= begin["versions"].keys() and begin["cores"] >= 1 and begin["kernel"]
    )
    assert sandbox["level"] in ("full", "landlock") and "seccomp" in sandbox["layers"]
    assert sorted(e["number"] for e in hand_ins) == [1, 2, 3]
    assert end["outcomes"]["needs_person"] == 3


def test_a_run_that_fails_says_by_which_error(graded: Course) -> None:
    graded.change("test_double.py", "from grader.judge", "import no_such_module\nfrom grader.judge")
    with pytest.raises(Exception, match="no_such_module"):
        graded.regrade()
    assert events(graded)[-1]["how"] == "AssignmentError"
    assert "no_such_module" not in (graded.out / "run.log").read_text()


@pytest.mark.parametrize(
    ("reason", "logged"),
    [
        ("KeyError: 'secret'", "KeyError"),
        ("the judging process died", "the judging process died"),
        ("secret", "unknown"),
        ("a secret: told", "unknown"),
        ("", "unknown"),
    ],
)
def test_of_a_reason_only_the_type_is_logged(reason: str, logged: str) -> None:
    assert type_in(reason) == logged
