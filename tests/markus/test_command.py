"""`grader markus push` as a person runs it, against the MarkUs of the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner
from typer.testing import Result as Ended

from grader.assignment import Assignment
from grader.cli import app
from grader.errors import Exit
from grader.results import Result

from .written import write_markus

if TYPE_CHECKING:
    from tests.markus.server import MarkUs

GradeToy = Callable[..., Result]


@pytest.fixture
def push(
    markus: MarkUs, server: ModuleType, assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> Callable[..., Ended]:
    """Runs the command on three graded groups, one of them unknown to MarkUs."""
    write_markus(
        [grade_toy(name) for name in ("group 1", "group_0002", "stray")], assignment, tmp_path / "markus"
    )

    def run(*arguments: str, key: str = server.INSTRUCTOR_KEY) -> Ended:
        command = ["markus", "push", str(tmp_path), "--url", markus.url, "--course", "csc413", "--into", "A2"]
        command += ["--assignment", str(assignment.folder), "--rate", "100", *arguments]
        return CliRunner().invoke(app, command, env={"MARKUS_API_KEY": key, "COLUMNS": "160"})

    return run


def test_by_default_it_shows_what_it_would_send_and_sends_nothing(
    push: Callable[..., Ended], markus: MarkUs
) -> None:
    ended = push()
    assert ended.exit_code == Exit.DONE, ended.stderr
    for text in ("group 1", "marks Question 1 (checks): – → 3", "MarkUs has no such group.", "add --send"):
        assert text in ended.stdout
    assert "2 of 3 groups have something to send; 0 are up to date; 1 are not on MarkUs." in ended.stdout
    assert markus.changes == []


def test_with_send_it_sends_and_a_second_time_there_is_nothing_to_do(
    push: Callable[..., Ended], markus: MarkUs
) -> None:
    ended = push("--send")
    assert ended.exit_code == Exit.DONE and "Sent: 2 of 2 groups." in ended.stdout
    markus.log.clear()
    assert "0 of 3 groups have something to send; 2 are up to date" in push("--send").stdout
    assert markus.changes == []


def test_closed_groups_are_no_failure_and_refusals_are(push: Callable[..., Ended], markus: MarkUs) -> None:
    markus.groups["group 1"].complete = True
    ended = push("--send")
    assert ended.exit_code == Exit.DONE and "group 1: left alone, as its marking is complete" in ended.stdout
    markus.groups["group 1"].complete = False
    markus.max_file_size = 10
    ended = push("--send", "--only", "feedback")
    assert ended.exit_code == Exit.SERVER and "(413)" in ended.stdout


def test_as_json_it_prints_one_object(push: Callable[..., Ended]) -> None:
    planned = json.loads(push("--json").stdout)
    assert planned["sent"] is None and len(planned["groups"]) == 3
    sent = json.loads(push("--json", "--send").stdout)
    assert [(one["group"], one["problem"]) for one in sent["sent"]] == [
        ("group 1", None),
        ("group_0002", None),
    ]


@pytest.mark.parametrize(
    ("arguments", "key", "code", "sentence"),
    [
        ((), "", Exit.USAGE, "There is no key for MarkUs."),
        ((), "dGhpcyBpcyBhIFRBJ3Mga2V5Lg==", Exit.USAGE, "instructors only"),
        (("--only", "grades"), "NTY4YzQ2ZDU0ZTUxMTJhNTA=", Exit.USAGE, "'grades' is none of marks"),
        (("--course", "csc1"), "NTY4YzQ2ZDU0ZTUxMTJhNTA=", Exit.USAGE, "no course 'csc1'"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_code(
    push: Callable[..., Ended],
    arguments: tuple[str, ...],
    key: str,
    code: Exit,
    sentence: str,
) -> None:
    ended = push(*arguments, key=key)
    assert ended.exit_code == code
    assert sentence in " ".join(ended.stderr.split())
    assert not key or key not in ended.output
