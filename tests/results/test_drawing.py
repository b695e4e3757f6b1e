from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from grader.results.drawing import data_uri, plot_of_curves, plot_of_path, ticks
from grader.results.exhibits import Curves, Image, Mark, Path, Series

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (1.03, 1.34, [1.1, 1.2, 1.3]),
        (-5, 30, [0, 10, 20, 30]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_epochs_are_whole() -> None:
    assert ticks(0.9, 3.1, whole=True) == [1, 2, 3]


def test_a_curve_runs_from_left_to_right_and_a_larger_value_is_higher() -> None:
    plot = plot_of_curves(Curves("", "epoch", "loss", (Series("training", ((1, 3), (2, 2), (3, 1))),)))
    points = [tuple(map(float, point.split(","))) for point in plot.lines[0].points.split()]
    left, top, right, bottom = plot.frame
    assert left < points[0][0] < points[1][0] < points[2][0] < right
    assert top < points[0][1] < points[1][1] < points[2][1] < bottom
    assert plot.lines[0].words == "training: from 3 at epoch 1 to 1 at epoch 3"


def test_labels_of_curves_that_end_together_stand_apart_and_off_the_axis() -> None:
    series = tuple(Series(name, ((1, 2), (2, 1))) for name in ("training", "validation", "test"))
    plot = plot_of_curves(Curves("", "x", "y", series))
    heights = sorted(line.end[1] for line in plot.lines)
    assert heights[1] - heights[0] >= 15 and heights[2] - heights[1] >= 15
    assert heights[2] < plot.frame[3]


def test_a_unit_is_as_long_on_both_axes_of_a_path() -> None:
    plot = plot_of_path(Path("", "w1", "w2", (), ((0, 0), (1, 0), (1, 1)), (Mark("start", 0, 0),)))
    start, corner, end = plot.dots
    assert corner[0] - start[0] == pytest.approx(corner[1] - end[1], abs=0.2)
    assert plot.marks == (("start", start),)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20))
def test_any_points_can_be_drawn(points: list[tuple[float, float]]) -> None:
    plot_of_curves(Curves("", "x", "y", (Series("a", tuple(points)),)))
    plot_of_path(Path("", "x", "y", (tuple(points),), tuple(points)))


def test_a_picture_is_a_png_of_its_pixels() -> None:
    uri = data_uri(Image("", 2, 1, "00ff"))
    image = Pillow.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,"))))
    assert image.size == (2, 1) and list(image.tobytes()) == [0, 255]
