"""Question 1.2 against the optimizers of torch.optim, and the counterexample run to its end."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from reference.adaptive import Counterexample, adagrad, adam, rmsprop
from reference.least_squares import Array, distance_from_row_space, minibatch_sgd

Method = Callable[[Array, Array, Array, float, float, int], Array]


def run_rmsprop(X: Array, t: Array, w0: Array, eta: float, eps: float, steps: int) -> Array:
    return rmsprop(X, t, w0, eta, 0.9, eps, steps)


def run_adam(X: Array, t: Array, w0: Array, eta: float, eps: float, steps: int) -> Array:
    return adam(X, t, w0, eta, 0.9, 0.999, eps, steps)


METHODS = pytest.mark.parametrize("method", [run_rmsprop, adagrad, run_adam])


@pytest.mark.parametrize("eps", [1e-8, 0.3])
@pytest.mark.parametrize(
    ("method", "optimizer_class", "options"),
    [
        (run_rmsprop, torch.optim.RMSprop, {"alpha": 0.9}),
        (adagrad, torch.optim.Adagrad, {}),
        (run_adam, torch.optim.Adam, {"betas": (0.9, 0.999)}),
    ],
)
def test_the_iterates_are_those_of_torch(
    method: Method, optimizer_class: Any, options: dict[str, Any], eps: float
) -> None:
    random = np.random.default_rng(5)
    X, t, w0 = random.normal(size=(4, 6)), random.normal(size=4), random.normal(size=6)
    weights = torch.tensor(w0, requires_grad=True)
    optimizer = optimizer_class([weights], lr=0.02, eps=eps, **options)
    expected = [w0]
    for _ in range(30):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(torch.tensor(X) @ weights, torch.tensor(t)).backward()
        optimizer.step()
        expected.append(weights.detach().numpy().copy())
    np.testing.assert_allclose(method(X, t, w0, 0.02, eps, 30), expected, rtol=1e-9, atol=1e-12)


COUNTEREXAMPLES = pytest.mark.parametrize(
    "counterexample",
    [Counterexample(), Counterexample((3.0, -1.0, 0.5), -1.0), Counterexample((1.0, 0.0, 4.0), 1.0)],
)


@METHODS
@COUNTEREXAMPLES
def test_with_eps_zero_every_step_is_along_the_signs_of_the_example(
    method: Method, counterexample: Counterexample
) -> None:
    iterates = method(counterexample.X, counterexample.labels, counterexample.w0, 0.01, 0.0, 500)
    signs = np.sign(counterexample.x)
    distance_moved = iterates @ signs / (signs @ signs)
    np.testing.assert_allclose(iterates, np.outer(distance_moved, signs), atol=1e-12)


@METHODS
@COUNTEREXAMPLES
def test_every_adaptive_method_reaches_the_adaptive_limit(
    method: Method, counterexample: Counterexample
) -> None:
    iterates = method(counterexample.X, counterexample.labels, counterexample.w0, 0.03, 0.0, 5000)
    np.testing.assert_allclose(iterates[-1], counterexample.adaptive_limit, atol=1e-6)


@COUNTEREXAMPLES
def test_both_limits_solve_the_equation_and_only_one_is_in_the_span(counterexample: Counterexample) -> None:
    X, t = counterexample.X, counterexample.labels
    shortest, adaptive = counterexample.minimum_norm_solution, counterexample.adaptive_limit
    np.testing.assert_allclose(X @ shortest, t)
    np.testing.assert_allclose(X @ adaptive, t)
    assert distance_from_row_space(X, shortest) < 1e-12
    assert distance_from_row_space(X, adaptive) > 0.1
    assert np.linalg.norm(adaptive) > np.linalg.norm(shortest)


def test_the_handouts_example_has_the_limits_worked_out_by_hand() -> None:
    np.testing.assert_allclose(Counterexample().minimum_norm_solution, [4 / 5, 2 / 5])
    np.testing.assert_allclose(Counterexample().adaptive_limit, [2 / 3, 2 / 3])


def test_gradient_descent_reaches_the_minimum_norm_solution_of_the_example() -> None:
    example = Counterexample()
    iterates = minibatch_sgd(example.X, example.labels, eta=0.05, batch_size=1, steps=300, seed=0)
    np.testing.assert_allclose(iterates[-1], example.minimum_norm_solution)


def test_rmsprop_that_does_not_settle_ends_half_a_step_on_either_side_of_the_limit() -> None:
    example, eta = Counterexample(), 0.1
    last, before = rmsprop(example.X, example.labels, example.w0, eta, 0.5, 0.0, 1000)[[-1, -2]]
    np.testing.assert_allclose(np.abs(last - example.adaptive_limit), eta / 2)
    np.testing.assert_allclose((last + before) / 2, example.adaptive_limit)


@METHODS
def test_with_eps_zero_a_coordinate_without_gradient_stays(method: Method) -> None:
    X, t, w0 = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([1.0, 1.0]), np.array([0.0, 5.0])
    iterates = method(X, t, w0, 0.1, 0.0, 50)
    assert np.all(iterates[:, 1] == 5.0)
    assert np.all(np.isfinite(iterates))
