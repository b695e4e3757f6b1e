from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from grader.results import (
    CriterionResult,
    Outcome,
    Place,
    Result,
    Verdict,
    correct,
    incorrect,
    needs_person,
    partial,
)
from grader.results.model import LONGEST_TEXT, summarise

MakeResult = Callable[..., Result]

O = Outcome  # noqa: E741 - the table below is read by its columns


def test_marks_of_criteria_add_up_to_questions_and_to_the_total(make_result: MakeResult) -> None:
    result = make_result(
        rubric={
            "1": [(2, correct("")), (1.5, partial(0.5, ""))],
            "2": [(0.1, correct("")), (0.2, correct(""))],
        }
    )
    assert [question.earned for question in result.questions] == [2.75, 0.3]
    assert (result.marks, result.earned, result.awarded, result.pending) == (3.8, 3.05, 3.05, 0)


@pytest.mark.parametrize("outcome", [Outcome.NEEDS_PERSON, Outcome.GRADER_ERROR])
def test_pending_marks_are_null_and_never_zero(make_result: MakeResult, outcome: Outcome) -> None:
    result = make_result(
        rubric={"1": [(2, correct("")), (3, Verdict(outcome, 0.0, ""))], "2": [(1, incorrect(""))]}
    )
    first, second = result.questions
    assert first.criteria[1].earned is None
    assert (first.earned, first.awarded) == (None, 2)
    assert (second.earned, second.awarded) == (0, 0)
    assert (result.earned, result.awarded, result.pending, result.marks) == (None, 2, 3, 6)


def test_a_pending_criterion_worth_nothing_still_keeps_the_total_open(make_result: MakeResult) -> None:
    result = make_result(rubric={"1": [(2, correct(""))], "2": [(0, needs_person(""))]})
    assert (result.earned, result.pending) == (None, 0)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if not outcome.is_pending])
def test_a_settled_criterion_earns_its_share(outcome: Outcome) -> None:
    assert CriterionResult.of("a", "", 3, Verdict(outcome, 1 / 3, "")).earned == 1
    assert CriterionResult.of("a", "", 2, Verdict(outcome, 1 / 3, "")).earned == 0.67


@pytest.mark.parametrize("credit", [-0.01, 1.01, math.nan, math.inf])
def test_a_credit_that_is_no_share_is_refused(credit: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        Verdict(Outcome.PARTIAL, credit, "")


def test_a_partial_answer_without_credit_is_incorrect() -> None:
    assert partial(0.0, "Nothing is right.").outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    ("outcomes", "of_the_question"),
    [
        ([O.CORRECT, O.CORRECT], O.CORRECT),
        ([O.NOT_ATTEMPTED, O.NOT_ATTEMPTED], O.NOT_ATTEMPTED),
        ([O.NOT_CHECKED], O.NOT_CHECKED),
        ([O.CORRECT, O.INCORRECT], O.PARTIAL),
        ([O.CORRECT, O.NOT_CHECKED], O.PARTIAL),
        ([O.TIMEOUT, O.PARTIAL], O.PARTIAL),
        ([O.NOT_CHECKED, O.ERROR], O.ERROR),
        ([O.ERROR, O.NOT_CHECKED], O.ERROR),
        ([O.TIMEOUT, O.INCORRECT], O.TIMEOUT),
        ([O.CORRECT, O.NEEDS_PERSON], O.NEEDS_PERSON),
        ([O.INCORRECT, O.NEEDS_PERSON], O.NEEDS_PERSON),
        ([O.CORRECT, O.NEEDS_PERSON, O.GRADER_ERROR], O.GRADER_ERROR),
    ],
)
def test_a_question_is_summarised_by_what_matters_most(
    outcomes: list[Outcome], of_the_question: Outcome
) -> None:
    assert summarise(outcomes) is of_the_question


def test_a_result_survives_json(make_result: MakeResult) -> None:
    wrong = Verdict(Outcome.ERROR, 0.0, "It raised “é\0\x1b”.", Place(4, 2), ("line 1\nline 2", "∂L/∂η"))
    result = make_result(
        "Zoë 王",
        {"1": [(2, wrong), (1, correct("", place=Place(7)))], "2": [(1, needs_person(""))]},
        notebook="a2.ipynb",
        problem="One.",
        notices=("Two.", "Three."),
    )
    assert Result.model_validate_json(result.model_dump_json()) == result


def test_half_a_surrogate_pair_from_a_name_or_a_message_can_be_written(make_result: MakeResult) -> None:
    half = "x\udcff"
    result = make_result(
        half, {"1": [(1, Verdict(Outcome.ERROR, 0.0, half, None, (half,)))]}, notices=(half,)
    )
    criterion = result.questions[0].criteria[0]
    assert {result.submission, criterion.message, *criterion.details, *result.notices} == {"x\\udcff"}
    assert Result.model_validate_json(result.model_dump_json()) == result


def test_a_result_cannot_be_changed_and_takes_no_unknown_field(make_result: MakeResult) -> None:
    result = make_result()
    with pytest.raises(ValidationError, match="frozen"):
        result.earned = 100.0  # type: ignore[misc]
    with pytest.raises(ValidationError, match="bonus"):
        make_result(bonus=10)


def test_an_endless_text_is_cut(make_result: MakeResult) -> None:
    layers = "x" * 5_000_000
    result = make_result(
        rubric={"1": [(2, incorrect(f"Block 1 is {layers}", details=(layers,)))]}, problem=layers
    )
    assert len(result.model_dump_json()) < 5 * LONGEST_TEXT
    [criterion] = result.questions[0].criteria
    assert criterion.message.startswith("Block 1 is xxx")
    assert criterion.message.endswith("… (5000011 characters)")
