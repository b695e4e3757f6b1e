"""Section 2.2: what holds on average over X, tried by drawing many."""

from __future__ import annotations

from functools import partial

import numpy as np

from grader.assignments.csc413_hw3_2022.selfcheck.handout import average_test_loss
from grader.compare.formula import names
from grader.compare.tensor import as_array
from grader.selfcheck.findings import CannotSay, Finding, looks_right, looks_wrong
from grader.selfcheck.formulas import Formula, judge_formula, symbols_of
from grader.selfcheck.parts import Part, part
from grader.selfcheck.work import Work

UNDER, OVER = ((12, 4), (14, 5)), ((4, 12), (5, 14))
"""Pairs of n and d, far enough apart for averages that settle quickly."""
SIGMA = 0.75
MAY_USE = frozenset({"n", "d", "sigma", "gamma"})
AS_DRAWN = 0.04
"""The relative error within which averages over the drawn X agree."""
CURVE_SIZES, CURVE_FEATURES = (3, 4, 20, 30), 9


def look_at_average(field: str, label: str, sizes: tuple[tuple[int, int], ...], work: Work) -> Finding:
    """The formula against an average over drawn X, for two pairs of sizes."""

    def holds(formula: Formula) -> bool:
        others = names(formula.expression) - MAY_USE
        if others:
            raise CannotSay(
                looks_wrong(
                    f"Only n, d and sigma should be left, and {', '.join(sorted(others))} is there still.",
                    place=formula.place,
                    echo=formula.echo,
                )
            )
        return all(is_near(formula, n, d) for n, d in sizes)

    return judge_formula(
        work.answer("2.2.1", field, label),
        symbols_of(work.sheet),
        wanted="a number",
        holds=holds,
        right="It is the test loss averaged over many random X, as far as an average tells.",
        wrong="It is not the test loss averaged over many random X.",
    )


def is_near(formula: Formula, n: int, d: int) -> bool:
    """Whether the formula gives the average."""
    expected = average_test_loss(n, d, SIGMA)
    found = float(formula.at({"n": n, "d": d, "sigma": SIGMA, "gamma": d / n}))
    return abs(found - expected) <= AS_DRAWN * expected


@part("2.2.3", "risk_curve")
def curve(work: Work) -> Finding:
    """At a few sizes, with and without noise."""
    place = work.place_of("risk_curve")
    for sigma in (0.0, SIGMA):
        sizes = np.array(CURVE_SIZES)
        found = as_array(work.call("risk_curve", sizes=sizes, d=CURVE_FEATURES, sigma=sigma))
        if found is None or found.shape != sizes.shape:
            return looks_wrong("risk_curve should return an array with one loss for each size.", place=place)
        expected = np.array([average_test_loss(n, CURVE_FEATURES, sigma) for n in CURVE_SIZES])
        if not (np.abs(found - expected) <= 2 * AS_DRAWN * expected + 1e-6).all():
            return looks_wrong(
                f"At sigma = {sigma:g} it is not the test loss averaged over many random X; if it is a "
                "simulation, it may need more draws.",
                place=place,
            )
    return looks_right("It is the test loss averaged over many random X, as far as an average tells.")


PARTS: tuple[Part, ...] = (
    Part("2.2.1", "underparameterized", partial(look_at_average, "under", "underparameterized", UNDER)),
    Part("2.2.1", "overparameterized", partial(look_at_average, "over", "overparameterized", OVER)),
    curve,
)
