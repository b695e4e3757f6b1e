"""`pytest ASSIGNMENT --submission PATH` tells a writer of checks what each says of one hand-in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import Assignment

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "grader/assignments/csc413_a2_2025"


def run_pytest(*arguments: str) -> tuple[int, str]:
    """Exit code and output; the plugin is named, as the package may be run from its folder without being
    installed.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "COLUMNS": "200",
    }
    environment.pop("PYTEST_ADDOPTS", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "grader.pytest_plugin",
        "-p",
        "no:cacheprovider",
        *arguments,
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_a_hand_in_passes_and_fails_check_by_check_with_the_verdicts_message() -> None:
    code, output = run_pytest(ASSIGNMENT, "--submission", "examples/csc413_a2_2025/tara_brennan", "-rA")
    assert code == 1
    assert re.search(
        r"FAILED .*::test_one_step_is_the_mean_gradient_over_a_batch - Failed: incorrect: ", output
    )
    assert "yours is Conv2d - AvgPool2d" in output
    assert "PASSED" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("cell", "code"),
    [("def double(x): return 2 * x", 0), ("def double(x): return 3 * x", 1)],
    ids=["right", "wrong"],
)
def test_an_assignment_anywhere_on_disk_is_judged(
    make_assignment: Callable[..., Assignment], hand_in: Callable[..., Path], cell: str, code: int
) -> None:
    checks = """
@criterion("1/double")
def test_double(student):
    return correct("yes") if student.call("double", x=2) == 4 else incorrect("2 doubled is 4.")
"""
    folder = make_assignment(checks, ("double",)).folder
    found, output = run_pytest(str(folder), "--submission", str(hand_in(cell)), "-c", "/dev/null")
    assert found == code
    assert ("incorrect: 2 doubled is 4." in output) is (code == 1)


def test_a_hand_in_that_is_not_there_is_a_usage_error_in_one_sentence() -> None:
    code, output = run_pytest(ASSIGNMENT, "--submission", "examples/no_such_student")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "no_such_student" in output and "INTERNALERROR" not in output


def test_a_folder_without_an_assignment_is_a_usage_error() -> None:
    code, output = run_pytest("tests/judge", "--submission", "examples/csc413_a2_2025/ada_okafor")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "assignment" in output and "INTERNALERROR" not in output


def test_without_the_option_the_plugin_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "def test_other():\n    import sys\n    assert 'torch' not in sys.modules\n"
    )
    code, output = run_pytest(str(tmp_path), "-c", "/dev/null")
    assert code == 0, output
