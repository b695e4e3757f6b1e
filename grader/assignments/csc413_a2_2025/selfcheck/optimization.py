"""Section 1: what mini-batch SGD and RMSProp do, seen from outside."""

from __future__ import annotations

import numpy as np

from grader.assignments.csc413_a2_2025.selfcheck.handout import (
    Array,
    Regression,
    close,
    example_2d,
    narrow_problem,
    numbers,
    wide_problem,
)
from grader.selfcheck.findings import Finding, looks_right, looks_wrong
from grader.selfcheck.parts import Part, part
from grader.selfcheck.work import Work

SEEDS = range(12)
NO_DESCENT = "One step from zero on one example does not go along that example, as SGD does."


@part("1.1.1", "step of sgd_min_norm")
def sgd_step(work: Work) -> Finding:
    """On all examples eta times the gradient down; on two the same for the loss on two different ones."""
    problem = wide_problem()
    for seed in SEEDS:
        w = sgd(work, problem, eta=0.3, batch_size=2, steps=1, seed=seed).astype(np.float64)
        batch = examples_used(problem, w)
        if len(batch) == 1:
            return looks_wrong(
                "A batch of two held the same example twice: equation (2) draws without replacement."
            )
        if len(batch) != 2:
            return looks_wrong(
                "With a batch of two, one step does not depend on exactly two of the examples."
            )
        of_batch = Regression(problem.X[batch], problem.t[batch], problem.w0)
        if not close(w, of_batch.step(0.3), 1e-3):
            return looks_wrong("With a batch of two, one step is not the mean gradient over its examples.")
    if len(examples_used(problem, sgd(work, problem, eta=0.3, batch_size=2, steps=6, seed=0))) <= 2:
        return looks_wrong("Six steps with a batch of two took the same two examples each time.")
    whole = sgd(work, problem, eta=0.3, batch_size=4, steps=1, seed=0)
    if not close(whole, problem.step(0.3)):
        return looks_wrong(
            "One step from zero on the whole data set is not eta times the gradient of (1/n) |Xw - t|^2 "
            "(computed numerically) downwards."
        )
    return looks_right("One step is the mean gradient over a batch, down, on all and on two of the examples.")


@part("1.1.1", "row space")
def sgd_row_space(work: Work) -> Finding:
    """From w0 = 0 every iterate is a combination of the rows of X."""
    problem = wide_problem()
    for steps in (1, 5, 17):
        w = sgd(work, problem, eta=0.2, batch_size=2, steps=steps, seed=steps).astype(np.float64)
        if not np.linalg.norm(w) > 0:
            return looks_wrong(f"After {counted(steps)} the weights have not moved from zero.")
        if distance_from_row_space(problem, w) > 1e-4 * np.linalg.norm(w):
            return looks_wrong(
                f"From w0 = 0, after {counted(steps)}, the weights are outside the row space of X."
            )
    if not descends(work, problem):
        return looks_wrong(NO_DESCENT)
    return looks_right("From w0 = 0 the weights stay in the row space of X.")


@part("1.1.1", "limit")
def sgd_limit(work: Work) -> Finding:
    """It converges to a solution of X w = t that lies in the row space."""
    problem = wide_problem()
    w = sgd(work, problem, eta=0.5, batch_size=2, steps=400, seed=1).astype(np.float64)
    if not close(problem.X @ w, problem.t, 1e-3):
        return looks_wrong("After 400 steps at eta = 0.5, Xw is not t on an easy problem.")
    if distance_from_row_space(problem, w) > 1e-3 * np.linalg.norm(w):
        return looks_wrong("It ends at a solution of Xw = t that is outside the row space of X.")
    if not descends(work, problem):
        return looks_wrong(NO_DESCENT)
    return looks_right("It ends at a solution of Xw = t in the row space of X.")


@part("1.2.1", "step of rmsprop")
def rmsprop_step(work: Work) -> Finding:
    """Equations (3) and (4) at t = 0, where v is (1 - beta) times the squared gradient."""
    problem, beta = narrow_problem(), 0.9
    g = problem.gradient(problem.w0)
    for eps in (1e-8, 0.1):
        w = rmsprop(work, problem, eta=0.01, beta=beta, eps=eps, steps=1)
        moved = w.astype(np.float64) - problem.w0
        if eps < 1e-6 and not close(
            np.abs(moved).astype(w.dtype), np.full(3, 0.01 / np.sqrt(1 - beta)), 1e-3
        ):
            return looks_wrong(
                "With a tiny epsilon the first step should be eta / sqrt(1 - beta) long in every coordinate."
            )
        if not (np.sign(moved) == -np.sign(g)).all():
            return looks_wrong("The first step does not go down the gradient in every coordinate.")
        if not close(moved.astype(w.dtype), -0.01 * g / (np.sqrt((1 - beta) * g**2) + eps), 1e-3):
            return looks_wrong(
                "With epsilon = 0.1 the first step is not that of equations (3) and (4): look at where "
                "epsilon stands, and at the scale of the gradient."
            )
    return looks_right("The first step is that of equations (3) and (4).")


@part("1.2.1", "2-D example")
def rmsprop_example(work: Work) -> Finding:
    """On the hint's example the loss goes to zero, up to the last step's crossing."""
    problem = example_2d()
    early = rmsprop(work, problem, eta=0.004, beta=0.9, eps=1e-8, steps=20).astype(np.float64)
    if problem.loss(early) <= 1e-3 * problem.loss(problem.w0):
        return looks_wrong("On the hint's example the loss is zero after 20 steps as small as eta = 0.004.")
    w = rmsprop(work, problem, eta=0.004, beta=0.9, eps=1e-8, steps=400).astype(np.float64)
    if not problem.loss(w) <= 1e-3 * problem.loss(problem.w0):
        return looks_wrong(
            "On the hint's example the loss does not go to zero in 400 steps at eta = 0.004, beta = 0.9."
        )
    return looks_right(
        "On the hint's example the loss goes to zero. Compare where it ends with the solution of least norm."
    )


def sgd(work: Work, problem: Regression, **settings: float) -> Array:
    """The weights that sgd_min_norm returns."""
    found = work.call("sgd_min_norm", X=problem.X, t=problem.t, **settings)
    return numbers(found, problem.w0.shape, "sgd_min_norm")  # type: ignore[return-value]


def rmsprop(work: Work, problem: Regression, **settings: float) -> Array:
    """The weights that rmsprop returns."""
    found = work.call("rmsprop", X=problem.X, t=problem.t, w0=problem.w0, **settings)
    return numbers(found, problem.w0.shape, "rmsprop")  # type: ignore[return-value]


def descends(work: Work, problem: Regression) -> bool:
    """Whether one step from zero on one example goes along that example."""
    w = sgd(work, problem, eta=0.01, batch_size=1, steps=1, seed=0).astype(np.float64)
    return bool(np.linalg.norm(w) > 0) and len(examples_used(problem, w)) == 1


def examples_used(problem: Regression, w: Array) -> list[int]:
    """The rows of X of which w is a combination."""
    weights = np.linalg.lstsq(problem.X.T, w, rcond=None)[0]
    return [row for row, weight in enumerate(weights) if abs(weight) > 1e-4 * np.abs(weights).max()]


def distance_from_row_space(problem: Regression, w: Array) -> float:
    """How far w is from any combination of the rows of X."""
    combination = np.linalg.lstsq(problem.X.T, w, rcond=None)[0]
    return float(np.linalg.norm(w - problem.X.T @ combination))


def counted(steps: int) -> str:
    """The number of steps in words."""
    return "1 step" if steps == 1 else f"{steps} steps"


PARTS: tuple[Part, ...] = (sgd_step, sgd_row_space, sgd_limit, rmsprop_step, rmsprop_example)
