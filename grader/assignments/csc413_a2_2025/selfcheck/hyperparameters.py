"""Section 2: one step of gradient descent, by numerical differentiation of the handout's losses."""

from __future__ import annotations

import numpy as np

from grader.assignments.csc413_a2_2025.selfcheck.handout import close, narrow_problem, numbers
from grader.compare.formula import Symbols
from grader.selfcheck.findings import Finding, looks_right, looks_wrong
from grader.selfcheck.formulas import read_formula
from grader.selfcheck.parts import Part, part
from grader.selfcheck.work import Work

ETAS = (0.0, 0.125, 0.75)
DECAYS = ((0.25, 0.125), (0.125, 0.5), (0.75, 0.375))
COEFFICIENT_SYMBOLS = Symbols({"lam": ("lambda", "λ", "lambda_", "wd", "l"), "eta": ("η", "lr", "alpha")})


@part("2.1.3", "loss_derivative")
def derivative_function(work: Work) -> Finding:
    """Agrees with a finite difference of the loss after one numerical step."""
    for problem in (narrow_problem(1), narrow_problem(2)):
        for eta in ETAS:
            found = work.call("loss_derivative", X=problem.X, t=problem.t, w0=problem.w0, eta=eta)
            if not close(numbers(found, (), "loss_derivative"), problem.slope(eta)):
                return looks_wrong(
                    f"At eta = {eta:g} it is not the slope of the loss after one step (finite differences).",
                    place=work.place_of("loss_derivative"),
                )
    return looks_right(
        "It is the slope of the loss after one step, by finite differences at three learning rates."
    )


@part("2.1.3", "optimal_learning_rate")
def optimum_function(work: Work) -> Finding:
    """The slope vanishes there."""
    for problem in (narrow_problem(1), narrow_problem(2)):
        found = work.call("optimal_learning_rate", X=problem.X, t=problem.t, w0=problem.w0)
        eta = numbers(found, (), "optimal_learning_rate")
        if not close(np.asarray(problem.slope(float(eta)) / problem.slope(0.0), eta.dtype) + 1, 1.0):
            return looks_wrong(
                "At your learning rate the loss after one step still has a slope: it is not at its least.",
                place=work.place_of("optimal_learning_rate"),
            )
    return looks_right("At your learning rate the loss after one step has no slope any more.")


@part("2.2.2", "l2_coefficient")
def coefficient_function(work: Work) -> Finding:
    """One step with the penalty equals one with weight decay."""
    for lam, eta in DECAYS:
        weight = float(numbers(work.call("l2_coefficient", lam=lam, eta=eta), (), "l2_coefficient"))
        if not same_step(weight, lam, eta):
            return looks_wrong(
                different_steps(lam, eta),
                place=work.place_of("l2_coefficient"),
            )
    return looks_right(
        "One step with your coefficient is the same as one with weight decay, at three settings."
    )


@part("2.2.2", "lambda tilde")
def coefficient_formula(work: Work) -> Finding:
    """The same for the written formula."""
    formula = read_formula(work.answer("2.2.2", "lambda_tilde"), COEFFICIENT_SYMBOLS)
    for lam, eta in DECAYS:
        if not same_step(formula.at(lam=lam, eta=eta), lam, eta):
            return looks_wrong(different_steps(lam, eta), place=formula.place, echo=formula.echo)
    return looks_right(
        "One step with your coefficient is the same as one with weight decay, at three settings.",
        place=formula.place,
        echo=formula.echo,
    )


def same_step(weight: float, lam: float, eta: float) -> bool:
    """Whether the penalty of this weight does what weight decay lam does, in one step."""
    problem = narrow_problem(3)
    return close(problem.step_with_penalty(eta, weight), problem.step_with_decay(eta, lam))


def different_steps(lam: float, eta: float) -> str:
    """What is said of a wrong coefficient."""
    return (
        f"At lambda = {lam:g}, eta = {eta:g} one step on the penalised loss with your coefficient "
        "is not one step of equation (5)."
    )


PARTS: tuple[Part, ...] = (derivative_function, optimum_function, coefficient_function, coefficient_formula)
