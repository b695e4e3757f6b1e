"""Question 2.3 against autograd, simulated teachers, designs of 500 features, and SymPy."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
import torch

from reference import linear_risk, ridge
from reference.linear_risk import gaussian_design
from reference.monte_carlo import estimate

SHAPES = pytest.mark.parametrize(("n", "d"), [(9, 4), (4, 9), (6, 6)], ids=["n > d", "n < d", "n = d"])
SIGMA = 0.7


@SHAPES
def test_the_gradient_is_that_of_autograd_and_zero_at_the_estimator(n: int, d: int) -> None:
    X, t, w = gaussian_design(n, d, 1), gaussian_design(n, 1, 2)[:, 0], gaussian_design(d, 1, 3)[:, 0]
    weights = torch.tensor(w, requires_grad=True)
    fitted = torch.nn.functional.mse_loss(torch.tensor(X) @ weights, torch.tensor(t))
    objective = fitted + 0.3 * weights @ weights
    objective.backward()
    assert ridge.objective(X, t, w, 0.3) == pytest.approx(objective.item())
    np.testing.assert_allclose(ridge.gradient(X, t, w, 0.3), weights.grad.numpy())
    np.testing.assert_allclose(ridge.gradient(X, t, ridge.estimator(X, t, 0.3), 0.3), 0, atol=1e-12)


@SHAPES
def test_the_estimator_is_least_squares_on_data_with_the_penalty_added_as_examples(n: int, d: int) -> None:
    X, t = gaussian_design(n, d, 1), gaussian_design(n, 1, 2)[:, 0]
    stacked = np.vstack([X, np.sqrt(n * 0.3) * np.eye(d)])
    expected = np.linalg.lstsq(stacked, np.concatenate([t, np.zeros(d)]), rcond=None)[0]
    np.testing.assert_allclose(ridge.estimator(X, t, 0.3), expected)


@SHAPES
def test_the_error_is_that_of_the_estimator(n: int, d: int) -> None:
    X, w_star, noise = (
        gaussian_design(n, d, 1),
        gaussian_design(d, 1, 2)[:, 0],
        gaussian_design(n, 1, 3)[:, 0],
    )
    expected = ridge.estimator(X, X @ w_star + noise, 0.3) - w_star
    np.testing.assert_allclose(ridge.error(X, w_star, noise, 0.3), expected, atol=1e-12)


@SHAPES
@pytest.mark.parametrize("strength", [0.02, 0.5])
def test_the_risk_given_x_is_the_mean_over_teachers_and_noise(n: int, d: int, strength: float) -> None:
    X, random = gaussian_design(n, d, 5), np.random.default_rng(6)
    teachers = random.standard_normal((60_000, d)) / np.sqrt(d)
    labels = teachers @ X.T + SIGMA * random.standard_normal((60_000, n))
    learned = labels @ X @ np.linalg.inv(X.T @ X + n * strength * np.eye(d))
    losses = estimate(np.sum((teachers - learned) ** 2, axis=1))
    assert losses.agrees_with(ridge.risk(X, SIGMA, strength).total)
    assert losses.relative < 0.01


@SHAPES
def test_the_risk_at_the_chosen_strength_is_the_single_trace(n: int, d: int) -> None:
    X, strength = gaussian_design(n, d, 5), ridge.optimal_strength(n, d, SIGMA)
    whole = SIGMA**2 * np.trace(np.linalg.inv(X.T @ X + n * strength * np.eye(d)))
    assert ridge.optimal_risk(X, SIGMA) == pytest.approx(whole)
    assert ridge.risk(X, SIGMA, strength).total == pytest.approx(whole)


def test_the_two_terms_add_up_to_the_single_trace_symbolically() -> None:
    """For every eigenvalue s of X^T X, with n lambda = sigma^2 d."""
    s, sigma, d = sympy.symbols("s sigma d", positive=True)
    penalty = sigma**2 * d
    bias, variance = penalty**2 / d / (s + penalty) ** 2, sigma**2 * s / (s + penalty) ** 2
    assert sympy.simplify(bias + variance - sigma**2 / (s + penalty)) == 0


@SHAPES
def test_no_other_strength_has_a_lower_risk(n: int, d: int) -> None:
    X, best = gaussian_design(n, d, 5), ridge.optimal_strength(n, d, SIGMA)
    lowest = ridge.risk(X, SIGMA, best).total
    grid = best * np.geomspace(0.01, 100, 401)
    losses = [ridge.risk(X, SIGMA, strength).total for strength in grid]
    assert min(losses) >= lowest - 1e-12
    assert grid[int(np.argmin(losses))] == pytest.approx(best)


@SHAPES
def test_as_the_strength_vanishes_the_estimator_becomes_that_without_penalty(n: int, d: int) -> None:
    X, t = gaussian_design(n, d, 1), gaussian_design(n, 1, 2)[:, 0]
    np.testing.assert_allclose(ridge.estimator(X, t, 1e-9), linear_risk.estimator(X, t), rtol=1e-4, atol=1e-6)
    assert ridge.risk(X, SIGMA, 1e-9).total == pytest.approx(linear_risk.risk(X, SIGMA).total, rel=1e-3)


def test_the_best_strength_grows_with_the_noise_and_falls_with_the_data() -> None:
    n, d, sigma = sympy.symbols("n d sigma", positive=True)
    strength = sigma**2 * d / n
    assert sympy.diff(strength, sigma).is_positive and sympy.diff(strength, n).is_negative
    assert ridge.optimal_strength(50, 20, 0.3) == pytest.approx(
        float(strength.subs({n: 50, d: 20, sigma: 0.3}))
    )


def test_the_limit_solves_the_marchenko_pastur_equation() -> None:
    for n, d, strength in ((100, 500, 0.2), (500, 500, 0.04), (1000, 500, 0.02), (501, 500, 1e-4)):
        gamma = d / n
        m = ridge.limiting_risk(n, d, 1.0, strength) / gamma
        assert gamma * strength * m**2 + (1 - gamma + strength) * m == pytest.approx(1)


def test_the_limit_as_the_handout_writes_it() -> None:
    for n in (100, 499, 500, 501, 1000):
        gamma = 500 / n
        strength = 0.04 * gamma
        b = 1 - gamma + strength
        written = 0.04 * (-b + np.sqrt(b**2 + 4 * gamma * strength)) / (2 * strength)
        assert ridge.limiting_risk(n, 500, 0.2) == pytest.approx(written)


@pytest.mark.parametrize("n", [200, 500, 900])
def test_the_limit_is_the_mean_over_designs_of_500_features(n: int) -> None:
    """The finite-size error is of order 1/d: allowed beside the standard error, and stated."""
    found = estimate([ridge.optimal_risk(gaussian_design(n, 500, seed), 0.2) for seed in range(6)])
    assert found.mean == pytest.approx(
        ridge.limiting_risk(n, 500, 0.2), rel=2 / 500, abs=4 * found.standard_error
    )
    assert found.relative < 0.01


def test_the_error_of_the_limit_falls_as_one_over_d() -> None:
    def relative_error(d: int, draws: int) -> float:
        found = estimate([ridge.optimal_risk(gaussian_design(2 * d, d, seed), 0.5) for seed in range(draws)])
        return abs(found.mean / ridge.limiting_risk(2 * d, d, 0.5) - 1)

    assert relative_error(4, 8_000) < 1 / 4 and relative_error(40, 400) < 1 / 40
