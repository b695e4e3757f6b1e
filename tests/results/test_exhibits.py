from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from grader.results import CriterionResult, Verdict, correct
from grader.results.exhibits import (
    LONGEST_TEXT,
    MAX_POINTS,
    MAX_ROWS,
    Contrast,
    Curves,
    Formula,
    Image,
    Layer,
    LayerPair,
    NetworkDiagram,
    Series,
    StudentText,
    rounded,
)

SHOWN = (
    Formula("a + b", "<mi>a</mi>"),
    Curves("Loss", "epoch", "loss", (Series("training", ((1, 2.5), (2, 1.25))),)),
    NetworkDiagram("Net", (LayerPair(1, Layer("ReLU"), None, False),), 0),
)


def test_exhibits_travel_with_a_verdict_and_with_a_result() -> None:
    verdict = correct("Right.", exhibits=SHOWN)
    adapter = TypeAdapter(Verdict)
    assert adapter.validate_json(adapter.dump_json(verdict)) == verdict
    result = CriterionResult.of("a", "A part", 2, verdict)
    assert CriterionResult.model_validate_json(result.model_dump_json()) == result


def test_an_exhibit_of_an_unknown_kind_or_with_a_foreign_field_is_refused() -> None:
    text = CriterionResult.of("a", "A part", 2, correct("", exhibits=SHOWN[:1])).model_dump_json()
    for wrong in (text.replace('"formula"', '"script"'), text.replace('"mathml"', '"html"')):
        with pytest.raises(ValidationError):
            CriterionResult.model_validate_json(wrong)


def test_long_texts_are_cut_and_half_a_surrogate_pair_is_escaped() -> None:
    shown = StudentText("a" * 100_000, 1, 1)
    assert len(shown.text) == LONGEST_TEXT and shown.text.endswith("…")
    assert Contrast("\ud800", "x").expected.encode() == b"\\ud800"


@pytest.mark.parametrize("count", [*range(395, 405), *range(795, 803), 10_000])
def test_curves_hold_a_bounded_number_of_points_with_the_first_and_the_last(count: int) -> None:
    points = Series("loss", tuple((x, 1 / (x + 1)) for x in range(count))).points
    assert MAX_POINTS // 2 <= len(points) <= MAX_POINTS
    assert points[0] == (0, 1) and points[-1][0] == count - 1
    assert Series("loss", points).points == points, "nothing is lost when a result is read again"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_what_no_page_can_show_is_not_a_point(value: float) -> None:
    assert Series("loss", ((1, 2), (2, value), (value, 3), (4, 5))).points == ((1, 2), (4, 5))


def test_numbers_are_rounded_so_that_results_repeat_byte_by_byte() -> None:
    assert rounded(0.1 + 0.2) == 0.3 and rounded(1 / 3) == 0.333333 and rounded(1e-300) == 0


def test_a_diagram_has_a_bounded_number_of_rows() -> None:
    row = LayerPair(1, Layer("ReLU"), Layer("ReLU"), True)
    assert len(NetworkDiagram("Net", (row,) * 10_000).rows) == MAX_ROWS


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(2, 2, "00"), (2, 2, "00" * 5), (1000, 1000, "00" * 10**6)]
)
def test_a_picture_has_the_pixels_it_says_and_not_too_many(width: int, height: int, pixels: str) -> None:
    with pytest.raises(ValueError, match="no picture"):
        Image("", width, height, pixels)
