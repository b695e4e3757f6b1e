"""Section 2: the learning rate that is best for one step, and the L2 coefficient that equals weight decay."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.compare.tensor import find_mismatch
from grader.judge import Student, criterion
from grader.results import Verdict, correct, incorrect
from reference.learning_rate import loss_derivative, optimal_learning_rate
from reference.weight_decay import equivalent_l2


@criterion("2.1.3/derivative")
def test_the_derivative_of_the_loss_after_one_step(student: Student, problem: Any) -> Verdict:
    """dL1/d(eta) at several learning rates."""
    for eta in (0.0, 0.1, 0.7):
        expected = loss_derivative(problem.X, problem.t, problem.w0, eta)
        found = student.call("loss_derivative", X=problem.X, t=problem.t, w0=problem.w0, eta=eta)
        mismatch = find_mismatch(found, expected, factors=problem.factors)
        if mismatch:
            return incorrect(f"At eta = {eta:g}, on random data, {mismatch.sentence}.")
    return correct("Right at three learning rates, on random data.")


@criterion("2.1.3/optimum")
def test_the_learning_rate_that_minimises_the_loss_after_one_step(student: Student, problem: Any) -> Verdict:
    """eta* = n |X^T a|^2 / (2 |X X^T a|^2) with a = X w0 - t."""
    expected = optimal_learning_rate(problem.X, problem.t, problem.w0)
    found = student.call("optimal_learning_rate", X=problem.X, t=problem.t, w0=problem.w0)
    mismatch = find_mismatch(found, expected, factors=problem.factors)
    if mismatch:
        return incorrect(f"On random data {mismatch.sentence}.")
    return correct("Right on random data.")


@criterion("2.2.2/coefficient")
def test_the_l2_coefficient_that_equals_weight_decay(student: Student, rng: np.random.Generator) -> Verdict:
    """lambda tilde = lambda / (2 eta)."""
    for lam, eta in rng.uniform(0.05, 0.9, (5, 2)):
        found = student.call("l2_coefficient", lam=float(lam), eta=float(eta))
        mismatch = find_mismatch(found, equivalent_l2(float(lam), float(eta)))
        if mismatch:
            return incorrect(f"At lambda = {lam:.2f}, eta = {eta:.2f} {mismatch.sentence}.")
    return correct("Right at five random pairs of lambda and eta.")
