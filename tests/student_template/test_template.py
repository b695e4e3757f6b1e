"""The template as it is handed out: its form, answer cells and starter code; that it holds no answer."""

from __future__ import annotations

import ast
import re
from itertools import zip_longest
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.assignment import Assignment
from grader.results import Outcome
from grader.sandbox.worker.stubs import is_stub
from grader.submission import read_answers

CLASS = Path(__file__).parents[2] / "examples" / "csc413_a2_2025"

LABELS = {
    "2.1.1": ["w1", "L1"],
    "2.1.2": ["second derivative"],
    "2.1.3": ["derivative", "eta star"],
    "2.2.1": ["w1 with L2", "w1 with weight decay"],
    "2.2.2": ["lambda tilde"],
    "3.1.1": ["optimal learning rate"],
    "3.1.2a": ["point"],
    "3.1.2b": ["A regime", "A remedy", "B regime", "B remedy"],
    "3.2": ["option"],
    "4.3": ["weights", "outputs", "connections", "weights doubled", "outputs doubled", "connections doubled"],
    "5.4": [
        f"kernel {kernel} {what}"
        for kernel in (4, 5)
        for what in ("Conv2d padding", "ConvTranspose2d padding", "ConvTranspose2d output_padding")
    ],
}
STARTERS = {
    "sgd_min_norm",
    "rmsprop",
    "loss_derivative",
    "optimal_learning_rate",
    "l2_coefficient",
    "PoolUpsampleNet",
    "ConvTransposeNet",
}
WITHOUT_ANSWER_CELL = {"4.1", "5.1", "5.2", "neatness"}

# Parts of right answers, as these hand-ins of the example class spell them.
HAND_INS = ("ada_okafor", "bianca_rossi", "dilys_evans")
KEYS = [
    *("1600", "1280", "2304", "2240", "4NF^2", "640", "1792"),
    *("(2*eta)", "(2*lr)", "X.T@", "XB.T", "n**3", "2/n", "2.0/n"),
    *("v=beta*v", "replace=False)"),
    *("nn.MaxPool2d(", "nn.Upsample(", "nn.BatchNorm2d(", "nn.Sequential(", "torch.relu("),
    *("padding:2", "padding:0", "stride=stride"),
]


def squeezed(raw: Any) -> str:
    """All text of a notebook without its spaces."""
    return re.sub(r"\s", "", "".join(cell.source for cell in raw.cells))


def starter_code(draft: Any) -> dict[str, ast.stmt]:
    """The functions and classes that a student is to write, by name."""
    nodes = [node for c in draft.raw.cells if c.cell_type == "code" for node in ast.parse(c.source).body]
    return {name: node for node in nodes if (name := getattr(node, "name", "")) in STARTERS}


def test_it_is_a_valid_notebook_without_outputs(draft: Any) -> None:
    nbformat.validate(draft.raw)
    assert draft.raw.nbformat == 4
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in draft.raw.cells)


def test_it_has_the_name_that_is_asked_for(draft: Any, assignment: Assignment) -> None:
    assert draft.path.name == assignment.files.notebook[0]


def test_every_question_is_answered_in_a_cell_of_its_own_or_by_code(
    draft: Any, assignment: Assignment
) -> None:
    assert draft.answer_cells().keys() | WITHOUT_ANSWER_CELL == {
        question.id for question in assignment.questions
    }


@pytest.mark.parametrize("question", LABELS)
def test_an_answer_cell_has_the_lines_that_are_asked_for(draft: Any, question: str) -> None:
    assert draft.labels(question) == LABELS[question]


@pytest.mark.parametrize("question", LABELS)
def test_untouched_its_labels_and_hints_are_no_answers(draft: Any, question: str) -> None:
    answers = read_answers(draft.read(), question, dict.fromkeys(LABELS[question], ()))
    assert not answers.fields and not answers.notices


@pytest.mark.parametrize(
    ("question", "label"), [(q, label) for q, labels in LABELS.items() for label in labels]
)
@pytest.mark.parametrize("value", ["C", "$\\frac{x}{2}$", "\n  $$\n  \\frac{x}{2}\n  $$"])
def test_what_is_written_behind_a_label_is_read(draft: Any, question: str, label: str, value: str) -> None:
    draft.answer(question, label, value)
    answers = read_answers(draft.read(), question, dict.fromkeys(LABELS[question], ()))
    assert {field: answer.value for field, answer in answers.fields.items()} == {
        label: value.replace("$", "").strip()
    }


def test_every_field_of_the_assignment_has_its_line(draft: Any, assignment: Assignment) -> None:
    for question, labels in LABELS.items():
        for number, label in enumerate(labels):
            draft.answer(question, label, str(number))
    notebook = draft.read()
    for question in assignment.questions:
        labels = {field.id: field.labels for field in question.fields}
        assert read_answers(notebook, question.id, labels).fields.keys() == labels.keys()


def test_an_explanation_is_no_part_of_the_line_above_it(draft: Any) -> None:
    draft.answer("3.1.1", "optimal learning rate", "increases")
    draft.cell("answer-3-1-1").source += " There is less noise."
    answers = read_answers(draft.read(), "3.1.1", {"optimal learning rate": ()})
    assert answers.fields["optimal learning rate"].value == "increases"


def test_its_starter_code_is_plain_python_and_nothing_but_starter_code(draft: Any) -> None:
    starters = starter_code(draft)
    assert starters.keys() == STARTERS
    assert all(is_stub(node) for node in starters.values())


@pytest.mark.parametrize("name", sorted(STARTERS))
def test_its_starter_code_has_the_parameters_that_the_assignment_lists(
    draft: Any, assignment: Assignment, name: str
) -> None:
    function = next(node for node in ast.walk(starter_code(draft)[name]) if isinstance(node, ast.FunctionDef))
    written = [argument.arg for argument in function.args.args if argument.arg != "self"]
    listed = (assignment.functions | assignment.networks)[name]
    for parameter, asked in zip_longest(written, listed):
        if parameter is None:
            assert asked == "dilation?"
        else:
            asked = asked.removesuffix("?")
            assert parameter in (asked, *assignment.parameters.get(asked, ()))


def test_it_holds_no_part_of_an_answer(draft: Any) -> None:
    text = squeezed(draft.raw)
    assert [key for key in KEYS if key in text] == []


def test_the_parts_of_answers_that_it_must_not_hold_are_those_of_real_hand_ins() -> None:
    texts = [squeezed(nbformat.read(CLASS / name / "a2-code.ipynb", as_version=4)) for name in HAND_INS]
    assert [key for key in KEYS if not any(key in text for text in texts)] == []


def test_untouched_it_earns_nothing_and_nothing_goes_wrong(draft: Any) -> None:
    result = draft.grade()
    outcomes = {c.outcome for question in result.questions for c in question.criteria}
    assert outcomes == {Outcome.NOT_ATTEMPTED, Outcome.NOT_CHECKED, Outcome.NEEDS_PERSON}
    assert result.awarded == 0 and not result.problem and not result.notices
