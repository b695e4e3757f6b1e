"""Persons' marks in the place of the grader's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.results import Outcome, PersonsMark, Result, incorrect, needs_person
from grader.results.persons import with_marks

MakeResult = Callable[..., Result]
RUBRIC = {"1": [(2, incorrect("It is transposed.")), (3, needs_person("A person reads it."))]}


def mark(earned: float) -> PersonsMark:
    return PersonsMark(earned=earned, reason="One slip.", by="T. A.")


@pytest.fixture
def result(make_result: MakeResult) -> Result:
    return make_result(rubric=RUBRIC)


def test_without_marks_a_result_stays_the_same(result: Result) -> None:
    assert with_marks(result, {}, {}) is result


@pytest.mark.parametrize(
    ("earned", "outcome"), [(2, Outcome.CORRECT), (0.5, Outcome.PARTIAL), (0, Outcome.INCORRECT)]
)
def test_a_mark_counts_and_the_graders_words_stay_below_it(
    result: Result, earned: float, outcome: Outcome
) -> None:
    marked = with_marks(result, {"1/a": mark(earned)}, {})
    criterion = marked.questions[0].criteria[0]
    assert (criterion.earned, criterion.outcome) == (earned, outcome)
    assert criterion.message == "One slip."
    assert criterion.details[0] == "The grader had said: It is transposed."
    assert criterion.by_person == mark(earned)
    assert (marked.awarded, marked.pending, marked.earned) == (earned, 3, None)


def test_when_everything_is_marked_the_total_is_settled(result: Result) -> None:
    marked = with_marks(result, {"1/a": mark(1), "1/b": mark(2.5)}, {})
    assert (marked.earned, marked.pending, marked.questions[0].earned) == (3.5, 0, 3.5)
    assert marked.questions[0].criteria[1].details == (), "nothing was said that a person overrode"


def test_a_mark_for_an_earlier_version_waits_and_is_told(result: Result) -> None:
    marked = with_marks(result, {}, {"1/a": mark(1)})
    assert marked.questions[0].criteria[0].outcome is Outcome.NEEDS_PERSON
    assert (marked.awarded, marked.pending) == (0, 5)
    assert any(notice.startswith("1/a: T. A. gave 1 to an earlier version") for notice in marked.notices)


def test_more_than_there_are_marks_waits_for_a_person(result: Result) -> None:
    criterion = with_marks(result, {"1/a": mark(2.5)}, {}).questions[0].criteria[0]
    assert criterion.earned is None and "gave 2.5 of what are 2 marks now" in criterion.message


def test_a_mark_for_a_criterion_that_is_gone_is_told(result: Result) -> None:
    marked = with_marks(result, {"9/z": mark(1)}, {})
    assert marked.questions == result.questions
    assert marked.notices == (
        "A person's mark for 9/z does not count: the assignment has no such criterion.",
    )
