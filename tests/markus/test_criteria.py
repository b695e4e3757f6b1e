"""From the rubric to MarkUs' criteria: the ways to split it, names of one's own, the file for MarkUs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.assignment import Assignment, AssignmentError, load_assignment
from grader.markus.criteria import criteria_of, criteria_yaml, criterion_named, fitting_criteria
from grader.markus.hook import table_of
from grader.results import Result, incorrect, needs_person, partial

from .written import write_markus

GradeToy = Callable[..., Result]


def with_table(assignment: Assignment, **table: Any) -> Assignment:
    data = assignment.model_dump(by_alias=True) | {"folder": assignment.folder, "markus": table}
    return Assignment.model_validate(data)


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("decider", {"Question 1 (checks)": 3, "Question 1 (person)": 3, "Question 2": 4}),
        ("question", {"Question 1": 6, "Question 2": 4}),
        (
            "criterion",
            {"Question 1 step": 2, "Question 1 limit": 1, "Question 1 why": 3, "Question 2 net": 4},
        ),
    ],
)
def test_each_split_covers_every_mark_once_and_nothing_that_is_worth_none(
    assignment: Assignment, split: str, expected: dict[str, float]
) -> None:
    criteria = criteria_of(with_table(assignment, split=split))
    assert {criterion.name: criterion.marks for criterion in criteria} == expected
    parts = [part for criterion in criteria for part in criterion.parts]
    assert sorted(parts) == ["1/limit", "1/step", "1/why", "2/net"]


def test_names_of_ones_own_take_whole_questions_and_lines_of_the_rubric(assignment: Assignment) -> None:
    table = {"The proof": ["1/why"], "Code, with a comma": ["1/step", "1/limit", "2"]}
    criteria = criteria_of(with_table(assignment, criteria=table))
    assert [(c.name, c.marks, c.automatic) for c in criteria] == [
        ("The proof", 3, False),
        ("Code, with a comma", 7, True),
    ]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"A": ["1"], "B": ["4"]}, "'B' has '4', which is no question and no question/criterion"),
        (
            {"A": ["1"], "B": ["2", "3"]},
            "'B' has '3', which is no question and no question/criterion that is worth marks",
        ),
        ({"A": ["1"], "B": ["2", "1/step"]}, "'1/step' is listed twice"),
        ({"A": ["1"]}, "'2/net' is worth marks and in no criterion"),
        ({"A": ["1", "2"], "B": []}, "at least 1 item"),
        ({"group": ["1", "2"]}, "'group' cannot be the name of a criterion"),
        ({" A": ["1", "2"]}, "should match pattern"),
        ({"": ["1", "2"]}, "should match pattern"),
        ({"A\nB": ["1", "2"]}, "should match pattern"),
    ],
)
def test_a_table_that_does_not_fit_the_rubric_is_refused_with_the_reason(
    assignment: Assignment, table: dict[str, list[str]], complaint: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        with_table(assignment, criteria=table)


def test_a_mistake_in_the_table_is_told_with_file_and_line(tmp_path: Path) -> None:
    source = (load_assignment("csc413_a2_2025").folder / "assignment.toml").read_text("utf-8")
    (tmp_path / "assignment.toml").write_text(source + '\n[markus]\nsplit = "person"\n', "utf-8")
    with pytest.raises(
        AssignmentError, match=rf"assignment\.toml:{source.count(chr(10)) + 3}: markus\.split: "
    ):
        load_assignment(tmp_path)


def test_a_mark_is_the_sum_of_its_lines_and_pending_while_any_of_them_is(
    assignment: Assignment, grade_toy: GradeToy
) -> None:
    criteria = criteria_of(assignment)
    result = grade_toy(verdicts={"1/step": partial(1 / 3, "")})
    assert [criterion.earned(result) for criterion in criteria] == [1.67, None, 4]
    waiting = grade_toy(verdicts={"1/limit": needs_person("")})
    assert [criterion.earned(waiting) for criterion in criteria] == [None, None, 4]


def test_an_unknown_name_is_told_with_the_known_ones(assignment: Assignment) -> None:
    assert criterion_named(assignment, "Question 2").marks == 4
    with pytest.raises(AssignmentError, match=r"'Question 3': it has Question 1 \(checks\), Question 1"):
        criterion_named(assignment, "Question 3")


def test_the_file_for_markus_has_a_line_for_each_criterion_and_all_that_markus_asks_for(
    assignment: Assignment,
) -> None:
    lines = criteria_yaml(criteria_of(assignment)).splitlines()
    fields = [json.loads(f"{{{line}}}") for line in lines]  # JSON is YAML
    assert fields[2] == {
        "Question 2": {
            "type": "flexible",
            "max_mark": 4.0,
            "description": "The network of figure 2",
            "ta_visible": True,
            "peer_visible": False,
            "bonus": False,
        }
    }
    assert len(fields) == 3


def with_quarters(assignment: Assignment) -> Assignment:
    question = assignment.questions[1]
    line = question.criteria[0].model_copy(update={"marks": 3.75})
    question = question.model_copy(update={"marks": 3.75, "criteria": (line,)})
    return assignment.model_copy(update={"questions": (question,)})


def test_marks_that_markus_would_round_are_refused(assignment: Assignment) -> None:
    with pytest.raises(
        AssignmentError, match=r"one decimal of .* 'Question 2' is worth 3\.75 marks: name MarkUs' criteria"
    ):
        fitting_criteria(with_quarters(assignment))


def test_no_grades_are_written_where_markus_would_round_them(
    assignment: Assignment, grade_toy: GradeToy, tmp_path: Path
) -> None:
    assert write_markus([grade_toy()], assignment, tmp_path / "markus") is None
    assert (tmp_path / "markus" / "grades.csv").is_file()
    complaint = write_markus([grade_toy()], with_quarters(assignment), tmp_path / "markus")
    assert complaint is not None and "3.75 marks" in complaint
    assert not (tmp_path / "markus" / "grades.csv").exists()


@pytest.mark.parametrize(
    ("id", "mixed"),
    [("csc413_a2_2025", []), ("csc413_hw3_2022", ["2.2.2 Whether more examples help (both)"])],
)
def test_the_built_in_assignments_have_criteria_that_markus_takes(id: str, mixed: list[str]) -> None:
    """Exact sums, and a person's marks wait for no check but where tenths of marks leave no other way."""
    assignment = load_assignment(id)
    criteria = fitting_criteria(assignment)
    assert sum(criterion.marks for criterion in criteria) == pytest.approx(assignment.marks)
    assert criteria_yaml(criteria).count("\n") == len(criteria)
    by = {f"{q.id}/{c.id}": c.by for q, c in assignment.criteria()}
    deciders = {criterion.name: {by[part] for part in criterion.parts} for criterion in criteria}
    assert [name for name, found in deciders.items() if len(found) > 1] == mixed


def test_what_checks_decide_of_homework_3_is_no_number_of_tenths_so_one_criterion_has_both() -> None:
    by_checks = sum(c.marks for _, c in load_assignment("csc413_hw3_2022").criteria() if c.by == "check")
    assert round(by_checks, 6) != round(by_checks, 1)


def test_the_autotester_sets_exact_marks_of_homework_3_and_none_that_a_person_shares(toy: ModuleType) -> None:
    """MarkUs takes earned / total of a group's tests for the share of the criterion's maximum."""
    assignment = load_assignment("csc413_hw3_2022")
    wrong = {"1.1.1/choice": incorrect(""), "2.3.4/peak": incorrect("")}
    result = toy.graded(assignment, verdicts=wrong)
    marks = {}
    for criterion in criteria_of(assignment):
        tests = [json.loads(line) for line in table_of(result, assignment, criterion).lines.splitlines()]
        if criterion.automatic:
            earned, total = (sum(test[f"marks_{kind}"] for test in tests) for kind in ("earned", "total"))
            assert total == pytest.approx(criterion.marks, abs=1e-12)
            marks[criterion.name] = round(earned / total * criterion.marks, 2)
    assert marks == {
        "1.1 Hyperparameters (checks)": 2.75,
        "1.2 Model size and data (checks)": 0.5,
        "2.1 Bias and variance (checks)": 0.3,
        "2.2 Double descent (checks)": 1.5,
        "2.3 Ridge regression (checks)": 0.45,
    }
