"""`grader check-key` as a person runs it, on checks that notice mistakes and on checks that do not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.errors import Exit

KEY = "def double(x):\n    return 2 * x\n"
TEMPLATE = "def double(x):\n    raise NotImplementedError\n"


@pytest.fixture
def assignment(toy_assignment: Path, tmp_path: Path) -> Path:
    """The toy assignment with a key and a template."""
    folder = tmp_path / "toy"
    shutil.copytree(toy_assignment, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, code in (("key", KEY), ("template", TEMPLATE)):
        (folder / name).mkdir()
        (folder / name / "test_double.py").write_text(
            code
        )  # by its name a file of checks; it must not be run
    return folder


def test_checks_that_notice_every_mistake(run: Callable[..., Any], assignment: Path) -> None:
    ended = run("check-key", assignment, "--json", "--jobs", "2")
    assert (ended.code, ended.stderr) == (Exit.DONE, "")
    report = json.loads(ended.stdout)
    assert (report["earned"], report["marks"], report["blank_earned"]) == (2, 2, 0)
    assert report["is_right"] and report["kill_rate"] == 1
    assert {mutant["rule"] for mutant in report["mutants"]} >= {
        "off by one",
        "missing factor",
        "inverted factor",
    }


def test_checks_that_let_mistakes_pass(run: Callable[..., Any], assignment: Path) -> None:
    checks = assignment / "test_toy.py"
    checks.write_text(checks.read_text().replace("x=21) == 42", "x=2) == 4"))
    key = assignment / "key" / "test_double.py"
    key.write_text("def double(x):\n    return x + x\n")
    ended = run("check-key", assignment)
    assert ended.code == Exit.DONE
    key.write_text("def double(x):\n    return x * 2\n")
    checks.write_text(checks.read_text().replace("x=2) == 4", "x=0) == 0"))
    ended = run("check-key", assignment)
    assert ended.code == Exit.CHECKS_FAIL
    assert "-    return x * 2" in ended.stdout and "+    return x * 3" in ended.stdout
    assert "something to mend" in ended.stdout


def test_an_assignment_without_a_key_says_where_to_put_one(
    run: Callable[..., Any], toy_assignment: Path
) -> None:
    ended = run("check-key", toy_assignment)
    assert ended.code == Exit.USAGE
    assert "toy has no key: put a complete right hand-in" in ended.stderr


def test_a_question_that_is_not_there_is_named(run: Callable[..., Any], assignment: Path) -> None:
    for command in (("check-key", assignment), ("grade", assignment / "key", "-a", assignment)):
        ended = run(*command, "--only", "7")
        assert ended.code == Exit.USAGE
        assert "toy has no question '7'; it has 1." in ended.stderr


def test_one_question_is_graded_where_that_is_asked(run: Callable[..., Any], assignment: Path) -> None:
    ended = run("grade", assignment / "key", "-a", assignment, "--only", "1", "--json")
    assert [question["id"] for question in json.loads(ended.stdout)["questions"]] == ["1"]


def test_a_student_cannot_read_the_key(run: Callable[..., Any], assignment: Path, tmp_path: Path) -> None:
    assignment.chmod(0o755)
    thief = tmp_path / "thief.py"
    thief.write_text(
        f"def double(x):\n    return len(open({str(assignment / 'key' / 'test_double.py')!r}).read())\n"
    )
    [criterion, _] = json.loads(run("grade", thief, "-a", assignment, "--json").stdout)["questions"][0][
        "criteria"
    ]
    assert criterion["outcome"] == "error"
    [staff] = [shown["text"] for shown in criterion["exhibits"]]
    assert "No such file" in staff or "denied" in staff
