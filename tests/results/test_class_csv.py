from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from grader.results import Result, correct, needs_person
from grader.results.class_csv import class_csv
from grader.results.summary import Summary

MakeResult = Callable[..., Result]


def rows_of(results: list[Result]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(class_csv([*map(Summary.of, results)])), strict=True))


def test_each_hand_in_is_a_line_with_a_column_for_each_question(make_result: MakeResult) -> None:
    rubric = {"1.1": [(2.5, correct(""))], "2": [(3, needs_person(""))]}
    assert rows_of([make_result("ada", rubric), make_result("bo", rubric, problem="It is empty.")]) == [
        ["hand-in", "awarded", "pending", "problem", "1.1", "2"],
        ["ada", "2.5", "3", "", "2.5", ""],
        ["bo", "2.5", "3", "It is empty.", "2.5", ""],
    ]


def test_a_class_without_results_has_a_heading_only() -> None:
    assert rows_of([]) == [["hand-in", "awarded", "pending", "problem"]]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        '=HYPERLINK("http://example.com")',
        "＝1+1",
    ],
)
def test_no_cell_starts_a_formula(make_result: MakeResult, text: str) -> None:
    _, row = rows_of([make_result(text, problem=text)])
    for cell in (row[0], row[3]):
        assert cell[0] == "'" and cell[1:] == text.strip()


@pytest.mark.parametrize("text", ['a,"b";c', "two\nlines", "two\r\nlines", "a\u2028b", "'", '"', "a\0b"])
def test_commas_quotes_and_new_lines_neither_split_nor_shift_a_line(
    make_result: MakeResult, text: str
) -> None:
    rows = rows_of([make_result(text, problem=text), make_result("last")])
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
    assert len(class_csv([Summary.of(make_result(text, problem=text))]).splitlines()) == 2
    assert rows[1][0] == " ".join(text.split())
    assert rows[2][0] == "last"
