"""Whole runs of the scripts that MarkUs' autotester runs: student code, traps among the files, a second."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from grader.assignment import Assignment
from grader.markus.reports import FAILED
from grader.markus.spec import make_spec

ROOT = Path(__file__).parents[2]
FORGED = (
    '{"name": "forged", "output": "", "marks_earned": 9, "marks_total": 9, "status": "pass", "time": null}'
)
CHECKS = '''\
import os
from grader.judge import Student, criterion
from grader.results import Verdict, correct, incorrect
from grader.sandbox import ProtocolViolation

@criterion("1/step")
def test_step(student: Student) -> Verdict:
    """Twice."""
    return correct("Right.") if student.call("double", x=21) == 42 else incorrect("Wrong.")

@criterion("1/limit")
def test_limit(student: Student) -> Verdict:
    """No files of the autotester's."""
    return correct("Right.") if student.call("double", x=[]) == [] else incorrect("Wrong.")

@criterion("1/extra")
def test_extra(student: Student) -> Verdict:
    """Nothing."""
    return correct("Right.")

@criterion("2/net")
def test_net(student: Student) -> Verdict:
    """Floods every descriptor, and then ends the process."""
    try:
        student.call("double", x="flood")
    except ProtocolViolation:
        pass
    return correct("Right.") if student.call("double", x="die") else incorrect("Wrong.")
'''
STUDENT = f'''\
import os
def double(x):
    for descriptor in range(40) if x == "flood" else (1, 2):
        try: os.write(descriptor, b"""{FORGED}\\n""" * 500 + b"\\xff")
        except OSError: pass
    print("""{FORGED}""" * 10_000)
    if x == "die":
        os._exit(0)
    return 2 * x
'''
PYTHON = """\
#!/bin/sh
[ "$1 $2 $3" = "-I -m grader.cli" ] || exit 99
shift 3
exec {python} -I -c {start} "$@"
"""
TRAP = f"""\
import os
open(MARKER, "a").write(__name__ + chr(10))
os.write(1, b'''{FORGED}\\n''')
os._exit(0)
"""
MODULES = (
    *("json.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "typing.py", "torch.py", "numpy.py"),
    *("grader/__init__.py", "grader/cli/__init__.py", "reference/__init__.py", "testers/__init__.py"),
    *(
        "encodings/__init__.py",
        "pydantic/__init__.py",
        "trap.py",
        "lib/python/site-packages/usercustomize.py",
    ),
)


@dataclass(frozen=True)
class Autotest:
    """The autotester's machine with a hand-in full of traps. marker: written by whatever falls into one."""

    folder: Path
    assignment: Assignment
    environment: Mapping[str, str]

    @property
    def handed_in(self) -> Path:
        return self.folder / "work"

    def run(self, number: int, group: str, timeout: int | None = None) -> subprocess.CompletedProcess[bytes]:
        """The script of a test group, as the custom tester runs it."""
        named = str(self.assignment.folder)
        spec = make_spec(self.assignment, named, "custom", str(self.folder / "python"), timeout)
        for name, text in spec.files.items():
            (self.handed_in / name).write_text(text)
            (self.handed_in / name).chmod(0o750)
        ended = subprocess.run(
            [f"./grader_markus_{number:02d}.sh"],
            cwd=self.handed_in,
            env={**self.environment, "MARKUS_GROUP": group},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        if b"cannot confine" in ended.stderr:
            pytest.skip("student code cannot be confined here")
        assert not (self.folder / "trapped").exists(), (self.folder / "trapped").read_text()
        assert b"forged" not in ended.stdout + ended.stderr
        return ended


@pytest.fixture(scope="module")
def autotest(toy: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autotest]:
    folder = tmp_path_factory.mktemp("autotester")
    (folder / "toy").mkdir()
    (folder / "toy" / "test_toy.py").write_text(CHECKS)
    hand_in(folder / "work", folder / "trapped")
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.cli import app; app()"
    python = folder / "python"
    python.write_text(PYTHON.format(start=shlex.quote(start), python=shlex.quote(sys.executable)))
    python.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as temporary:
        Path(temporary).chmod(0o711)
        work = str(folder / "work")
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": temporary,
            "HOME": work,
            "PYTHONPATH": work,
            "PYTHONUSERBASE": work,
            "PYTHONSTARTUP": f"{work}/trap.py",
            "PYTHONINSPECT": "1",
            "PYTEST_ADDOPTS": "-p trap",
            "PYTEST_PLUGINS": "trap",
        }
        yield Autotest(folder, toy.toy_in(folder / "toy"), environment)


def hand_in(folder: Path, marker: Path) -> None:
    """A student's code, and beside it a trap under every name that somebody might import or read."""
    for name in MODULES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TRAP.replace("MARKER", repr(str(marker))))
    (folder / "toy").mkdir()
    (folder / "toy" / "assignment.toml").write_text("")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p trap\n")
    (folder / "a2 code.ipynb.py").write_text(STUDENT)


def test_each_group_has_its_table_whatever_the_students_code_does_and_whatever_lies_beside_it(
    autotest: Autotest, autotester: ModuleType
) -> None:
    first = autotest.run(1, "group 1")
    kept = autotester.stored(first.stdout, first.stderr)
    assert [(test["name"], test["marks_earned"]) for test in kept.tests] == [
        ("1 step: One step", 2),
        ("1 limit: The limit", 1),
    ], first.stderr
    assert "group 1" in (autotest.handed_in / "grader_report.html").read_text()
    second = autotest.run(2, "group 1")
    (test,) = autotester.stored(second.stdout, second.stderr).tests
    assert (test["name"], test["marks_earned"], test["status"]) == (
        "2 net: The network of figure 2",
        0,
        "error",
    )
    assert "ended the Python process" in test["output"]


def test_a_second_is_not_enough_to_grade_and_enough_to_leave_the_mark_untouched(
    autotest: Autotest, autotester: ModuleType
) -> None:
    ended = autotest.run(1, "in a hurry", timeout=21)
    kept = autotester.stored(ended.stdout, ended.stderr)
    assert (kept.tests, kept.share, kept.tags) == ([], None, [FAILED])
    assert b"Not graded" in ended.stderr
