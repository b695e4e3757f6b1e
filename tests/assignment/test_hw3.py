"""Homework 3 of 2022: the handout's marks, and every key against what the reference computes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.assignment import load_assignment
from grader.compare.formula.equality import samples
from grader.compare.formula.evaluator import Effort
from grader.compare.formula.values import entries
from grader.judge.written import condition_question, formula_question
from reference import linear_risk, ridge

HW3 = load_assignment("csc413_hw3_2022")
HANDOUT = {
    "1.1.1": 0.5,
    "1.1.2a": 0.5,
    "1.1.2b": 0.5,
    "1.1.3a": 1,
    "1.1.3b": 1,
    "1.2a": 1,
    "1.2b": 1,
    "2.1.1": 0.5,
    "2.1.2": 0,
    "2.2.1": 1,
    "2.2.2": 1,
    "2.2.3": 0,
    "2.3.1": 0,
    "2.3.2": 0.5,
    "2.3.3": 0,
    "2.3.4": 0.5,
    "neatness": 1,
}
"""Marks of each question: nine for answers, and the tenth for neatness."""


def optimal(n: Any, d: Any, sigma: Any) -> float:
    return ridge.optimal_strength(n, d, sigma)


COMPUTED: dict[str, Callable[..., Any]] = {
    "2.1.1/error": lambda X, eps, w_star, **_: linear_risk.error(X, w_star, eps),
    "2.1.1/risk": lambda X, sigma, **_: linear_risk.risk(X, sigma).total,
    "2.1.2/error": lambda X, eps, w_star, **_: linear_risk.error(X, w_star, eps),
    "2.1.2/bias": lambda X, sigma, **_: linear_risk.risk(X, sigma).bias,
    "2.1.2/variance": lambda X, sigma, **_: linear_risk.risk(X, sigma).variance,
    "2.2.1/under": lambda n, d, sigma, **_: linear_risk.expected_risk(int(n), int(d), sigma).total,
    "2.2.1/over": lambda n, d, sigma, **_: linear_risk.expected_risk(int(n), int(d), sigma).total,
    "2.3.1/gradient": lambda X, t, w, lam, **_: ridge.gradient(X, t, w, lam),
    "2.3.1/solution": lambda X, t, lam, **_: ridge.estimator(X, t, lam),
    "2.3.3/error": lambda X, eps, w_star, n, d, sigma, **_: ridge.error(X, w_star, eps, optimal(n, d, sigma)),
    "2.3.3/risk": lambda X, n, d, sigma, **_: ridge.risk(X, sigma, optimal(n, d, sigma)).total,
}


def test_questions_and_marks_are_those_of_the_handout_in_its_order() -> None:
    assert [(question.id, question.marks) for question in HW3.questions] == list(HANDOUT.items())
    assert HW3.marks == sum(HANDOUT.values()) == 10


def test_every_automatic_criterion_has_exactly_one_check() -> None:
    sources = [path.read_text("utf-8") for path in HW3.folder.glob("test_*.py")]
    checked = re.findall(r'^@criterion\(\s*"([^"]+)"', "\n".join(sources), re.MULTILINE)
    automatic = [f"{q.id}/{c.id}" for q, c in HW3.criteria() if c.by == "check"]
    assert sorted(checked) == sorted(automatic)


def test_every_key_is_compared_with_the_reference() -> None:
    assert HW3.formulas.keys() == COMPUTED.keys()
    assert HW3.conditions.keys() == {"2.2.2/perfect"}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_formula_is_what_the_reference_computes(name: str) -> None:
    question = formula_question(HW3, HW3.formulas[name])
    drawn = samples(question.expressions[0], question.setting(413), 5, Effort(1_000_000))
    assert len(drawn) == 5
    for sample in drawn:
        names = {key: as_number(value) for key, value in sample.point.items()}
        expected = np.atleast_1d(COMPUTED[name](**names))
        found = np.array([as_number(entry) for entry in entries(sample.expected)])
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def test_the_condition_is_where_the_expected_risk_is_zero() -> None:
    question = condition_question(HW3, HW3.conditions["2.2.2/perfect"])
    compared = list(question.compared_with(question.condition, seed=413))
    assert len(compared) > 300
    for point, holds, _ in compared:
        n, d, sigma = (float(point[name]) for name in ("n", "d", "sigma"))  # type: ignore[arg-type]
        assert holds == (linear_risk.expected_risk(int(n), int(d), sigma).total == 0)


def test_the_directions_are_those_of_the_best_strength() -> None:
    [with_n], [with_sigma] = HW3.choices["2.3.2/with_n"].answer, HW3.choices["2.3.2/with_sigma"].answer
    assert (with_n == "decrease") == (optimal(20, 5, 1.0) < optimal(10, 5, 1.0))
    assert (with_sigma == "increase") == (optimal(10, 5, 2.0) > optimal(10, 5, 1.0))


def test_more_data_helps_as_the_choices_say() -> None:
    sizes = [n for n in range(100, 1001) if abs(n - 500) > 1]
    helps = all(linear_risk.more_data_helps(n, 500, 0.2) for n in sizes)
    assert HW3.choices["2.2.2/more_data"].answer == ("yes" if helps else "no",)
    losses = [ridge.limiting_risk(n, 500, 0.2) for n in range(100, 1001)]
    assert HW3.choices["2.3.4/more_data"].answer == (
        "yes" if losses == sorted(losses, reverse=True) else "no",
    )


def as_number(value: Any) -> Any:
    """A drawn value as numpy takes it: rows of fractions as an array, a column as a vector."""
    if isinstance(value, tuple):
        rows = np.array([[float(entry) for entry in row] for row in value])
        return rows[:, 0] if rows.shape[1] == 1 else rows
    return int(value.p) / int(value.q) if hasattr(value, "p") else float(value)
