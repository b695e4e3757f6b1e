"""Curves computed by formula and by simulation, right and wrong, against theory."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.compare.curve import CurveMatch, CurveMismatch, compare_curve, scatter

Array = NDArray[np.float64]
PLACES = np.arange(1.0, 41.0)
THEORY = 1 / PLACES + 0.3 * PLACES
WRONG = {
    "twice": 2 * THEORY,
    "a constant added": THEORY + 0.5,
    "a wrong term": 1 / (PLACES + 1) + 0.3 * PLACES,
    "two per cent off": 1.02 * THEORY,
    "one value": np.where(PLACES == 20, 1.5 * THEORY, THEORY),
    "backwards": THEORY[::-1],
    "the mean everywhere": np.full_like(THEORY, THEORY.mean()),
}


def simulated(truth: Array, noise: float, seed: int) -> Array:
    """Independent relative errors of that standard deviation."""
    return truth * (1 + noise * np.random.default_rng(seed).standard_normal(len(truth)))


def test_a_formula_is_right_to_rounding_in_any_form() -> None:
    assert compare_curve(THEORY * (1 + 1e-12), THEORY) == CurveMatch()
    assert compare_curve(THEORY.tolist(), THEORY) == CurveMatch()
    assert compare_curve(THEORY[:, None], THEORY) == CurveMatch()
    assert compare_curve(THEORY.astype(np.float32), THEORY) == CurveMatch()


@pytest.mark.parametrize("noise", [0.001, 0.02, 0.2])
def test_a_simulation_is_right_within_its_own_scatter(noise: float) -> None:
    for seed in range(100):
        match = compare_curve(simulated(THEORY, noise, seed), THEORY)
        assert isinstance(match, CurveMatch)
        assert noise / 2 < match.noise < 2 * noise


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_formula_is_wrong(name: str) -> None:
    assert isinstance(compare_curve(WRONG[name], THEORY), CurveMismatch)


@pytest.mark.parametrize("name", sorted(WRONG.keys() - {"a wrong term"}))
def test_scatter_does_not_hide_a_wrong_formula(name: str) -> None:
    for seed in range(30):
        assert isinstance(compare_curve(simulated(WRONG[name], 0.002, seed), THEORY), CurveMismatch)


def test_where_theory_is_zero_so_must_the_curve_be() -> None:
    theory = np.where(PLACES < 20, 20 - PLACES, 0.0)
    assert compare_curve(theory, theory) == CurveMatch()
    assert isinstance(compare_curve(simulated(theory, 0.01, 1), theory), CurveMatch)
    mismatch = compare_curve(simulated(theory, 0.01, 1) + 0.1 * (PLACES == 30), theory)
    assert mismatch == CurveMismatch("it is not zero where it should be", 29)


def test_the_value_that_is_farthest_off_is_named() -> None:
    mismatch = compare_curve(WRONG["one value"], THEORY)
    assert isinstance(mismatch, CurveMismatch) and mismatch.worst == 19


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (None, "None"),
        (1.0, "shape"),
        (THEORY[:-1], "shape"),
        (np.full_like(THEORY, np.nan), "not finite"),
        ("0.1", "a str"),
    ],
)
def test_what_is_no_curve_is_said_so(found: object, says: str) -> None:
    mismatch = compare_curve(found, THEORY)
    assert isinstance(mismatch, CurveMismatch) and says in mismatch.sentence


def test_too_few_points_say_nothing() -> None:
    with pytest.raises(ValueError, match="take at least 12"):
        compare_curve(THEORY[:5], THEORY[:5])


def test_scatter_is_blind_to_a_smooth_trend() -> None:
    errors = 0.01 * np.random.default_rng(0).standard_normal(2000)
    assert scatter(errors).mean() == pytest.approx(0.01, rel=0.3)
    np.testing.assert_allclose(scatter(errors + np.linspace(0, 3, 2000)), scatter(errors), rtol=1e-3)


def test_scatter_may_change_along_the_curve() -> None:
    noise = np.geomspace(0.05, 0.2, 40)
    for seed in range(100):
        errors = np.random.default_rng(seed).standard_normal(40)
        assert isinstance(compare_curve(THEORY * (1 + noise * errors), THEORY), CurveMatch)
