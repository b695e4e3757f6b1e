"""Cells that take long to parse: a student's process does that, and its deadline and memory limit hold."""

from __future__ import annotations

import pytest

from grader.judge import Student
from grader.judge.grading import student_limits
from grader.judge.settle import settle
from grader.results import Outcome, Verdict, correct
from grader.sandbox import SandboxServer

from .checks import submission_of
from .seeds import a2

SECONDS = 2.0
FITS = 250_000
"""Characters of source, as much as one cell may have."""

BOMBS = {
    "magics": "%matplotlib inline\n" * (FITS // 19),
    "shell commands": "!pip install torch\n" * (FITS // 19),
    "help": "x = 1\nx?\n" * (FITS // 9),
    "cell magic": "%%time\n" * (FITS // 7),
    "a chain of definitions": "a0 = 1\n" + "".join(f"a{n} = a{n - 1}\n" for n in range(1, FITS // 16)),
    "many functions": "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(FITS // 34)),
    "open brackets": "(" * FITS,
    "minus signs": "x = " + "-" * FITS + "1",
    "attributes": "x" + ".y" * (FITS // 2),
    "a long list": "x = [" + "1," * (FITS // 2 - 5) + "]",
    "deep blocks": "\n".join(" " * depth + "if x:" for depth in range(600)),
    "an f-string of f-strings": "f'{" * (FITS // 3),
    "one long name": "x" * FITS,
    "unfinished strings": "'''\n" * (FITS // 4),
    "many errors": "def f(:\n" * (FITS // 8),
    "backslashes": "\\\n" * (FITS // 2),
    "decorators": "@f\n" * (FITS // 3),
    "null characters": "x = 1\0\n" * 1_000,
    "form feeds and tabs": "\f\tx = 1\n" * (FITS // 8),
}


QUADRATIC = [(bomb, 1) for bomb in ("magics", "a chain of definitions")]
OTHERS = [(bomb, cells) for cells in (1, 12) for bomb in BOMBS if (bomb, cells) not in QUADRATIC]


@pytest.mark.parametrize(
    ("bomb", "cells"), [*QUADRATIC, *(pytest.param(*other, marks=pytest.mark.slow) for other in OTHERS)]
)
def test_cells_that_are_hard_to_parse_cost_only_their_hand_in(
    bomb: str, cells: int, sandbox: SandboxServer
) -> None:
    limits = a2().limits.model_copy(update={"call_seconds": SECONDS, "total_seconds": 3 * SECONDS})
    assignment = a2().model_copy(update={"limits": limits})
    function = ("code", "def l2_coefficient(lam, eta):\n    return lam / (2 * eta)\n")
    submission = submission_of(*[("code", BOMBS[bomb])] * cells, function)

    def half(student: Student) -> Verdict:
        found = student.call("l2_coefficient", lam=1.0, eta=1.0)
        return correct(f"It gives {found}.")

    with Student(assignment, submission, lambda: sandbox.client(0).fork(student_limits(a2()))) as student:
        verdict = settle(lambda: half(student))
    assert verdict.outcome in (Outcome.CORRECT, Outcome.UNREADABLE, Outcome.TIMEOUT, Outcome.ERROR), verdict
    with Student(a2(), submission_of(function), lambda: sandbox.client(0).fork()) as next_student:
        assert settle(lambda: half(next_student)).outcome is Outcome.CORRECT
