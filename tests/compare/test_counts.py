"""Counts are recognised by the convention they follow, or by the factor they miss one by."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.compare.counts import constant_ratio, matching


def fractions(*values: float | Fraction) -> list[Fraction]:
    return [Fraction(value) for value in values]


CONVENTIONS = {"without biases": fractions(9, 36, 81), "with biases": fractions(10, 38, 84)}


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ((9, 36, 81), "without biases"),
        ((10, 38, 84), "with biases"),
        ((9, 38, 81), None),
        ((9, 36), None),
        ((9, 36, 81, 144), None),
        ((), None),
        ((9, 36, Fraction(81001, 1000)), None),
    ],
)
def test_an_answer_follows_a_convention_at_all_points_or_not_at_all(
    found: tuple[float, ...], name: str | None
) -> None:
    assert matching(fractions(*found), CONVENTIONS) == name


def test_of_two_conventions_that_agree_the_first_is_named() -> None:
    assert matching(fractions(1, 2), {"a": fractions(1, 2), "b": fractions(1, 2)}) == "a"


@pytest.mark.parametrize(
    ("found", "ratio"),
    [
        ((18, 72, 162), Fraction(2)),
        ((1, 4, 9), Fraction(1, 9)),
        ((-9, -36, -81), Fraction(-1)),
        ((Fraction(27, 2), 54, Fraction(243, 2)), Fraction(3, 2)),
        ((9, 36, 81), Fraction(1)),
        ((18, 72, 163), None),
        ((0, 0, 0), None),
        ((9 * 101, 36 * 101, 81 * 101), None),
        ((Fraction(9, 101), Fraction(36, 101), Fraction(81, 101)), None),
        ((-9 * 101, -36 * 101, -81 * 101), None),
    ],
)
def test_a_ratio_is_told_where_it_is_simple_and_the_same_everywhere(
    found: tuple[float, ...], ratio: Fraction | None
) -> None:
    assert constant_ratio(fractions(*found), CONVENTIONS["without biases"]) == ratio


def test_no_ratio_is_told_against_a_count_of_zero() -> None:
    assert constant_ratio(fractions(1, 2), fractions(0, 2)) is None


def test_without_points_there_is_no_ratio() -> None:
    assert constant_ratio([], []) is None
