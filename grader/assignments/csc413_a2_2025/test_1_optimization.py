"""Section 1: mini-batch SGD and RMSProp on overparameterised linear regression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignment import Assignment
from grader.compare.tensor import Tolerance, as_array, find_mismatch
from grader.judge import CannotCheck, Student, criterion
from grader.judge.exhibits import of_mismatch, path_over_loss
from grader.results import Exhibit, Verdict, correct, incorrect, partial
from grader.sandbox import StudentFault
from reference.adaptive import Counterexample, rmsprop
from reference.least_squares import distance_from_row_space, minibatch_sgd, minimum_norm_solution, sgd_step

ITERATES = Tolerance(relative=1e-5)
CONVERGED = Tolerance(relative=1e-3)
SEEDS_FOR_BATCHES = range(12)
FARTHEST_SHOWN = 100.0
STEPS_SHOWN = {"sgd_min_norm": (1, 2, 3, 5, 8, 13), "rmsprop": (1, 3, 8, 15, 25, 40)}
SMALL_STEPS = {"eta": 0.004, "beta": 0.9, "eps": 1e-8}
NO_DESCENT = "One step from zero on one example does not go along that example, as SGD does."


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with an answer; `telling` if it says what to mend."""

    sentence: str
    telling: bool = False
    exhibits: tuple[Exhibit, ...] = ()


@criterion("1.1.1/update")
def test_one_step_is_the_mean_gradient_over_a_batch(student: Student, wide_problem: Any) -> Verdict:
    """A small batch is drawn without replacement; full batches give gradient descent."""
    complaints = [
        *batches_of_two(student, wide_problem),
        *full_batches(student, wide_problem),
        *the_same_batch_again(student, wide_problem),
    ]
    if complaints:
        telling = most_telling(complaints)
        return incorrect(telling.sentence, exhibits=telling.exhibits)
    return correct(f"Right on batches of two ({len(SEEDS_FOR_BATCHES)} seeds) and on the whole data set.")


def batches_of_two(student: Student, problem: Any) -> Iterator[Complaint]:
    """What is wrong with one step on two examples, for several seeds."""
    X, t, eta = problem.X, problem.t, 0.3
    steps = {
        batch: sgd_step(X, t, problem.w0, eta, np.array(batch))
        for batch in combinations_with_replacement(range(len(t)), 2)
    }
    for seed in SEEDS_FOR_BATCHES:
        found = student.call("sgd_min_norm", X=X, t=t, eta=eta, batch_size=2, steps=1, seed=seed)
        matches = [(batch, find_mismatch(found, step, ITERATES)) for batch, step in steps.items()]
        drawn = [batch for batch, mismatch in matches if mismatch is None]
        factors = [mismatch for _, mismatch in matches if mismatch and mismatch.factor]
        if drawn and drawn[0][0] == drawn[0][1]:
            yield Complaint(
                "A batch of two held the same example twice: draw without replacement.", telling=True
            )
        elif not drawn and factors:
            sentence = f"With a batch of two, after one step {factors[0].sentence}."
            yield Complaint(sentence, telling=True, exhibits=of_mismatch(factors[0]))
        elif not drawn:
            yield Complaint(
                "With a batch of two, one step is not the mean gradient over any two of the examples."
            )


def full_batches(student: Student, problem: Any) -> Iterator[Complaint]:
    """What is wrong with steps on the whole data set, which are those of gradient descent."""
    X, t, eta, n = problem.X, problem.t, 0.3, len(problem.t)
    for steps in (1, 3):
        expected = minibatch_sgd(X, t, eta, n, steps, seed=0)[-1]
        found = student.call("sgd_min_norm", X=X, t=t, eta=eta, batch_size=n, steps=steps, seed=0)
        mismatch = find_mismatch(found, expected, ITERATES, problem.factors)
        if mismatch:
            sentence = f"With the whole data set as batch, after {counted(steps)} {mismatch.sentence}."
            yield Complaint(sentence, mismatch.factor is not None, of_mismatch(mismatch))


def the_same_batch_again(student: Student, problem: Any) -> Iterator[Complaint]:
    """Ten steps on one and the same two examples: of four, ten draws give that once in ten million times."""
    X, t, eta, steps = problem.X, problem.t, 0.3, 10
    found = student.call("sgd_min_norm", X=X, t=t, eta=eta, batch_size=2, steps=steps, seed=0)
    for batch in combinations(range(len(t)), 2):
        expected = minibatch_sgd(X[list(batch)], t[list(batch)], eta, 2, steps, seed=0)[-1]
        if find_mismatch(found, expected, ITERATES) is None:
            yield Complaint("Every step took the same two examples: draw a new batch for each.", telling=True)


def most_telling(complaints: list[Complaint]) -> Complaint:
    """The first complaint that says what to mend, else the last, which is about plain gradient descent."""
    return next((complaint for complaint in complaints if complaint.telling), complaints[-1])


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
            return incorrect(
                f"After {counted(steps)} the weights are not finite, or have not moved from zero."
            )
        if not distance_from_row_space(X, w) <= 1e-4 * np.linalg.norm(w):
            return incorrect(f"After {counted(steps)} the weights are outside the row space of X.")
    if not descends(student, wide_problem):
        return incorrect(NO_DESCENT)
    return correct("Right after 1, 5 and 17 steps.")


@criterion("1.1.1/limit")
def test_the_limit_is_the_minimum_norm_solution(student: Student, wide_problem: Any) -> Verdict:
    """Run to convergence, mini-batch SGD gives X^T (X X^T)^-1 t."""
    X, t = wide_problem.X, wide_problem.t
    found = student.call("sgd_min_norm", X=X, t=t, eta=0.5, batch_size=2, steps=400, seed=1)
    mismatch = find_mismatch(found, minimum_norm_solution(X, t), CONVERGED)
    if mismatch:
        message = f"After 400 steps the weights are not the minimum-norm solution: {mismatch.sentence}."
        return incorrect(
            message, exhibits=(*of_mismatch(mismatch), *path_on_the_example(student, "sgd_min_norm"))
        )
    if not descends(student, wide_problem):
        return incorrect(NO_DESCENT)
    return correct("Reached within 400 steps.", exhibits=path_on_the_example(student, "sgd_min_norm"))


def descends(student: Student, problem: Any) -> bool:
    """Whether one step from zero on a single example goes down its gradient, however far.

    The row space and its minimum-norm solution can be computed without any step: that is no answer to what
    the iterates do.
    """
    X, t = problem.X, problem.t
    w = _vector(student.call("sgd_min_norm", X=X, t=t, eta=0.01, batch_size=1, steps=1, seed=0), X.shape[1])
    if w is None or not np.isfinite(w).all() or not np.linalg.norm(w) > 0:
        return False
    downhill = X * t[:, None]
    cosines = downhill @ w / (np.linalg.norm(w) * np.linalg.norm(downhill, axis=1))
    return bool(cosines.max() > 1 - 1e-4)


@criterion("1.2.1/update")
def test_rmsprop_takes_the_steps_of_equations_3_and_4(
    student: Student, assignment: Assignment, problem: Any
) -> Verdict:
    """From v = 0, the step divides by the root of the running mean of squared gradients, plus epsilon.

    At a tiny epsilon the scale of the gradient cancels; a large one shows it, and where epsilon stands.
    """
    tiny, large = 1e-8, 0.1
    for eps, steps in ((tiny, 1), (tiny, 2), (tiny, 6), (large, 3)):
        expected = rmsprop(problem.X, problem.t, problem.w0, 0.01, 0.9, eps, steps)[-1]
        found = student.call(
            "rmsprop", X=problem.X, t=problem.t, w0=problem.w0, eta=0.01, beta=0.9, eps=eps, steps=steps
        )
        mismatch = find_mismatch(found, expected, ITERATES)
        if mismatch and eps == large:
            return partial(
                assignment.credits["rmsprop_scale"],
                "Right while epsilon is tiny, but not at epsilon = 0.1: is the gradient that of "
                "(1/n) |Xw - t|^2, and does epsilon stand outside the root as in equation (3)?",
            )
        if mismatch:
            message = f"After {counted(steps)} from a random w0 {mismatch.sentence}."
            return incorrect(message, exhibits=of_mismatch(mismatch))
    return correct("Right after 1, 2 and 6 steps, and with a large epsilon.")


@criterion("1.2.1/counterexample")
def test_rmsprop_leaves_the_span_on_the_example(student: Student) -> Verdict:
    """With x1 = [2, 1], t = 2, w0 = 0 both coordinates move alike, to [2/3, 2/3] and not [4/5, 2/5].

    The handout's example has a known limit: the steps must lead there, and on another example too.
    """
    for example in (Counterexample(), Counterexample(x=(1.25, -2.75), t=-2.4)):
        for steps in (20, 400):
            found = student.call(
                "rmsprop", X=example.X, t=example.labels, w0=example.w0, **SMALL_STEPS, steps=steps
            )
            w = _vector(found, 2)
            if w is None or not np.isfinite(w).all():
                return incorrect("The weights should be two finite numbers.")
            has_arrived = np.abs(w - example.adaptive_limit).max() <= 0.03
            shown = f"x1 = {list(example.x)}, t = {example.t:g}"
            if steps == 400 and not has_arrived:
                message = f"On {shown} the weights do not arrive where RMSProp's do."
                return incorrect(message, exhibits=path_on_the_example(student, "rmsprop"))
            if steps == 20 and has_arrived:
                return incorrect(f"On {shown} the weights are at the limit after {steps} small steps.")
    message = "It ends near [2/3, 2/3], where the minimum-norm solution is [4/5, 2/5]."
    return correct(message, exhibits=path_on_the_example(student, "rmsprop"))


def path_on_the_example(student: Student, function: str) -> tuple[Exhibit, ...]:
    """Where an optimiser goes on the handout's x1 = [2, 1], t = 2; nothing where it cannot be followed."""
    example = Counterexample()
    arguments: dict[str, Any] = {"X": example.X, "t": example.labels}
    if function == "sgd_min_norm":
        arguments |= {"eta": 0.04, "batch_size": 1, "seed": 0}
    else:
        arguments |= {"w0": example.w0, "eta": 0.02, "beta": 0.9, "eps": 1e-8}
    points = [example.w0]
    try:
        for steps in STEPS_SHOWN[function]:
            w = _vector(student.call(function, **arguments, steps=steps), 2)
            if w is None or not np.isfinite(w).all() or np.abs(w).max() > FARTHEST_SHOWN:
                break
            points.append(w)
    except (StudentFault, CannotCheck):
        return ()  # it failed on a picture, which decides nothing
    shown = ", ".join(map(str, STEPS_SHOWN[function][: len(points) - 1]))
    title = f"{function} on x1 = [2, 1], t = 2, after {shown} steps"
    start = {"start": np.asarray(example.w0, dtype=np.float64)}
    return (path_over_loss(title, example.X, example.labels, points, start),) if len(points) > 1 else ()


def _vector(found: object, length: int) -> NDArray[np.float64] | None:
    array = as_array(found)
    return array.astype(np.float64).reshape(length) if array is not None and array.size == length else None


def counted(steps: int) -> str:
    """The number of steps in words."""
    return "1 step" if steps == 1 else f"{steps} steps"
