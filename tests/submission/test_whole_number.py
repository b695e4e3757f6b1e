"""Whole numbers as students write them."""

from __future__ import annotations

import pytest

from grader.submission.whole_number import read_whole_number


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2",
            "p = 2",
            "$2$",
            "2.",
            "2.0",
            "`2`",
            "padding=2;",
            "**2**",
            "two",
            "Two.",
            "(2, 2)",
            "2x2",
            "2 × 2",
        ),
        *("2 (the default)", "2 pixels", "2, as for kernel three", "(2)", "k // 2 = 2", "p := 2"),
    ],
)
def test_one_number_is_read_however_it_is_written(text: str) -> None:
    assert read_whole_number(text) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2 or 3",
        "2, 3",
        "2x3",
        "1.5",
        "-2",
        "2 - 1",
        "2*1",
        "1 1",
        "2?",
        "2 (not 1)",
        "12345",
        "２",
        "2 +",
    ],
)
def test_what_is_not_one_number_for_certain_is_none(text: str) -> None:
    assert read_whole_number(text) is None
