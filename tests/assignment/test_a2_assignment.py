"""CSC413 Assignment 2, Winter 2025, against what the handout says."""

from __future__ import annotations

import re

import pytest

from grader.assignment import Assignment, load_assignment

HANDOUT = {
    "1.1.1": 10,
    "1.2.1": 4,
    "1.2.2": 0,
    "2.1.1": 8,
    "2.1.2": 0,
    "2.1.3": 4,
    "2.2.1": 8,
    "2.2.2": 4,
    "2.2.3": 0,
    "3.1.1": 4,
    "3.1.2a": 4,
    "3.1.2b": 4,
    "3.2": 4,
    "4.1": 8,
    "4.2": 4,
    "4.3": 8,
    "5.1": 4,
    "5.2": 4,
    "5.3": 4,
    "5.4": 4,
    "5.5": 0,
    "neatness": 10,
}
"""Marks of each question; 90 for answers and 10 for neatness."""


@pytest.fixture(scope="module")
def a2() -> Assignment:
    return load_assignment("csc413_a2_2025")


def test_questions_and_marks_are_those_of_the_handout_in_its_order(a2: Assignment) -> None:
    assert [(question.id, question.marks) for question in a2.questions] == list(HANDOUT.items())


def test_there_are_ninety_marks_for_answers_and_ten_for_neatness(a2: Assignment) -> None:
    assert a2.marks == 100
    assert sum(question.marks for question in a2.questions if question.id != "neatness") == 90
    assert a2.question("neatness").marks == 10


def test_proofs_and_free_text_wait_for_a_person(a2: Assignment) -> None:
    by_person = {
        f"{question.id}/{criterion.id}" for question, criterion in a2.criteria() if criterion.by == "person"
    }
    proofs = {"1.1.1/proof", "1.2.1/argument", "2.1.2/argument", "3.1.1/text", "3.1.2a/text", "3.2/text"}
    assert proofs | {"5.2/plot", "5.3/text", "neatness/neatness"} <= by_person
    code = (
        "1.1.1/update",
        "1.2.1/update",
        "2.1.3/optimum",
        "2.2.2/coefficient",
        "4.1/architecture",
        "5.4/kernel_4",
    )
    assert not set(code) & by_person


def test_every_automatic_criterion_has_exactly_one_check(a2: Assignment) -> None:
    sources = [path.read_text("utf-8") for path in a2.folder.glob("test_*.py")]
    checked = re.findall(r'^@criterion\(\s*"([^"]+)"', "\n".join(sources), re.MULTILINE)
    automatic = [
        f"{question.id}/{criterion.id}" for question, criterion in a2.criteria() if criterion.by == "check"
    ]
    assert sorted(checked) == sorted([*automatic, *a2.training_checks])


def test_some_questions_alone_are_an_assignment_of_their_marks() -> None:
    whole = load_assignment("csc413_a2_2025")
    part = whole.limited_to(["4.1", "2.1.1"])
    assert [question.id for question in part.questions] == ["2.1.1", "4.1"]
    assert part.marks == 16
    assert whole.limited_to([]) is whole
    with pytest.raises(KeyError, match="no question 9"):
        whole.limited_to(["9"])
