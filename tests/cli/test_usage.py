"""What the commands refuse before anything is run: one sentence on stderr and a documented exit code."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from grader.cli import app
from grader.cli.exits import clear_errors, code_of
from grader.cli.grade import print_result
from grader.errors import Exit
from grader.results import Outcome, Result, Verdict, correct
from grader.results.formats import Format
from grader.results.summary import Summary

MakeResult = Callable[..., Result]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with an empty class, a class of one and some files that are no class."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "a2.py").write_text("x = 1\n")
    (tmp_path / "a2.py").write_text("x = 1\n")
    (tmp_path / "broken.zip").write_text("not a zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        ("grade nowhere", Exit.UNREADABLE, 'There is no file or folder "nowhere": check the path.'),
        ("batch nowhere", Exit.UNREADABLE, 'There is no file or folder "nowhere": check the path.'),
        ("batch nowhere.zip", Exit.UNREADABLE, "nowhere.zip"),
        ("batch broken.zip", Exit.UNREADABLE, '"broken.zip" was not unpacked: '),
        ("batch a2.py", Exit.UNREADABLE, '"a2.py" is one file, not a class: grade it with `grader grade`.'),
        (
            "batch empty",
            Exit.UNREADABLE,
            '"empty" holds no hand-ins: give the folder that has one folder per hand-in.',
        ),
        ("batch empty.zip", Exit.UNREADABLE, '"empty.zip" holds no hand-ins: '),
        ("batch class -a csc413_a2_2025 --out a2.py/marks", Exit.USAGE, "Cannot write to a2.py/marks ("),
        ("batch class -a csc413_a2_2025 --out a2.py", Exit.USAGE, "Cannot write to a2.py ("),
        (
            "grade a2.py --assignment csc999",
            Exit.USAGE,
            "There is no assignment 'csc999': give one of csc413_a2_2025",
        ),
        ("batch class --assignment empty", Exit.USAGE, "There is no assignment 'empty': "),
        (
            "grade a2.py -a csc413_a2_2025 --device gpu",
            Exit.USAGE,
            "'gpu' is no device: say cpu, cuda, or cuda:1 for the second one.",
        ),
        (
            "batch class -a csc413_a2_2025 --device cuda:99",
            Exit.USAGE,
            "There is no cuda:99 for PyTorch",
        ),
        (
            "grade a2.py -a csc413_hw3_2022 --device cpu",
            Exit.USAGE,
            "csc413_hw3_2022 has no training checks: leave --device out.",
        ),
        (
            "grade a2.py",
            Exit.USAGE,
            "Nothing in the hand-in says for which assignment it is: say which with --assignment, one of "
            "csc413_a2_2025, csc413_hw3_2022, or a path.",
        ),
    ],
)
def test_what_cannot_be_graded_is_one_sentence_on_stderr(
    there: Path, command: str, code: Exit, sentence: str
) -> None:
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == code
    assert result.stdout == ""
    assert sentence in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.strip().endswith(".")
    assert not (there / "marks").exists()


@pytest.mark.parametrize(
    "command", ["grade", "batch class --jobs 0", "grade a2.py --format pdf", "mark a2.py"]
)
def test_a_mistyped_command_is_wrong_usage(there: Path, command: str) -> None:
    assert CliRunner().invoke(app, command.split()).exit_code == Exit.USAGE


def test_help_lists_the_commands_and_every_exit_code() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout.split())
    for command in ("grade", "batch", "doctor"):
        assert command in text
    for code in Exit:
        assert f"{code.value} " in text.partition("Exit codes:")[2]


def test_an_error_of_ours_that_is_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), clear_errors():
        _ = 1 / 0


def test_ctrl_c_before_grading_is_said_and_has_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, clear_errors():
        raise KeyboardInterrupt
    assert left.value.exit_code == Exit.INTERRUPTED
    assert capsys.readouterr().err == "Interrupted; what was graded is kept.\n"


def test_the_exit_code_tells_our_failures_first_then_unreadable_hand_ins(make_result: MakeResult) -> None:
    fine, unreadable = Summary.of(make_result()), Summary.of(make_result(problem="It is empty."))
    ours = Summary.of(
        make_result(rubric={"1": [(1, correct("")), (1, Verdict(Outcome.GRADER_ERROR, 0.0, ""))]})
    )
    assert code_of([]) == code_of([fine]) == Exit.DONE
    assert code_of([fine, unreadable]) == Exit.UNREADABLE
    assert code_of([unreadable, ours, fine]) == Exit.GRADER_ERROR


@pytest.mark.parametrize(
    ("format", "start"),
    [
        (Format.JSON, "{"),
        (Format.MARKUS, '{"name": "1.1 a: '),
        (Format.HTML, "<!doctype html>"),
        (Format.TABLE, "ada"),
        (Format.GRADESCOPE, '{\n  "score": 2.0'),
        (Format.CANVAS, "Student,ID,"),
        (Format.JUNIT, "<?xml "),
        (Format.GITHUB, "::notice title=2 Part 0"),
    ],
)
def test_a_result_is_printed_as_asked(
    make_result: MakeResult, capsys: pytest.CaptureFixture[str], format: Format, start: str
) -> None:
    print_result(make_result("ada"), format, details=False)
    assert capsys.readouterr().out.startswith(start)
