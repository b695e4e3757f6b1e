"""Section 1: mini-batch SGD and RMSProp on overparameterised linear regression."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.compare.tensor import Tolerance, as_array, find_mismatch
from grader.judge import Student, criterion
from grader.results import Verdict, correct, incorrect
from reference.adaptive import Counterexample, rmsprop
from reference.least_squares import distance_from_row_space, minibatch_sgd, minimum_norm_solution, sgd_step

ITERATES = Tolerance(relative=1e-5)
CONVERGED = Tolerance(relative=1e-3)
SEEDS_FOR_BATCHES = range(12)


@criterion("1.1.1/update")
def test_one_step_is_the_mean_gradient_over_a_batch(student: Student, wide_problem: Any) -> Verdict:
    """Full batches give gradient descent; a smaller batch is drawn without replacement."""
    X, t, eta = wide_problem.X, wide_problem.t, 0.3
    n = len(t)
    for steps in (1, 3):
        expected = minibatch_sgd(X, t, eta, n, steps, seed=0)[-1]
        found = student.call("sgd_min_norm", X=X, t=t, eta=eta, batch_size=n, steps=steps, seed=0)
        mismatch = find_mismatch(found, expected, ITERATES, wide_problem.factors)
        if mismatch:
            return incorrect(f"With the whole data set as batch, after {steps} step(s) {mismatch.sentence}.")
    for seed in SEEDS_FOR_BATCHES:
        found = student.call("sgd_min_norm", X=X, t=t, eta=eta, batch_size=2, steps=1, seed=seed)
        verdict = _judge_batch_of_two(found, wide_problem, eta)
        if verdict is not None:
            return verdict
    return correct("Each step is the mean gradient over a batch drawn without replacement.")


def _judge_batch_of_two(found: object, problem: Any, eta: float) -> Verdict | None:
    for batch in combinations_with_replacement(range(len(problem.t)), 2):
        expected = sgd_step(problem.X, problem.t, problem.w0, eta, np.array(batch))
        mismatch = find_mismatch(found, expected, ITERATES)
        if mismatch is None and batch[0] == batch[1]:
            return incorrect("A batch of two held the same example twice: draw without replacement.")
        if mismatch is None:
            return None
        if mismatch.factor:
            return incorrect(f"With a batch of two, after one step {mismatch.sentence}.")
    return incorrect("With a batch of two, one step is not the mean gradient over any two of the examples.")


@criterion("1.1.1/row_space")
def test_iterates_stay_in_the_row_space(student: Student, wide_problem: Any) -> Verdict:
    """From w0 = 0 every iterate is a combination of the rows of X."""
    X, t = wide_problem.X, wide_problem.t
    for steps in (1, 5, 17):
        found = student.call("sgd_min_norm", X=X, t=t, eta=0.2, batch_size=2, steps=steps, seed=steps)
        w = _vector(found, X.shape[1])
        if w is None:
            return incorrect(f"The weights should be an array of shape ({X.shape[1]},).")
        if not np.isfinite(w).all() or np.linalg.norm(w) == 0:
            return incorrect(f"After {steps} step(s) the weights are not finite, or have not moved from zero.")
        if not distance_from_row_space(X, w) <= 1e-4 * np.linalg.norm(w):
            return incorrect(f"After {steps} step(s) the weights are outside the row space of X.")
    return correct("The iterates are combinations of the rows of X.")


@criterion("1.1.1/limit")
def test_the_limit_is_the_minimum_norm_solution(student: Student, wide_problem: Any) -> Verdict:
    """Run to convergence, mini-batch SGD gives X^T (X X^T)^-1 t."""
    X, t = wide_problem.X, wide_problem.t
    found = student.call("sgd_min_norm", X=X, t=t, eta=0.5, batch_size=2, steps=400, seed=1)
    mismatch = find_mismatch(found, minimum_norm_solution(X, t), CONVERGED)
    if mismatch:
        return incorrect(f"After 400 steps the weights are not the minimum-norm solution: {mismatch.sentence}.")
    return correct("The limit is the minimum-norm solution.")


@criterion("1.2.1/update")
def test_rmsprop_takes_the_steps_of_equations_3_and_4(student: Student, problem: Any) -> Verdict:
    """From v = 0, the step divides by the root of the running mean of squared gradients."""
    X, t, w0 = problem.X, problem.t, problem.w0
    for steps in (1, 2, 6):
        expected = rmsprop(X, t, w0, 0.01, 0.9, 1e-8, steps)[-1]
        found = student.call("rmsprop", X=X, t=t, w0=w0, eta=0.01, beta=0.9, eps=1e-8, steps=steps)
        mismatch = find_mismatch(found, expected, ITERATES)
        if mismatch:
            return incorrect(f"After {steps} step(s) from a random w0 {mismatch.sentence}.")
    return correct("The steps are those of equations (3) and (4).")


@criterion("1.2.1/counterexample")
def test_rmsprop_leaves_the_span_on_the_example(student: Student) -> Verdict:
    """With x1 = [2, 1], t = 2, w0 = 0 both coordinates move alike, to [2/3, 2/3] and not [4/5, 2/5]."""
    example = Counterexample()
    found = student.call(
        "rmsprop", X=example.X, t=example.labels, w0=example.w0, eta=0.004, beta=0.9, eps=1e-8, steps=400
    )
    w = _vector(found, 2)
    if w is None or not np.isfinite(w).all():
        return incorrect("The weights should be two finite numbers.")
    if not np.abs(w - example.adaptive_limit).max() <= 0.03:
        return incorrect("On x1 = [2, 1], t = 2 the weights do not arrive where RMSProp's do.")
    return correct("On the example RMSProp ends outside span{x1}, so its limit is not the minimum-norm solution.")


def _vector(found: object, length: int) -> NDArray[np.float64] | None:
    array = as_array(found)
    return array.astype(np.float64).reshape(length) if array is not None and array.size == length else None
