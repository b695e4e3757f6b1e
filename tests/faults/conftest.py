"""A toy course of many small hand-ins, and the command line as a person runs it, to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from grader.errors import Exit

ROOT = Path(__file__).parents[2]
TOML = """\
schema = 1
id = "toy"
title = "A toy assignment"
marks = 2

[limits]
call_seconds = 60
total_seconds = 60

[functions]
double = ["x"]

[parameters]
x = []

[[questions]]
id = "1"
title = "Twice the number"
marks = 2
criteria = [
    { id = "double", title = "The number doubled", marks = 1 },
    { id = "why", title = "The argument", marks = 1, by = "person" },
]
"""
CHECK = """\
from grader.judge import criterion
from grader.results import correct, incorrect


@criterion("1/double")
def test_double(student):
    found = [student.call("double", x=x) for x in range(4)]
    return correct("Right.") if found == [0, 2, 4, 6] else incorrect(f"It gives {found}.")
"""
KINDS = (
    "def double(x):\n    return 2 * x\n",
    "def double(x):\n    return x + 2\n",
    "def double(x):\n    return undefined\n",
    "import os\n\ndef double(x):\n    os._exit(1)\n",
    "def double(x:\n",
    "import time\n\ndef double(x):\n    time.sleep(0.02)\n    return 2 * x\n",
)


class Bench:
    """A class of hand-ins of every kind, and `grader batch` on it."""

    def __init__(self, folder: Path, scratch: Path, count: int) -> None:
        self.folder = folder
        self.scratch = scratch
        self.assignment = folder / "assignment"
        self.assignment.mkdir(parents=True)
        (self.assignment / "assignment.toml").write_text(TOML)
        (self.assignment / "test_toy.py").write_text(CHECK)
        for number in range(count):
            hand_in = folder / "class" / f"student_{number:03}"
            hand_in.mkdir(parents=True)
            (hand_in / "work.py").write_text(f"# {number}\n{KINDS[number % len(KINDS)]}")

    def start(self, out: Path, *options: str, **how: Any) -> subprocess.Popen[str]:
        """Start the command, in a process group of its own."""
        command = [sys.executable, "-m", "grader.cli", "batch", str(self.folder / "class"), "--out", str(out)]
        return subprocess.Popen(
            [*command, "--assignment", str(self.assignment), "--jobs", "2", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.scratch,
            env=os.environ | {"TMPDIR": str(self.scratch), "PYTHONPATH": str(ROOT)},
            start_new_session=True,
            **how,
        )

    def finish(self, out: Path, *options: str) -> None:
        """Run the command to its end; it must succeed, unreadable hand-ins aside."""
        process = self.start(out, *options)
        _, errors = process.communicate(timeout=170)
        if process.returncode == Exit.NO_CONFINEMENT:
            pytest.skip(errors.strip())
        assert process.returncode in (Exit.DONE, Exit.UNREADABLE), errors

    def results(self, out: Path) -> dict[str, Any]:
        """Every result by name, times and places aside."""
        found = [json.loads(path.read_text("utf-8")) for path in (out / "results").glob("*.json")]
        assert len({result["submission"] for result in found}) == len(found)
        return {result["submission"]: {**result, "seconds": 0} for result in found}


def kill(pid: int) -> None:
    """Kill a process, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def soon(condition: Any, seconds: float = 60) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """Where commands put temporary files; students' users can pass through it, not through pytest's."""
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def tools() -> Any:
    """The functions above, for the tests."""

    class Tools:
        kill = staticmethod(kill)
        soon = staticmethod(soon)

    return Tools


@pytest.fixture(scope="session")
def make_bench(tmp_path_factory: pytest.TempPathFactory, scratch: Path) -> Any:
    """A bench of that many hand-ins."""
    return lambda count: Bench(tmp_path_factory.mktemp("bench"), scratch, count)


@pytest.fixture(scope="session")
def bench(make_bench: Any) -> Bench:
    """Thirty hand-ins."""
    made: Bench = make_bench(30)
    return made


@pytest.fixture(scope="session")
def undisturbed(bench: Bench) -> dict[str, Any]:
    """The results of a run that nothing disturbs."""
    out = bench.folder / "undisturbed"
    bench.finish(out)
    return bench.results(out)
