"""Question 2.2.3: the data behind the figure, from the function that the figure is drawn with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grader.compare.curve import CurveMatch, CurveMismatch, compare_curve
from grader.judge import Student, criterion
from grader.results import Verdict, correct, incorrect
from reference.double_descent import FEATURES, NOISELESS, NOISY, figure_sizes, least_squares_losses

Sizes = NDArray[np.int64]

SMALL_FEATURES = 40
SMALL_SIZES = np.array([*range(4, 25), *range(64, 121, 4)])
"""Few enough for a simulation, and away from the peak, where its values would hardly have a variance."""


@criterion("2.2.3/noiseless")
def test_without_noise_the_curve_falls_to_zero(student: Student) -> Verdict:
    """(d - n)/d, and zero from n = d on."""
    return judge_curve(student, NOISELESS)


@criterion("2.2.3/noisy")
def test_with_noise_the_curve_has_its_peak_at_d(student: Student) -> Verdict:
    """The two expressions of 2.2.1, or a simulation that agrees with them as well as it can."""
    return judge_curve(student, NOISY)


def judge_curve(student: Student, sigma: float) -> Verdict:
    """On a small problem first; a formula then has to give the data of the figure itself."""
    compared = compare_at(student, SMALL_SIZES, SMALL_FEATURES, sigma)
    if isinstance(compared, CurveMismatch):
        return incorrect(complaint(compared, SMALL_SIZES, SMALL_FEATURES, sigma))
    if not is_formula(student):
        return correct(f"Right at {SMALL_FEATURES} features, as far as a simulation can be.")
    sizes = figure_sizes()
    of_figure = compare_at(student, sizes, FEATURES, sigma)
    if isinstance(of_figure, CurveMismatch):
        return incorrect(complaint(of_figure, sizes, FEATURES, sigma))
    return correct(f"Right at all {len(sizes)} sizes of the figure, sigma = {sigma:g}.")


def is_formula(student: Student) -> bool:
    """Whether values with noise are exact: a simulation of the figure's 500 features takes too long."""
    compared = compare_at(student, SMALL_SIZES, SMALL_FEATURES, NOISY)
    return isinstance(compared, CurveMatch) and not compared.noise


def compare_at(student: Student, sizes: Sizes, d: int, sigma: float) -> CurveMatch | CurveMismatch:
    """The student's curve at these sizes against the expected loss."""
    found = student.call("risk_curve", sizes=sizes, d=d, sigma=sigma)
    return compare_curve(found, least_squares_losses(sizes, d, sigma))


def complaint(mismatch: CurveMismatch, sizes: Sizes, d: int, sigma: float) -> str:
    """What is wrong, and in which regime it is worst."""
    where = ""
    if mismatch.worst is not None:
        regime = "n > d + 1" if sizes[mismatch.worst] > d else "d > n + 1"
        where = f"; it is farthest off where {regime}"
    return f"With d = {d} and sigma = {sigma:g}, of the curve: {mismatch.sentence}{where}."
