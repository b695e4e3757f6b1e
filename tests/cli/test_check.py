"""`grader check` and `grader release` as commands, and the commands of docs/student.md."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli import check as command
from grader.errors import Exit
from grader.sandbox import NoConfinement, SandboxServer

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "csc413_a2_2025"
SECTION = re.search(
    r"^## Check yourself\n(.*?)^## ", (ROOT / "docs/student.md").read_text("utf-8"), re.M | re.S
)
assert SECTION
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", SECTION[1], re.M | re.S)
OUTCOMES = {"not attempted", "unreadable", "looks right", "looks wrong", "recorded", "not checked"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder with a notebook in it."""
    shutil.copyfile(EXAMPLES / "yara_cohen" / "a2-code.ipynb", tmp_path / "a2-code.ipynb")
    return tmp_path


@pytest.mark.parametrize("line", [line for kind, block in BLOCKS if not kind for line in block.splitlines()])
def test_the_commands_of_the_students_page_work(run: Callable[..., Any], folder: Path, line: str) -> None:
    program, *arguments = line.replace("a2-code.ipynb", f"{folder}/a2-code.ipynb").split()
    assert program == "grader"
    ended = run(*arguments)
    assert (ended.code, ended.stderr) == (Exit.DONE, "")
    if "--json" in arguments:
        assert {part["outcome"] for part in json.loads(ended.stdout)["parts"]} <= OUTCOMES
    else:
        assert "4.3 outputs" in ended.stdout
        assert ("2.1.3" in ended.stdout) is ("--question" not in arguments)


def test_the_cell_of_the_students_page_works(folder: Path) -> None:
    (cell,) = (block for kind, block in BLOCKS if kind == "python")
    work = "def loss_derivative(X, t, w0, eta):\n    return 0.0\n"
    run = subprocess.run(
        [sys.executable, "-c", work + cell],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = run.stdout.split("Self-check of CSC413/2516 Assignment 2")[1:]
    assert re.search(r"2\.1\.3 loss_derivative +looks wrong", second)
    assert "4.3 outputs" in first and "4.3 outputs" not in second
    assert "a2-code.ipynb as saved at" in first


def test_the_page_explains_every_outcome() -> None:
    assert SECTION
    assert set(re.findall(r"^\| \*(.*?)\* \|", SECTION[1], re.M)) == OUTCOMES


def test_a_file_that_is_no_notebook_is_named(run: Callable[..., Any]) -> None:
    ended = run("check", EXAMPLES / "ivan_kuznetsov" / "a2-code.ipynb")
    assert ended.code == Exit.UNREADABLE
    assert "a2-code.ipynb" in ended.stderr


def test_where_nothing_confines_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise NoConfinement("nothing here")

    monkeypatch.setattr(SandboxServer, "start", refuse)
    report = command.check_one(EXAMPLES / "bao_tran" / "a2_code.ipynb", "2.2.2", None)
    assert report.notes[-1] == command.UNCONFINED
    assert "looks right" in {line.finding.outcome for line in report.lines}


def test_release_writes_a_folder_and_a_zip_once(run: Callable[..., Any], tmp_path: Path) -> None:
    for code in (Exit.DONE, Exit.USAGE):
        ended = run("release", "csc413_a2_2025", "--out", tmp_path)
        assert ended.code == code
    assert "exists already" in ended.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"csc413_a2_2025", "csc413_a2_2025.zip"}
