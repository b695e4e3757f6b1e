"""Question 2.1 against autograd through the learning rate, finite differences and a grid search."""

import numpy as np
import pytest
import torch

from reference import least_squares
from reference.learning_rate import (
    ZeroGradientError,
    loss_after_one_step,
    loss_derivative,
    loss_second_derivative,
    optimal_learning_rate,
    weights_after_one_step,
)
from reference.least_squares import Array

Problem = tuple[Array, Array, Array]


@pytest.fixture(params=[(6, 3), (3, 6), (1, 1)], ids=["n > d", "d > n", "scalar"])
def problem(request: pytest.FixtureRequest) -> Problem:
    n, d = request.param
    random = np.random.default_rng(11)
    return random.normal(size=(n, d)), random.normal(size=n), random.normal(size=d)


def loss_and_its_derivatives_by_autograd(problem: Problem, eta: float) -> tuple[float, float, float]:
    """L1 and its first two derivatives in eta, with the gradient step itself taken by autograd."""
    X, t, w0 = (torch.tensor(array) for array in problem)
    w0.requires_grad_()
    rate = torch.tensor(eta, dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(torch.nn.functional.mse_loss(X @ w0, t), w0)
    after = torch.nn.functional.mse_loss(X @ (w0.detach() - rate * g), t)
    (first,) = torch.autograd.grad(after, rate, create_graph=True)
    (second,) = torch.autograd.grad(first, rate)
    return after.item(), first.item(), second.item()


@pytest.mark.parametrize("eta", [-0.2, 0.0, 0.05, 1.3])
def test_the_loss_and_its_derivatives_agree_with_autograd(problem: Problem, eta: float) -> None:
    after, first, second = loss_and_its_derivatives_by_autograd(problem, eta)
    assert loss_after_one_step(*problem, eta) == pytest.approx(after)
    assert loss_derivative(*problem, eta) == pytest.approx(first)
    assert loss_second_derivative(*problem) == pytest.approx(second)


@pytest.mark.parametrize("eta", [0.0, 0.07, 0.9])
def test_the_loss_after_one_step_is_the_loss_at_the_weights_after_one_step(
    problem: Problem, eta: float
) -> None:
    X, t, w0 = problem
    w1 = weights_after_one_step(X, t, w0, eta)
    np.testing.assert_allclose(w1, w0 - eta * least_squares.gradient(X, t, w0))
    assert loss_after_one_step(X, t, w0, eta) == pytest.approx(least_squares.loss(X, t, w1))


def test_the_derivative_is_the_slope_of_the_loss(problem: Problem) -> None:
    eta, h = 0.3, 1e-4
    slope = (loss_after_one_step(*problem, eta + h) - loss_after_one_step(*problem, eta - h)) / (2 * h)
    assert loss_derivative(*problem, eta) == pytest.approx(slope, rel=1e-6)


def test_no_learning_rate_on_a_fine_grid_beats_the_optimal_one(problem: Problem) -> None:
    best = optimal_learning_rate(*problem)
    grid = np.linspace(0, 2 * best, 2001)
    losses = [loss_after_one_step(*problem, eta) for eta in grid]
    assert grid[int(np.argmin(losses))] == pytest.approx(best)
    assert loss_after_one_step(*problem, best) <= min(losses) + 1e-15


def test_the_expressions_written_out_in_the_residual_agree(problem: Problem) -> None:
    X, t, w0 = problem
    n, a, eta = len(t), X @ w0 - t, 0.4
    slope_at_zero = -4 / n**2 * np.sum((X.T @ a) ** 2)
    curvature = 8 / n**3 * np.sum((X @ X.T @ a) ** 2)
    assert loss_derivative(X, t, w0, eta) == pytest.approx(slope_at_zero + eta * curvature)
    assert loss_second_derivative(X, t, w0) == pytest.approx(curvature)
    assert optimal_learning_rate(X, t, w0) == pytest.approx(-slope_at_zero / curvature)


def test_at_a_minimum_there_is_no_optimal_learning_rate() -> None:
    X, w0 = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0])
    with pytest.raises(ZeroGradientError, match="gradient at w0 is zero"):
        optimal_learning_rate(X, X @ w0, w0)
