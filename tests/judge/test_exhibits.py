from __future__ import annotations

import numpy as np
import pytest

from grader.compare.tensor import Tolerance, find_mismatch
from grader.judge.exhibits import CONTOURS, loss_contours, of_mismatch, path_over_loss, training_curves
from grader.results.exhibits import Contrast, Curves, ForStaff
from grader.submission import TrainingRun

TALL = np.array([[1.0, 0.5], [0.0, 2.0], [1.0, -1.0]])
WIDE = np.array([[2.0, 1.0]])


def run_of(train: tuple[float, ...], validation: tuple[float, ...] = ()) -> TrainingRun:
    return TrainingRun(3, len(train), len(train), train, validation, (), {}, "Net")


@pytest.mark.parametrize("X", [TALL, WIDE], ids=["a bowl", "a valley"])
def test_the_loss_is_the_same_along_a_contour_and_the_lowest_comes_first(X: np.ndarray) -> None:
    t = np.arange(1.0, len(X) + 1)
    contours = loss_contours(X, t, np.array([-1.0, -1.0]), np.array([2.0, 2.0]))
    levels = [((contour @ X.T - t) ** 2).mean(axis=1) for contour in contours]
    assert len(contours) >= CONTOURS - 1
    for level in levels:
        assert np.ptp(level) <= 1e-9 * (1 + level.max())
    assert min(level[0] for level in levels) == levels[0][0]


def test_a_path_holds_where_it_went_and_what_is_marked() -> None:
    points = [np.zeros(2), np.array([0.4, 0.2]), np.array([0.8, 0.4])]
    path = path_over_loss("A path", WIDE, np.array([2.0]), points, {"start": points[0]})
    assert path.points == ((0, 0), (0.4, 0.2), (0.8, 0.4))
    assert [(mark.label, mark.x, mark.y) for mark in path.marks] == [("start", 0, 0)]
    assert path_over_loss("Nowhere", WIDE, np.array([2.0]), [np.zeros(2)], {}).points == ((0, 0),)


def test_a_saved_run_gives_a_curve_for_each_loss_it_shows() -> None:
    (curves,) = training_curves(run_of((3.0, 2.0, 1.5), (2.5, 1.75)))
    assert isinstance(curves, Curves) and curves.source == "saved output"
    assert [(series.label, series.points) for series in curves.series] == [
        ("training", ((1, 3.0), (2, 2.0), (3, 1.5))),
        ("validation", ((1, 2.5), (2, 1.75))),
    ]
    assert training_curves(run_of((3.0,))) == ()


def test_a_mismatch_shows_the_kinds_to_all_and_the_distance_to_staff() -> None:
    other_shape = find_mismatch(np.zeros(3), np.zeros(4))
    assert other_shape
    assert of_mismatch(other_shape) == (Contrast("an array of shape (4,)", "an array of shape (3,)"),)
    other_value = find_mismatch(1.0003, 1.0, Tolerance(relative=1e-4, absolute=0.0))
    assert other_value
    (staff,) = of_mismatch(other_value)
    assert isinstance(staff, ForStaff) and staff.misses_by == pytest.approx(3, rel=1e-3)
