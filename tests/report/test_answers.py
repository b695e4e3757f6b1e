from __future__ import annotations

from collections.abc import Callable

from grader.report.answers import wrong_answers
from grader.report.results import Graded
from grader.results import Outcome, Verdict, correct, incorrect, needs_person
from grader.results.exhibits import Contrast, Formula

MakeClass = Callable[..., tuple[Graded, ...]]


def sign(formula: str) -> Verdict:
    return incorrect("Check the signs.", exhibits=(Contrast("a formula", f"${formula}$"), Formula(formula)))


def error(message: str) -> Verdict:
    return Verdict(Outcome.ERROR, 0.0, message)


def test_the_same_diagnosis_makes_one_group_with_the_answers_that_were_given(make_class: MakeClass) -> None:
    graded = make_class(
        {
            "ada": {"1": [(2, sign("a - b"))]},
            "bo": {"1": [(2, sign("a + b"))]},
            "chi": {"1": [(2, sign("a - b"))]},
            "dan": {"1": [(2, incorrect("A factor is missing."))]},
            "eve": {"1": [(2, correct("Right."))]},
            "fay": {"1": [(2, needs_person("A person."))]},
        }
    )
    first, second = wrong_answers(graded)
    assert first.diagnosis == "Check the signs." and first.answers == (("a - b", 2), ("a + b", 1))
    assert [g.name for g in first.hand_ins] == ["ada", "bo", "chi"] and not first.is_alone
    assert [g.name for g in second.hand_ins] == ["dan"] and second.is_alone


def test_errors_that_differ_in_numbers_and_names_are_one(make_class: MakeClass) -> None:
    graded = make_class(
        {
            "ada": {"4": [(2, error("Your code raised RuntimeError: size 3 is different from 7"))]},
            "bo": {"4": [(2, error("Your code raised RuntimeError: size 12 is different from 7"))]},
            "chi": {"4": [(2, error("Your code raised NameError: name 'x' is not defined"))]},
            "dan": {"4": [(2, error("Your code raised NameError: name 'net' is not defined"))]},
        }
    )
    groups = sorted([g.name for g in group.hand_ins] for group in wrong_answers(graded))
    assert groups == [["ada", "bo"], ["chi", "dan"]]


def test_numbers_in_a_diagnosis_are_kept_apart(make_class: MakeClass) -> None:
    graded = make_class(
        {n: {"1": [(2, incorrect(f"It is {n} times the right value."))]} for n in ("2", "1/2", "-1")}
    )
    assert len(wrong_answers(graded)) == 3


def test_what_is_worth_nothing_or_could_not_be_read_is_left_out(make_class: MakeClass) -> None:
    assert wrong_answers(make_class({"ada": {"1": [(0, incorrect("No."))]}})) == ()
    assert wrong_answers(make_class({"ada": {"1": [(2, incorrect("No."))]}}, problem="It is empty.")) == ()
