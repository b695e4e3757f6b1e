"""Section 2: formulas of the answer cells, decided by the keys of `[formulas]`.

Where a function is asked for as well, the better of the two counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.compare.tensor import find_mismatch
from grader.judge import Student, Written, better_of, criterion
from grader.judge.exhibits import of_mismatch
from grader.results import Verdict, correct, incorrect
from reference.learning_rate import loss_derivative, optimal_learning_rate
from reference.weight_decay import equivalent_l2


@criterion("2.1.1/w1")
def test_the_weights_after_one_step(written: Written) -> Verdict:
    """w1 = w0 - (2 eta/n) X^T (X w0 - t)."""
    return written.formula("2.1.1/w1")


@criterion("2.1.1/L1")
def test_the_loss_after_one_step(written: Written) -> Verdict:
    """L1 = (1/n) |(I - (2 eta/n) X X^T) a|^2."""
    return written.formula("2.1.1/L1")


@criterion("2.1.2/second_derivative")
def test_the_second_derivative_of_the_loss(written: Written) -> Verdict:
    """d2L1/d(eta)2 = (8/n^3) |X X^T a|^2."""
    return written.formula("2.1.2/second_derivative")


@criterion("2.1.3/derivative")
def test_the_derivative_of_the_loss_after_one_step(
    written: Written, student: Student, problem: Any
) -> Verdict:
    """dL1/d(eta), as a formula or as the function loss_derivative."""
    return better_of(
        lambda: written.formula("2.1.3/derivative"), lambda: judge_derivative_function(student, problem)
    )


@criterion("2.1.3/optimum")
def test_the_learning_rate_that_minimises_the_loss_after_one_step(
    written: Written, student: Student, problem: Any
) -> Verdict:
    """eta* = n |X^T a|^2 / (2 |X X^T a|^2), as a formula or as the function optimal_learning_rate."""
    return better_of(
        lambda: written.formula("2.1.3/optimum"), lambda: judge_optimum_function(student, problem)
    )


@criterion("2.2.1/l2")
def test_one_step_with_the_l2_loss(written: Written) -> Verdict:
    """w1 = (1 - 2 eta lambda~) w0 - (2 eta/n) X^T (X w0 - t)."""
    return written.formula("2.2.1/l2")


@criterion("2.2.1/decay")
def test_one_step_with_weight_decay(written: Written) -> Verdict:
    """w1 = (1 - lambda) w0 - (2 eta/n) X^T (X w0 - t)."""
    return written.formula("2.2.1/decay")


@criterion("2.2.2/coefficient")
def test_the_l2_coefficient_that_equals_weight_decay(
    written: Written, student: Student, rng: np.random.Generator
) -> Verdict:
    """lambda~ = lambda / (2 eta), as a formula or as the function l2_coefficient."""
    return better_of(
        lambda: written.formula("2.2.2/coefficient"), lambda: judge_coefficient_function(student, rng)
    )


def judge_derivative_function(student: Student, problem: Any) -> Verdict:
    """The function at several learning rates."""
    for eta in (0.0, 0.1, 0.7):
        expected = loss_derivative(problem.X, problem.t, problem.w0, eta)
        found = student.call("loss_derivative", X=problem.X, t=problem.t, w0=problem.w0, eta=eta)
        mismatch = find_mismatch(found, expected, factors=problem.factors)
        if mismatch:
            message = f"At eta = {eta:g}, on random data, {mismatch.sentence}."
            return incorrect(message, exhibits=of_mismatch(mismatch))
    return correct("Right at three learning rates, on random data.")


def judge_optimum_function(student: Student, problem: Any) -> Verdict:
    """The function on random data."""
    expected = optimal_learning_rate(problem.X, problem.t, problem.w0)
    found = student.call("optimal_learning_rate", X=problem.X, t=problem.t, w0=problem.w0)
    mismatch = find_mismatch(found, expected, factors=problem.factors)
    if mismatch:
        return incorrect(f"On random data {mismatch.sentence}.", exhibits=of_mismatch(mismatch))
    return correct("Right on random data.")


def judge_coefficient_function(student: Student, rng: np.random.Generator) -> Verdict:
    """The function at random pairs."""
    for lam, eta in rng.uniform(0.05, 0.9, (5, 2)):
        found = student.call("l2_coefficient", lam=float(lam), eta=float(eta))
        mismatch = find_mismatch(found, equivalent_l2(float(lam), float(eta)))
        if mismatch:
            message = f"At a random pair of lambda and eta {mismatch.sentence}."
            return incorrect(message, exhibits=of_mismatch(mismatch))
    return correct("Right at five random pairs of lambda and eta.")
