"""The self-check of Homework 3: right answers look right, slips wrong, and nothing gives an answer away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.authoring.release import write_release
from grader.selfcheck.entry import check_notebook
from grader.selfcheck.findings import Outcome
from grader.selfcheck.notebook_code import Worker
from grader.selfcheck.notebook_file import find_notebook
from grader.submission import read_answers, read_notebook

ROOT = Path(__file__).parents[2]
ID = "csc413_hw3_2022"
TEMPLATE = ROOT / "student_template" / ID / "hw3.ipynb"
KEY = ROOT / "grader" / "assignments" / ID / "key" / "hw3.ipynb"
EXAMPLES = ROOT / "examples" / ID
Outcomes = Callable[[Path], dict[tuple[str, str], Outcome]]
TRIED = {
    ("2.1.1", "w_hat - w_*"),
    ("2.1.1", "test loss"),
    ("2.1.2", "w_hat - w_*"),
    ("2.1.2", "bias"),
    ("2.1.2", "variance"),
    ("2.2.1", "underparameterized"),
    ("2.2.1", "overparameterized"),
    ("2.2.3", "risk_curve"),
    ("2.3.1", "gradient"),
    ("2.3.1", "closed form"),
    ("2.3.3", "w_lambda - w_*"),
    ("2.3.3", "test loss"),
}


@pytest.fixture
def outcomes(worker: Callable[[], Worker]) -> Outcomes:
    """Of a notebook, by question and part; the assignment is told by the notebook."""

    def of(path: Path) -> dict[tuple[str, str], Outcome]:
        report = check_notebook(find_notebook(path), worker)
        assert report.assignment == ID
        return {(line.question, line.part): line.finding.outcome for line in report.lines}

    return of


@pytest.mark.parametrize("path", [KEY, EXAMPLES / "amal_haddad", EXAMPLES / "bruno_keller"])
def test_right_answers_look_right_or_are_recorded(outcomes: Outcomes, path: Path) -> None:
    found = outcomes(path)
    assert {part for part, outcome in found.items() if outcome is Outcome.LOOKS_RIGHT} == TRIED
    assert set(found.values()) == {Outcome.LOOKS_RIGHT, Outcome.RECORDED}


def test_the_template_is_not_attempted(outcomes: Outcomes) -> None:
    assert set(outcomes(TEMPLATE).values()) == {Outcome.NOT_ATTEMPTED}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (
            "esi_mensah",
            {("2.2.1", "underparameterized"), ("2.2.1", "overparameterized"), ("2.2.3", "risk_curve")},
        ),
        (
            "fiona_macleod",
            {
                ("2.1.2", "w_hat - w_*"),
                ("2.1.2", "bias"),
                ("2.2.1", "overparameterized"),
                ("2.2.3", "risk_curve"),
            },
        ),
        (
            "gustavo_lima",
            TRIED - {("2.1.1", "test loss"), ("2.1.2", "variance"), ("2.3.3", "test loss")},
        ),
    ],
)
def test_slips_look_wrong(outcomes: Outcomes, name: str, wrong: set[tuple[str, str]]) -> None:
    found = outcomes(EXAMPLES / name)
    assert {part for part, outcome in found.items() if outcome is Outcome.LOOKS_WRONG} == wrong


def test_what_cannot_be_read_is_unreadable(outcomes: Outcomes) -> None:
    found = outcomes(EXAMPLES / "hana_kobayashi")
    unreadable = {part for part, outcome in found.items() if outcome is Outcome.UNREADABLE}
    assert unreadable == {
        ("2.2.1", "underparameterized"),
        ("2.2.2", "perfect generalization"),
        ("2.2.3", "risk_curve"),
    }


def test_the_template_has_a_line_for_every_field_and_the_key_fills_it() -> None:
    template, key = read_notebook(TEMPLATE), read_notebook(KEY)
    for question in load_assignment(ID).questions:
        fields = {field.id: field.labels for field in question.fields}
        assert read_answers(key, question.id, fields).fields.keys() == fields.keys()
        empty = read_answers(template, question.id, fields)
        assert not empty.fields and not empty.notices
        assert empty.has_cell or not fields


def test_the_bundle_holds_no_answer(tmp_path: Path) -> None:
    assignment = load_assignment(ID)
    released = write_release(assignment, tmp_path)
    texts = {
        str(path.relative_to(released.folder)): re.sub(r"\s", "", path.read_text("utf-8"))
        for path in released.folder.rglob("*")
        if path.is_file()
    }
    assert not [name for name in texts if re.search(r"test_|reference|key", name)]
    keys = [
        *(k.reference for k in assignment.formulas.values()),
        *(k.reference for k in assignment.conditions.values()),
    ]
    answers = [re.sub(r"\s", "", key) for key in keys]
    assert not [(name, answer) for name, text in texts.items() for answer in answers if answer in text]
    right = r"(n-d-1\)|d-n-1|optimallearningrate:incr|applied?:I,IV|(?<!I)II\+,III-|point:C\b|n>d\+1and)"
    about = {name: text for name, text in texts.items() if "hw3" in name}
    assert not [name for name, text in about.items() if re.search(right, text)]
