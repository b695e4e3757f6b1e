"""The keys of Assignment 2 are formulas in a file: each must be what the reference computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.assignment import load_assignment
from grader.compare.formula.equality import samples
from grader.compare.formula.evaluator import Effort
from grader.compare.formula.values import entries
from grader.judge.written import formula_question
from reference import learning_rate, weight_decay

Array = NDArray[np.float64]
ASSIGNMENT = load_assignment("csc413_a2_2025")
COMPUTED: dict[str, Callable[..., Any]] = {
    "2.1.1/w1": lambda X, t, w0, eta, **_: learning_rate.weights_after_one_step(X, t, w0, eta),
    "2.1.1/L1": lambda X, t, w0, eta, **_: learning_rate.loss_after_one_step(X, t, w0, eta),
    "2.1.2/second_derivative": lambda X, t, w0, **_: learning_rate.loss_second_derivative(X, t, w0),
    "2.1.3/derivative": lambda X, t, w0, eta, **_: learning_rate.loss_derivative(X, t, w0, eta),
    "2.1.3/optimum": lambda X, t, w0, **_: learning_rate.optimal_learning_rate(X, t, w0),
    "2.2.1/l2": lambda X, t, w0, eta, lamt, **_: weight_decay.step_with_l2(X, t, w0, eta, lamt),
    "2.2.1/decay": lambda X, t, w0, eta, lam, **_: weight_decay.step_with_decay(X, t, w0, eta, lam),
    "2.2.2/coefficient": lambda lam, eta, **_: weight_decay.equivalent_l2(lam, eta),
}


def test_every_key_is_compared_with_the_reference() -> None:
    assert ASSIGNMENT.formulas.keys() == COMPUTED.keys()


@pytest.mark.parametrize("name", COMPUTED)
def test_a_key_is_what_the_reference_computes(name: str) -> None:
    question = formula_question(ASSIGNMENT, ASSIGNMENT.formulas[name])
    drawn = samples(question.expressions[0], question.setting(413), 5, Effort(1_000_000))
    assert len(drawn) == 5
    for sample in drawn:
        names = {key: as_number(value) for key, value in sample.point.items()}
        expected = np.atleast_1d(COMPUTED[name](**names))
        found = np.array([as_number(entry) for entry in entries(sample.expected)])
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def as_number(value: Any) -> Any:
    """A drawn value as numpy takes it: rows of fractions as an array, a column as a vector."""
    if isinstance(value, tuple):
        return np.squeeze(
            np.array([[float(entry) for entry in row] for row in value]), axis=1 if len(value[0]) == 1 else ()
        )
    if hasattr(value, "p"):
        return int(value.p) / int(value.q)
    if hasattr(value, "mid"):
        return float(str(value.real.mid()).split()[0]) if hasattr(value, "real") else float(value.mid())
    return float(value)
