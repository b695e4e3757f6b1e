"""Whole runs of the scripts that MarkUs' autotester runs: student code, traps among the files, a second."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

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


@pytest.fixture(scope="module")
def autotest(toy: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Runs the script of a test group as the custom tester does, in a hand-in full of traps."""
    folder = tmp_path_factory.mktemp("autotester")
    handed_in, marker = folder / "work", folder / "trapped"
    (folder / "toy").mkdir()
    (folder / "toy" / "test_toy.py").write_text(CHECKS)
    assignment = toy.toy_in(folder / "toy")
    for name in MODULES:
        (handed_in / name).parent.mkdir(parents=True, exist_ok=True)
        (handed_in / name).write_text(TRAP.replace("MARKER", repr(str(marker))))
    (handed_in / "toy").mkdir()
    (handed_in / "toy" / "assignment.toml").write_text("")
    (handed_in / "pytest.ini").write_text("[pytest]\naddopts = -p trap\n")
    (handed_in / "a2 code.ipynb.py").write_text(STUDENT)
    python = folder / "python"
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.cli import app; app()"
    python.write_text(PYTHON.format(start=shlex.quote(start), python=shlex.quote(sys.executable)))
    python.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as temporary:
        Path(temporary).chmod(0o711)
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": temporary,
            "HOME": str(handed_in),
            "PYTHONPATH": str(handed_in),
            "PYTHONUSERBASE": str(handed_in),
            "PYTHONSTARTUP": str(handed_in / "trap.py"),
            "PYTHONINSPECT": "1",
            "PYTEST_ADDOPTS": "-p trap",
            "PYTEST_PLUGINS": "trap",
        }

        def run(number: int, group: str, timeout: int | None = None) -> subprocess.CompletedProcess[bytes]:
            spec = make_spec(assignment, str(folder / "toy"), "custom", str(python), timeout)
            for name, text in spec.files.items():
                (handed_in / name).write_text(text)
                (handed_in / name).chmod(0o750)
            ended = subprocess.run(
                [f"./grader_markus_{number:02d}.sh"],
                cwd=handed_in,
                env=environment | {"MARKUS_GROUP": group},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=120,
                check=False,
            )
            if b"cannot confine" in ended.stderr:
                pytest.skip("student code cannot be confined here")
            assert not marker.exists(), marker.read_text()
            assert b"forged" not in ended.stdout + ended.stderr
            return ended

        run.report = handed_in / "grader_report.html"  # type: ignore[attr-defined]
        yield run


def test_each_group_has_its_table_whatever_the_students_code_does_and_whatever_lies_beside_it(
    autotest: Callable[..., Any], autotester: ModuleType
) -> None:
    first = autotest(1, "group 1")
    kept = autotester.stored(first.stdout, first.stderr)
    assert [(test["name"], test["marks_earned"]) for test in kept.tests] == [
        ("1 step: One step", 2),
        ("1 limit: The limit", 1),
    ], first.stderr
    assert "group 1" in autotest.report.read_text()  # type: ignore[attr-defined]
    second = autotest(2, "group 1")
    (test,) = autotester.stored(second.stdout, second.stderr).tests
    assert (test["name"], test["marks_earned"], test["status"]) == (
        "2 net: The network of figure 2",
        0,
        "error",
    )
    assert "ended the Python process" in test["output"]


def test_a_second_is_not_enough_to_grade_and_enough_to_leave_the_mark_untouched(
    autotest: Callable[..., Any], autotester: ModuleType
) -> None:
    ended = autotest(1, "in a hurry", timeout=21)
    kept = autotester.stored(ended.stdout, ended.stderr)
    assert (kept.tests, kept.share, kept.tags) == ([], None, [FAILED])
    assert b"Not graded" in ended.stderr
