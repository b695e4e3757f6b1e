"""The rules of MarkUs' autotester, each of which loses a test, a group or a whole run when broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from grader.results import (
    CriterionResult,
    Outcome,
    Place,
    QuestionResult,
    Result,
    Verdict,
    correct,
    needs_person,
    partial,
)
from grader.results.markus import STATUS, markus_line, markus_lines

MakeResult = Callable[..., Result]
HOSTILE = "NUL \0, half a pair \ud800, NaN, é ∂ 王, \u2028 and\nnew lines “</script>”"
METADATA = {"annotations", "tags", "extra_marks", "overall_comment"}


def lines_of(result: Result) -> list[dict[str, Any]]:
    """The tests as MarkUs reads them: JSON without NaN or Infinity."""

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} in a line")

    return [json.loads(line, parse_constant=refuse) for line in markus_lines(result).splitlines()]


@pytest.fixture
def hostile(make_result: MakeResult) -> Result:
    """A result with every outcome, hostile texts and marks that do not divide well."""
    every = [(0.7, Verdict(outcome, 1 / 3, HOSTILE, Place(3), (HOSTILE,))) for outcome in Outcome]
    return make_result(
        HOSTILE, {"1": every[:5], "2": every[5:], "3": [(0.1, correct(HOSTILE))]}, notices=(HOSTILE,)
    )


def test_lines_are_ascii_json_objects_with_the_fields_of_a_test(hostile: Result) -> None:
    text = markus_lines(hostile)
    assert text.isascii()
    assert "\0" not in text and "\\u0000" not in text
    for line in lines_of(hostile):
        assert set(line) == {"name", "output", "marks_earned", "marks_total", "status", "time"}
        assert line["time"] is None
        assert not METADATA & set(line)
        assert line["output"].encode() and line["name"].encode(), "text that UTF-8 can hold, so no half pairs"


def test_names_are_unique_even_where_titles_are_not() -> None:
    criteria = [CriterionResult.of(id, "The update", 1, correct("")) for id in ("first", "second")]
    questions = [QuestionResult.of(id, "", 2, criteria) for id in ("1", "1.1")]
    names = [
        json.loads(markus_line(question, criterion))["name"]
        for question in questions
        for criterion in criteria
    ]
    assert len(set(names)) == 4


def test_a_status_is_one_that_markus_knows(hostile: Result) -> None:
    assert {line["status"] for line in lines_of(hostile)} <= {"pass", "partial", "fail", "error"}
    assert set(STATUS) == {outcome for outcome in Outcome if not outcome.is_pending}


def test_marks_are_finite_and_never_more_than_there_are(hostile: Result) -> None:
    for line in lines_of(hostile):
        assert 0 <= line["marks_earned"] <= line["marks_total"]


def test_pending_criteria_are_left_out_so_that_markus_keeps_them_open(make_result: MakeResult) -> None:
    failed = Verdict(Outcome.GRADER_ERROR, 0.0, "")
    result = make_result(rubric={"1": [(2, correct("")), (3, needs_person(""))], "2": [(1, failed)]})
    assert [line["name"] for line in lines_of(result)] == ["1 a: Part 0"]
    assert markus_lines(make_result(rubric={"1": [(3, needs_person(""))]})) == ""


def test_criteria_worth_nothing_are_left_out_as_markus_takes_zero_of_zero_for_a_zero(
    make_result: MakeResult,
) -> None:
    result = make_result(rubric={"1": [(0, correct("")), (2, correct(""))]})
    assert [line["marks_total"] for line in lines_of(result)] == [2]


def test_the_marks_message_place_and_details_are_told(make_result: MakeResult) -> None:
    verdict = partial(
        0.75, "The second layer is wrong.", place=Place(9), details=("Found: Conv2d", "Expected: ReLU")
    )
    (line,) = lines_of(make_result(rubric={"4.1": [(8, verdict)]}))
    assert (line["marks_earned"], line["marks_total"], line["status"]) == (6, 8, "partial")
    assert line["output"] == "The second layer is wrong. (cell 9)\nFound: Conv2d\nExpected: ReLU"
