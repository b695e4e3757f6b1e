"""Question 2.2.3 and figure 4: the curves' shapes, and the same curves found by simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reference.double_descent import (
    curves,
    figure_sizes,
    least_squares_losses,
    ridge_losses,
    simulated_losses,
)
from reference.figures import double_descent
from reference.monte_carlo import estimate


def test_the_figure_leaves_out_the_sizes_next_to_the_number_of_features() -> None:
    sizes = figure_sizes()
    assert (sizes[0], sizes[-1], len(sizes)) == (100, 1000, 901 - 3)
    assert not {499, 500, 501} & set(sizes.tolist())


def test_without_noise_the_loss_falls_to_zero_and_stays_there() -> None:
    noiseless = curves()[0]
    below = noiseless.sizes < 500
    assert (np.diff(noiseless.losses[below]) < 0).all()
    assert (noiseless.losses[~below] == 0).all()


def test_with_noise_it_falls_rises_to_a_peak_at_d_and_falls_again() -> None:
    noisy = curves()[1]
    below = noisy.losses[noisy.sizes < 500]
    valley = int(np.argmin(below))
    assert 0 < valley < len(below) - 1
    assert noisy.sizes[valley] == pytest.approx(500 - 1 - 0.2 * np.sqrt(500 * 499), abs=1)
    assert (np.diff(below[: valley + 1]) < 0).all() and (np.diff(below[valley:]) > 0).all()
    assert (np.diff(noisy.losses[noisy.sizes > 500]) < 0).all()


def test_the_ridge_curve_has_no_peak_and_is_nowhere_above_that_of_least_squares() -> None:
    _, noisy, ridge = curves()
    assert (np.diff(ridge.losses) < 0).all()
    assert (ridge.losses < noisy.losses).all()


@pytest.mark.parametrize("sigma", [0.0, 0.2, 1.0])
def test_simulated_designs_give_the_same_curve(sigma: float) -> None:
    sizes, d = (10, 20, 30, 50, 60, 90), 40
    for n, expected in zip(sizes, least_squares_losses(sizes, d, sigma), strict=True):
        found = estimate(simulated_losses(n, d, sigma, draws=500, seed=1))
        assert found.agrees_with(expected) or found.mean == pytest.approx(expected, abs=1e-12)
        assert found.standard_error <= 0.02 * found.mean


def test_the_ridge_curve_is_that_of_its_formula() -> None:
    np.testing.assert_array_equal(ridge_losses([100, 700], 500, 0.2), curves()[2].losses[[0, 597]])


def test_the_figure_shows_the_three_curves(tmp_path: Path) -> None:
    figure = double_descent()
    [axes] = figure.axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [c.label for c in curves()]
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
