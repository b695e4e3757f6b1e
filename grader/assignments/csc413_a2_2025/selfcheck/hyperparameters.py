"""Section 2: one step of gradient descent, by numerical differentiation of the handout's losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from grader.assignments.csc413_a2_2025.selfcheck.handout import (
    Array,
    Regression,
    close,
    narrow_problem,
    numbers,
)
from grader.selfcheck.findings import Finding, Outcome, looks_right, looks_wrong
from grader.selfcheck.formulas import Point, judge_formula, symbols_of
from grader.selfcheck.parts import Part, part, settle
from grader.selfcheck.work import Work

PROBLEMS = (narrow_problem(1), narrow_problem(2))
ETAS = (0.0, 0.125, 0.75)
DECAYS = ((0.25, 0.125), (0.125, 0.5), (0.75, 0.375))
"""Pairs of weight decay and learning rate."""
NUMBER, VECTOR = "a number", "d×1"

Expected = Callable[[Regression, float, float], Array | float]
"""What follows from the handout, numerically, for a problem, eta and lambda (or lambda tilde)."""


@part("2.1.3", "loss_derivative")
def derivative_function(work: Work) -> Finding:
    """Agrees with a finite difference of the loss after one numerical step."""
    for problem in PROBLEMS:
        for eta in ETAS:
            found = work.call("loss_derivative", X=problem.X, t=problem.t, w0=problem.w0, eta=eta)
            if not close(numbers(found, (), "loss_derivative"), problem.slope(eta)):
                return looks_wrong(
                    f"At eta = {eta:g} it is not the slope of the loss after one step (finite differences).",
                    place=work.place_of("loss_derivative"),
                )
    return looks_right(
        "It is the slope of the loss after one step (finite differences at three learning rates)."
    )


@part("2.1.3", "optimal_learning_rate")
def optimum_function(work: Work) -> Finding:
    """The slope vanishes there."""
    for problem in PROBLEMS:
        found = work.call("optimal_learning_rate", X=problem.X, t=problem.t, w0=problem.w0)
        if not is_least(problem, numbers(found, (), "optimal_learning_rate")):
            return looks_wrong(STILL_SLOPES, place=work.place_of("optimal_learning_rate"))
    return looks_right(SLOPES_NO_MORE)


@part("2.1.3", "eta star")
def optimum_formula(work: Work) -> Finding:
    """The same for the written formula."""
    return judge_formula(
        work.answer("2.1.3", "optimum", "eta star"),
        symbols_of(work.sheet),
        wanted=NUMBER,
        holds=lambda formula: all(is_least(p, formula.at(point(p, 1.0, 1.0))) for p in PROBLEMS),
        right=SLOPES_NO_MORE,
        wrong=STILL_SLOPES,
    )


@part("2.2.2", "l2_coefficient")
def coefficient_function(work: Work) -> Finding:
    """One step with the penalty equals one with weight decay."""
    for lam, eta in DECAYS:
        weight = numbers(work.call("l2_coefficient", lam=lam, eta=eta), (), "l2_coefficient")
        if not is_same_step(float(weight), lam, eta):
            return looks_wrong(OTHER_STEP, place=work.place_of("l2_coefficient"))
    return looks_right(SAME_STEP)


@part("2.2.2", "lambda tilde")
def coefficient_formula(work: Work) -> Finding:
    """The same for the written formula."""
    problem = PROBLEMS[0]
    return judge_formula(
        work.answer("2.2.2", "coefficient", "lambda tilde"),
        symbols_of(work.sheet),
        wanted=NUMBER,
        holds=lambda formula: all(
            is_same_step(float(formula.at(point(problem, eta, lam))), lam, eta) for lam, eta in DECAYS
        ),
        right=SAME_STEP,
        wrong=OTHER_STEP,
    )


def formula_part(question: str, field: str, name: str, wanted: str, what: str, expected: Expected) -> Part:
    """A written formula that can be held against numerical differentiation directly."""
    return Part(question, name, partial(look_at_formula, question, field, name, wanted, what, expected))


def look_at_formula(
    question: str, field: str, label: str, wanted: str, what: str, expected: Expected, work: Work
) -> Finding:
    """Its values at random problems, learning rates and weights of the penalty or the decay."""
    return judge_formula(
        work.answer(question, field, label),
        symbols_of(work.sheet),
        wanted=wanted,
        holds=lambda formula: all(
            close(formula.at(point(problem, eta, lam)), expected(problem, eta, lam))
            for problem in PROBLEMS
            for lam, eta in DECAYS
        ),
        right=f"On random data it is {what}, found by numerical differentiation.",
        wrong=f"On random data it is not {what}, found by numerical differentiation.",
    )


def point(problem: Regression, eta: float, lam: float) -> Point:
    """Every name of the assignment at a problem; no formula holds both lambda and lambda tilde."""
    n, d = problem.X.shape
    a = problem.X @ problem.w0 - problem.t
    known: Point = {"X": problem.X, "t": problem.t, "w0": problem.w0, "a": a, "n": float(n), "d": float(d)}
    return {**known, "eta": eta, "lam": lam, "lamt": lam}


def is_least(problem: Regression, eta: NDArray[np.generic]) -> bool:
    """Whether the loss after one step has no slope left at eta, in proportion to its slope at 0."""
    left = problem.slope(float(eta)) / problem.slope(0.0)
    return close(np.asarray(1 + left, eta.dtype), 1.0)


def is_same_step(weight: float, lam: float, eta: float) -> bool:
    """Whether a penalty of this weight does what weight decay lam does, in one step."""
    problem = PROBLEMS[1]
    return close(problem.step_with_penalty(eta, weight), problem.step_with_decay(eta, lam))


STILL_SLOPES = "At your learning rate the loss after one step still has a slope: it is not at its least."
SLOPES_NO_MORE = "At your learning rate the loss after one step has no slope any more, on random data."
OTHER_STEP = (
    "Computed numerically, one step on the penalised loss with your coefficient is not one of equation (5)."
)
SAME_STEP = (
    "Computed numerically, one step on the penalised loss with your coefficient is one of equation (5)."
)


def either(written: Part, field: str, by_function: Part) -> tuple[Part, Part]:
    """A line of the answer cell and a function, of which one is enough: the empty one says so."""

    def look_at_line(work: Work) -> Finding:
        finding = settle(written.check, work)
        return unless_missed(finding, by_function.name, is_there=work.defines(by_function.name))

    def look_at_function(work: Work) -> Finding:
        is_there = work.has_notebook and field in work.answers(written.question)
        return unless_missed(
            settle(by_function.check, work), f"The line '{written.name}:'", is_there=is_there
        )

    return replace(written, check=look_at_line), replace(by_function, check=look_at_function)


def unless_missed(finding: Finding, other: str, *, is_there: bool) -> Finding:
    """A finding, which says of what is not attempted that the other way is taken."""
    if finding.outcome is not Outcome.NOT_ATTEMPTED or not is_there:
        return finding
    return replace(finding, message=f"{finding.message} {other} answers it instead, which is as good.")


PARTS: tuple[Part, ...] = (
    formula_part("2.1.1", "w1", "w1", VECTOR, "one step of gradient descent", lambda p, eta, _: p.step(eta)),
    formula_part(
        "2.1.1", "L1", "L1", NUMBER, "the loss after one step", lambda p, eta, _: p.loss_after_step(eta)
    ),
    formula_part(
        "2.1.2",
        "second_derivative",
        "second derivative",
        NUMBER,
        "how the slope changes",
        lambda p, *_: p.curvature(),
    ),
    *either(
        formula_part(
            "2.1.3",
            "derivative",
            "derivative",
            NUMBER,
            "the slope of the loss",
            lambda p, eta, _: p.slope(eta),
        ),
        "derivative",
        derivative_function,
    ),
    *either(optimum_formula, "optimum", optimum_function),
    formula_part(
        "2.2.1", "l2", "w1 with L2", VECTOR, "one step on the penalised loss", Regression.step_with_penalty
    ),
    formula_part(
        "2.2.1",
        "decay",
        "w1 with weight decay",
        VECTOR,
        "one step of equation (5)",
        Regression.step_with_decay,
    ),
    *either(coefficient_formula, "coefficient", coefficient_function),
)
