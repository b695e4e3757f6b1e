"""Sections 2.1 and 2.3: formulas that hold for every X, tried on a few."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.assignments.csc413_hw3_2022.selfcheck.handout import Array, Teacher, bias, teacher, variance
from grader.compare.tensor import Tolerance, is_close
from grader.selfcheck.findings import Finding
from grader.selfcheck.formulas import Formula, judge_formula, symbols_of
from grader.selfcheck.parts import Part
from grader.selfcheck.work import Work

TALL = (teacher(7, 3, 1), teacher(6, 4, 2))
WIDE = (teacher(3, 7, 3), teacher(4, 6, 4))
NUMBER, VECTOR = "a number", "d×1"
CLOSE = Tolerance(1e-7, 1e-10)

Expected = Callable[[Teacher], Array | float]


def test_loss(of: Teacher) -> float:
    """Of least squares."""
    return bias(of, of.least_squares) + variance(of, of.least_squares)


def look_at(
    question: str,
    field: str,
    label: str,
    wanted: str,
    teachers: tuple[Teacher, ...],
    expected: Expected,
    work: Work,
) -> Finding:
    """The formula's values on random teachers against what the handout's definitions give there."""

    def holds(formula: Formula) -> bool:
        return all(
            is_close(formula.at(of.point()), np.asarray(expected(of), np.float64), CLOSE) for of in teachers
        )

    return judge_formula(
        work.answer(question, field, label),
        symbols_of(work.sheet),
        wanted=wanted,
        holds=holds,
        right="On random data it is what the handout's definitions give, computed numerically.",
        wrong="On random data it is not what the handout's definitions give, computed numerically.",
    )


def formula(
    question: str, field: str, label: str, wanted: str, teachers: tuple[Teacher, ...], expected: Expected
) -> Part:
    """One line of an answer cell."""
    return Part(question, label, partial(look_at, question, field, label, wanted, teachers, expected))


PARTS: tuple[Part, ...] = (
    formula("2.1.1", "error", "w_hat - w_*", VECTOR, TALL, lambda of: of.least_squares(of.t) - of.w_star),
    formula("2.1.1", "risk", "test loss", NUMBER, TALL, test_loss),
    formula("2.1.2", "error", "w_hat - w_*", VECTOR, WIDE, lambda of: of.least_squares(of.t) - of.w_star),
    formula("2.1.2", "bias", "bias", NUMBER, WIDE, lambda of: bias(of, of.least_squares)),
    formula("2.1.2", "variance", "variance", NUMBER, WIDE, lambda of: variance(of, of.least_squares)),
    formula("2.3.1", "gradient", "gradient", VECTOR, TALL + WIDE, lambda of: of.gradient(of.w)),
    formula("2.3.1", "solution", "closed form", VECTOR, TALL + WIDE, lambda of: of.ridge(of.t)),
    formula("2.3.3", "error", "w_lambda - w_*", VECTOR, TALL + WIDE, lambda of: of.ridge(of.t) - of.w_star),
    formula(
        "2.3.3",
        "risk",
        "test loss",
        NUMBER,
        TALL + WIDE,
        lambda of: bias(of, of.ridge) + variance(of, of.ridge),
    ),
)
