"""Running single checks of the assignment on a hand-in that was made up, as the judge runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from grader.assignments.csc413_a2_2025.conftest import LeastSquares
from grader.compare.formula.worker import Checkers
from grader.compare.network import compare_networks
from grader.judge import LocalNetwork, Student, Written
from grader.judge.settle import settle
from grader.results import CriterionResult, Isolation, Outcome, QuestionResult, Result, Verdict, partial
from grader.results.markus import markus_line
from grader.submission import Cell, Notebook, Submission
from reference.colourization import PoolUpsampleNet

from .seeds import a2

MODULES = (
    "test_1_optimization",
    "test_2_formulas",
    "test_3_choices",
    "test_4_2_and_5_training",
    "test_4_3_counts",
    "test_5_4_padding",
)

LONGEST_RESULT = 1_000_000

Check = Callable[..., Verdict]


@cache
def checks() -> dict[str, Check]:
    """The checks of Assignment 2 by criterion; for those of networks one on images that are small."""
    found: dict[str, Check] = {"4.1/small": compare_on_small_images}
    for name in MODULES:
        for check in vars(import_module(f"grader.assignments.csc413_a2_2025.{name}")).values():
            for mark in getattr(check, "pytestmark", ()):
                found[mark.args[0].criterion] = check
    return found


def compare_on_small_images(student: Student, rng: np.random.Generator) -> Verdict:
    """What 4.1/architecture does, in a hundredth of its time."""
    sizes = {"kernel": 3, "num_filters": 2, "num_colours": 3, "num_in_channels": 1}
    found = student.build("PoolUpsampleNet", **sizes)
    images = rng.standard_normal((2, 1, 8, 8)).astype(np.float32)
    comparison = compare_networks(LocalNetwork(PoolUpsampleNet(**sizes)), found, [images], rng)
    return partial(comparison.credit(0.5), comparison.divergence or "Right.")


def submission_of(*cells: tuple[str, str]) -> Submission:
    """A hand-in of cells, each given by kind ("code" or "markdown") and source."""
    made = tuple(Cell(index, kind, source) for index, (kind, source) in enumerate(cells))
    return Submission("ada", Notebook(made, Path("a2-code.ipynb")), None)


def verdict_on(criterion: str, student: Student, checkers: Checkers) -> Verdict:
    """What a check says, settled as the judge settles it: on the student, and never a failure of ours.

    Its random numbers are the same each time.
    """
    verdict = any_verdict_on(criterion, student, checkers)
    assert verdict.outcome is not Outcome.GRADER_ERROR, f"{criterion}: {verdict.details}"
    return verdict


def any_verdict_on(criterion: str, student: Student, checkers: Checkers) -> Verdict:
    """The same where a failure of ours is the right answer."""
    check = checks()[criterion]
    rng = np.random.default_rng(413)
    rows, _ = np.linalg.qr(rng.standard_normal((7, 4)))
    fixtures = {
        "student": student,
        "written": Written(a2(), student, checkers.check),
        "tabulate": checkers.tabulate,
        "assignment": a2(),
        "rng": rng,
        "problem": LeastSquares(rng.standard_normal((7, 3)), rng.standard_normal(7), rng.standard_normal(3)),
        "wide_problem": LeastSquares(rows.T, rng.standard_normal(4), np.zeros(7)),
    }
    verdict = settle(lambda: check(**{name: fixtures[name] for name in signature(check).parameters}))
    assert_can_be_told(verdict)
    return verdict


def assert_can_be_told(*verdicts: Verdict) -> None:
    """It fits the frozen result, and the result its published format and MarkUs' lines."""
    result = result_of(verdicts)
    assert len(result.model_dump_json()) < LONGEST_RESULT
    assert Result.model_validate_json(result.model_dump_json()) == result
    for criterion in result.questions[0].criteria:
        if criterion.earned is not None:
            line = markus_line(result.questions[0], criterion)
            assert line.isascii() and "\n" not in line and json.loads(line)["marks_total"] == 3


def result_of(verdicts: Sequence[Verdict], **texts: Any) -> Result:
    """A result of one question whose criteria have these verdicts and are worth three marks each."""
    criteria = [CriterionResult.of(f"c{n}", "Title", 3, verdict) for n, verdict in enumerate(verdicts)]
    known: dict[str, Any] = {"submission": "ada", "versions": {}, "seed": 413, "seconds": 0.1}
    return Result.of(
        [QuestionResult.of("1", "Question", 3 * len(criteria), criteria)],
        assignment="a2",
        assignment_title="Assignment 2",
        isolation=Isolation(level="full"),
        **(known | texts),
    )
