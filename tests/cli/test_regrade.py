"""`grader regrade` and `grader replay` as a person runs them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.errors import Exit

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    raise ValueError('no idea')\n"


@pytest.fixture(scope="module")
def graded(
    run: Callable[..., Any], toy_assignment: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """An assignment of its own and the output folder of a class of two."""
    folder = tmp_path_factory.mktemp("regrade")
    assignment = shutil.copytree(toy_assignment, folder / "assignment")
    for name, code in (("ada", RIGHT), ("bo", WRONG)):
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / "a2.py").write_text(code)
    out = folder / "marks"
    first = run("batch", folder / "class", "--assignment", assignment, "--out", out, "--verbose")
    assert first.code == Exit.DONE
    assert "bo  0 + 1 pending of 3  1 error" in first.stderr
    return assignment, out


def test_replay_shows_what_was_asked_and_what_came_back(run: Callable[..., Any], graded: Any) -> None:
    assignment, out = graded
    ada = run("replay", "ada", "1", "--assignment", assignment, "--out", out)
    assert ada.code == Exit.DONE, ada.stderr
    assert "double(x=21)" in ada.stdout and "42" in ada.stdout and "correct: Right." in ada.stdout
    bo = run("replay", "bo", "1", "--assignment", assignment, "--out", out, "--live")
    assert "no idea" in bo.stdout and "otherwise" not in bo.stdout


def test_what_an_exception_says_is_for_staff_and_the_line_that_raised_it_for_the_student(graded: Any) -> None:
    """It might be the hidden inputs that it spells out."""
    pages = [graded[1] / "reports" / "bo.html", graded[1] / "markus" / "feedback" / "bo.html"]
    for page in (path.read_text() for path in pages):
        assert "Your code raised ValueError." in page and "(cell 1, line 2)" in page
        assert page.count("no idea") == page.count("raise ValueError(&#39;no idea&#39;)") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("nobody", "1"), "No hand-in 'nobody' was graded"), (("ada", "9"), "has no question '9'")],
)
def test_replay_of_what_there_is_not_is_one_sentence(
    run: Callable[..., Any], graded: Any, arguments: tuple[str, str], says: str
) -> None:
    assignment, out = graded
    done = run("replay", *arguments, "--assignment", assignment, "--out", out)
    assert done.code == Exit.USAGE and says in done.stderr and "Traceback" not in done.stderr


def test_who_would_move_is_told_and_nothing_changes_until_it_is_accepted(
    run: Callable[..., Any], graded: Any
) -> None:
    assignment, out = graded
    check = assignment / "test_toy.py"
    check.write_text(check.read_text().replace('incorrect("It is not twice x.")', 'incorrect("No.")'))
    check.write_text(check.read_text().replace("== 42", "== 43"))
    before = (out / "marks.csv").read_text()
    told = run("regrade", out, "--assignment", assignment, "--json")
    assert told.code == Exit.DONE, told.stderr
    (move,) = json.loads(told.stdout)["moves"]
    assert (move["hand_in"], move["criterion"], move["by"], move["why"]) == ("ada", "1/double", -2, "No.")
    assert (out / "marks.csv").read_text() == before
    accepted = run("regrade", out, "--assignment", assignment, "--accept")
    assert "1 of 2 hand-ins move (+0 and -2 marks in all)" in accepted.stdout
    assert "Accepted" in accepted.stdout
    assert (out / "marks.csv").read_text() != before
    again = run("batch", out.parent / "class", "--assignment", assignment, "--out", out)
    assert "2 of 2 were graded before and have not changed." in again.stdout
