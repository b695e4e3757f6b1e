"""Questions 2.1 and 2.2 against simulated teachers, test points and designs, and SymPy."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
import torch

from reference import linear_risk
from reference.least_squares import Array, loss
from reference.linear_risk import (
    error,
    estimator,
    expected_inverse_trace,
    expected_risk,
    gaussian_design,
    more_data_helps,
    residual_norms,
    risk,
)
from reference.monte_carlo import estimate

SHAPES = pytest.mark.parametrize(("n", "d"), [(9, 4), (4, 9)], ids=["n > d", "n < d"])
SIGMA = 0.7


@SHAPES
def test_the_estimator_minimises_the_training_loss_with_the_smallest_norm(n: int, d: int) -> None:
    X, t = gaussian_design(n, d, 1), gaussian_design(n, 1, 2)[:, 0]
    w = estimator(X, t)
    np.testing.assert_allclose(w, np.linalg.pinv(X) @ t)
    weights = torch.tensor(w, requires_grad=True)
    torch.nn.functional.mse_loss(torch.tensor(X) @ weights, torch.tensor(t)).backward()
    np.testing.assert_allclose(weights.grad.numpy(), 0, atol=1e-12)
    assert (loss(X, t, w) < 1e-20) == (n < d)


@SHAPES
def test_the_error_is_that_of_the_estimator(n: int, d: int) -> None:
    X, w_star, noise = (
        gaussian_design(n, d, 1),
        gaussian_design(d, 1, 2)[:, 0],
        gaussian_design(n, 1, 3)[:, 0],
    )
    np.testing.assert_allclose(error(X, w_star, noise), estimator(X, X @ w_star + noise) - w_star, atol=1e-12)


@SHAPES
def test_bias_and_variance_given_x_are_means_over_teachers_noise_and_test_points(n: int, d: int) -> None:
    """The definition (2.4), drawn: no formula of the page enters the left-hand side."""
    X, random, draws = gaussian_design(n, d, 5), np.random.default_rng(6), 60_000
    teachers = random.standard_normal((draws, d)) / np.sqrt(d)
    noise, points = SIGMA * random.standard_normal((draws, n)), random.standard_normal((draws, d))
    pseudo_inverse = np.linalg.pinv(X)
    learned = (teachers @ X.T + noise) @ pseudo_inverse.T
    losses = estimate(np.sum((teachers - learned) * points, axis=1) ** 2)
    assert losses.agrees_with(risk(X, SIGMA).total)
    assert losses.relative < 0.02
    noiseless = estimate(np.sum((teachers - teachers @ X.T @ pseudo_inverse.T) * points, axis=1) ** 2)
    assert noiseless.agrees_with(risk(X, SIGMA).bias) or n > d
    assert n < d or noiseless.mean < 1e-20


def test_the_bias_is_the_rank_that_is_missing_whatever_x_is() -> None:
    for seed in range(5):
        X = gaussian_design(4, 9, seed)
        projection = X.T @ np.linalg.inv(X @ X.T) @ X
        assert np.trace(np.eye(9) - projection) == pytest.approx(9 - 4)
        assert risk(X, SIGMA).bias == pytest.approx((9 - 4) / 9)


@pytest.mark.parametrize(("n", "d"), [(30, 12), (12, 30), (40, 33), (20, 60)])
def test_the_expected_risk_is_the_mean_over_designs(n: int, d: int) -> None:
    found = estimate([risk(gaussian_design(n, d, seed), SIGMA).total for seed in range(4_000)])
    assert found.agrees_with(expected_risk(n, d, SIGMA).total)
    assert found.relative < 0.01


def test_slips_in_the_expected_risk_are_outside_the_standard_errors() -> None:
    """n - d for n - d - 1, or the variance of the other regime: the comparison has the power to tell."""
    found = estimate([risk(gaussian_design(30, 12, seed), SIGMA).total for seed in range(4_000)])
    assert not found.agrees_with(SIGMA**2 * 12 / (30 - 12))
    assert not found.agrees_with(SIGMA**2 * 30 / (30 - 12 - 1))


def test_between_the_regimes_the_expected_risk_is_infinite_unless_there_is_no_noise() -> None:
    for n in (9, 10, 11):
        assert expected_risk(n, 10, 0.1).total == np.inf
    assert expected_risk(10, 10, 0.0).total == 0.0
    assert expected_risk(9, 10, 0.0).total == pytest.approx(0.1)


def test_perfect_generalisation_needs_no_noise_and_enough_examples() -> None:
    perfect = {
        (n, sigma)
        for n in range(1, 30)
        for sigma in (0.0, 0.2)
        if abs(n - 10) > 1 and expected_risk(n, 10, sigma).total == 0
    }
    assert perfect == {(n, 0.0) for n in range(12, 30)}


@pytest.mark.parametrize("sigma", [0.05, 0.2, 0.6, 1.5])
def test_more_data_helps_where_the_curve_falls(sigma: float) -> None:
    d, h = 50, 1e-6

    def total(n: float) -> float:
        """The two expressions of 2.2.1, at sizes that need not be whole."""
        return sigma**2 * d / (n - d - 1) if n > d else (d - n) / d + sigma**2 * n / (d - n - 1)

    for n in [*range(1, 49), *range(52, 90)]:
        slope = (total(n + h) - total(n - h)) / (2 * h)
        assert more_data_helps(n, d, sigma) == (slope < 0)
        assert total(n) == pytest.approx(expected_risk(n, d, sigma).total)


def test_without_noise_more_data_helps_until_nothing_is_left_to_learn() -> None:
    assert more_data_helps(30, 50, 0.0) and not more_data_helps(60, 50, 0.0)


def test_the_slope_below_the_peak_symbolically() -> None:
    n, d, sigma = sympy.symbols("n d sigma", positive=True)
    slope = sympy.diff((d - n) / d + sigma**2 * n / (d - n - 1), n)
    assert sympy.simplify(slope - (-1 / d + sigma**2 * (d - 1) / (d - n - 1) ** 2)) == 0


def test_the_diagonal_of_the_inverse_gram_matrix_is_one_over_the_residual_norms() -> None:
    G = gaussian_design(9, 4, 8)
    np.testing.assert_allclose(np.diag(np.linalg.inv(G.T @ G)), 1 / residual_norms(G))


def test_the_residual_norms_are_chi_square() -> None:
    """Mean k, variance 2 k, and mean inverse 1/(k - 2), with k = m - p + 1 degrees of freedom."""
    m, p = 14, 5
    k = m - p + 1
    norms = np.array([residual_norms(gaussian_design(m, p, seed))[0] for seed in range(6_000)])
    assert estimate(norms).agrees_with(k)
    assert estimate((norms - k) ** 2).agrees_with(2 * k)
    assert estimate(1 / norms).agrees_with(1 / (k - 2))
    assert estimate(1 / norms).relative < 0.01
    assert not estimate(1 / norms).agrees_with(1 / (k - 1))


def test_the_mean_of_one_over_a_chi_square_variable_symbolically() -> None:
    x, k = sympy.symbols("x k", positive=True)
    density = x ** (k / 2 - 1) * sympy.exp(-x / 2) / (2 ** (k / 2) * sympy.gamma(k / 2))
    for freedom in (3, 4, 7, 10):
        mean = sympy.integrate((density / x).subs(k, freedom), (x, 0, sympy.oo))
        assert sympy.simplify(mean - sympy.Rational(1, freedom - 2)) == 0


@pytest.mark.parametrize(("m", "p"), [(14, 5), (40, 33)])
def test_the_expected_trace_is_the_mean_over_gaussian_matrices(m: int, p: int) -> None:
    draws = np.random.default_rng(4).standard_normal((5_000, m, p))
    traces = np.trace(np.linalg.inv(np.swapaxes(draws, 1, 2) @ draws), axis1=1, axis2=2)
    assert estimate(traces).agrees_with(expected_inverse_trace(m, p))


def test_a_wide_design_is_drawn_anew_for_every_seed() -> None:
    first: Array = linear_risk.gaussian_design(3, 5, 0)
    assert first.shape == (3, 5) and not np.allclose(first, linear_risk.gaussian_design(3, 5, 1))
