"""Question 1.1.1: closed form against recursion, simulation, SymPy and a search over learning rates."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from reference.monte_carlo import estimate
from reference.noisy_quadratic import (
    DivergentError,
    NoisyQuadratic,
    best_second_moments,
    optimal_learning_rate,
    second_moment,
    second_moments,
    simulate,
    steady_state,
    steps_to_reach,
)

MODEL = NoisyQuadratic(curvature=1.5, sigma=0.8, batch_size=4)


@pytest.mark.parametrize("eta", [0.01, 0.3, 1 / 1.5, 1.2])
@pytest.mark.parametrize("steps", [0, 1, 7, 60])
def test_the_closed_form_is_the_recursion(eta: float, steps: int) -> None:
    assert second_moment(MODEL, eta, 2.0, steps) == pytest.approx(second_moments(MODEL, eta, 2.0, steps)[-1])


def test_the_recursion_is_the_mean_over_simulated_runs() -> None:
    w = simulate(MODEL, eta=0.4, w0=2.0, steps=12, runs=40_000, seed=3)
    squares = estimate(w[:, 1:] ** 2)
    assert squares.agrees_with(second_moments(MODEL, 0.4, 2.0, 12)[1:])
    assert squares.relative < 0.008


def test_the_recursion_follows_from_one_step_symbolically() -> None:
    a, eta, s, w, e = sympy.symbols("a eta s w e", positive=True)
    step = sympy.expand(((1 - eta * a) * w - eta * e) ** 2)
    mean = step.coeff(e, 0) + step.coeff(e, 2) * s  # E[e] = 0, E[e^2] = s
    assert sympy.simplify(mean - ((1 - eta * a) ** 2 * w**2 + eta**2 * s)) == 0
    [fixed] = sympy.solve((1 - eta * a) ** 2 * w + eta**2 * s - w, w)
    assert sympy.simplify(fixed - eta * s / (a * (2 - eta * a))) == 0


def test_the_steady_state_is_where_long_runs_end() -> None:
    assert second_moment(MODEL, 0.3, 50.0, 500) == pytest.approx(steady_state(MODEL, 0.3))
    assert MODEL.expected_loss(steady_state(MODEL, 0.3)) == pytest.approx(0.3 * 0.16 / (2 * (2 - 0.45)))


@pytest.mark.parametrize("eta", [0.0, -0.1, 4 / 3, 2.0])
def test_a_learning_rate_without_a_steady_state_is_refused(eta: float) -> None:
    with pytest.raises(DivergentError, match=r"take eta between 0 and 1\.33333"):
        steady_state(MODEL, eta)


@pytest.mark.parametrize("moment", [0.01, 1.0, 30.0])
def test_no_learning_rate_on_a_fine_grid_beats_the_optimal_one(moment: float) -> None:
    best = optimal_learning_rate(MODEL, moment)
    grid = np.linspace(0, 2 * best, 4001)
    after = (1 - grid * MODEL.curvature) ** 2 * moment + grid**2 * MODEL.noise
    assert grid[int(np.argmin(after))] == pytest.approx(best)


def test_the_optimal_learning_rate_is_where_the_derivative_is_zero() -> None:
    a, eta, s, m, sigma, B = sympy.symbols("a eta s m sigma B", positive=True)
    after = (1 - eta * a) ** 2 * m + eta**2 * s
    [best] = sympy.solve(sympy.diff(after, eta), eta)
    assert sympy.simplify(best - a * m / (a**2 * m + s)) == 0
    in_batch = best.subs(s, sigma**2 / B)
    assert sympy.limit(in_batch / B, B, 0) == a * m / sigma**2
    assert sympy.limit(in_batch, B, sympy.oo) == 1 / a
    assert sympy.simplify(sympy.diff(in_batch, B)).is_positive


def test_the_optimal_learning_rate_grows_with_the_batch_linearly_then_less_and_less() -> None:
    rates = [optimal_learning_rate(NoisyQuadratic(1.5, 0.8, B), 0.01) for B in (1, 2, 4, 4096, 8192)]
    assert rates == sorted(rates)
    assert rates[1] / rates[0] == pytest.approx(2, rel=0.05)
    assert rates[4] / rates[3] == pytest.approx(1, rel=0.01)
    assert rates[4] < 1 / 1.5


def test_the_best_learning_rates_step_by_step_give_the_closed_form() -> None:
    moment, found = 4.0, [4.0]
    for _ in range(20):
        eta = optimal_learning_rate(MODEL, moment)
        moment = (1 - eta * MODEL.curvature) ** 2 * moment + eta**2 * MODEL.noise
        found.append(moment)
    np.testing.assert_allclose(best_second_moments(MODEL, 2.0, 20), found)


def test_no_constant_learning_rate_ends_lower_than_the_best_ones() -> None:
    lowest = best_second_moments(MODEL, 2.0, 10)[-1]
    assert all(second_moment(MODEL, eta, 2.0, 10) >= lowest for eta in np.linspace(0.01, 1.3, 300))


def test_doubling_a_small_batch_halves_the_steps_and_a_large_one_leaves_a_single_step() -> None:
    steps = [steps_to_reach(NoisyQuadratic(1.0, 8.0, B), 1.0, 0.001) for B in (1, 2, 4, 10**6, 10**7)]
    assert steps[0] == pytest.approx(2 * steps[1], abs=1) and steps[1] == pytest.approx(2 * steps[2], abs=1)
    assert steps[3:] == [1, 1]
    assert steps_to_reach(MODEL, 0.1, 1.0) == 0


def test_the_steps_to_a_target_are_the_first_that_reach_it() -> None:
    steps = steps_to_reach(MODEL, 2.0, 0.01)
    losses = [MODEL.expected_loss(m) for m in best_second_moments(MODEL, 2.0, steps)]
    assert losses[-1] <= 0.01 < losses[-2]
