"""A toy assignment outside the package, hand-ins for it, and the command line as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.errors import Exit

ROOT = Path(__file__).parents[2]

ASSIGNMENT = """\
schema = 1
id = "toy"
title = "A toy assignment"
marks = 3

[limits]
call_seconds = 100
total_seconds = 200

[functions]
double = ["x"]

[parameters]
x = []

[[questions]]
id = "1"
title = "Twice the number"
marks = 3
criteria = [
    { id = "double", title = "The number doubled", marks = 2 },
    { id = "why", title = "The argument", marks = 1, by = "person" },
]
"""
CHECKS = '''\
from grader.judge import Student, criterion
from grader.results import Verdict, correct, incorrect


@criterion("1/double")
def test_double(student: Student) -> Verdict:
    """Twice the number."""
    return correct("Right.") if student.call("double", x=21) == 42 else incorrect("It is not twice x.")
'''

Start = Callable[..., subprocess.Popen[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def errors(self) -> list[str]:
        """Lines on stderr, less the progress line."""
        return [line for line in self.stderr.splitlines() if line.strip() and not line.startswith("Grading ")]


@pytest.fixture(scope="session")
def toy_assignment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy assignment")
    (folder / "assignment.toml").write_text(ASSIGNMENT)
    (folder / "test_toy.py").write_text(CHECKS)
    return folder


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """Where commands put temporary files; students' users can pass through it, not through pytest's."""
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def start(scratch: Path) -> Start:
    """Start `grader` with these arguments, with a working directory that is not the repository's."""

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        environment = os.environ | {"TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-m", "grader.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=scratch,
            env=environment,
        )

    return start


def ended(process: subprocess.Popen[str]) -> Run:
    """Wait for a command; skip the test where the machine cannot confine student code."""
    stdout, stderr = process.communicate(timeout=120)
    if process.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {stderr.strip()}")
    return Run(process.returncode, stdout, stderr)


@pytest.fixture(scope="session")
def run(start: Start) -> Callable[..., Run]:
    """Run `grader` with these arguments to its end."""
    return lambda *arguments: ended(start(*arguments))
