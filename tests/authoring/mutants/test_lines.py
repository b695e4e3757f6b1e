"""Mistakes in answer lines and saved outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from grader.assignment import Assignment
from grader.assignment.keys import ChoiceKey
from grader.authoring.mutants import choices, formulas, lines, outputs
from grader.authoring.mutants.mutant import Variation
from grader.authoring.mutants.parts import Line, SavedOutput
from grader.submission import Cell

MakeLine = Callable[..., Line]


@pytest.fixture
def line() -> MakeLine:
    """A line that answers a field of question 1 or another."""

    def make(value: str, question: str = "9", field: str = "free") -> Line:
        return Line(
            Cell(0, "markdown", f"### Answer {question}\n- {field}: {value}"), question, field, 2, value
        )

    return make


def values(variations: Sequence[Variation], rule: str) -> list[str]:
    return [new.value for new in variations if new.rule == rule]


def test_a_formula_with_a_key_is_varied_by_the_slips_of_the_engine(toy: Assignment, line: MakeLine) -> None:
    answer = line("s d/(n - d - 1) if n > d + 1; s n/(d - n - 1) otherwise", "1", "risk")
    question = formulas.question_of(answer, toy)
    assert question is not None
    made = list(formulas.variations(answer, question))
    assert "s*d/(n + d - 1) if n > d + 1; s*n/(d - n - 1) otherwise" in values(made, "sign")
    assert "s/(n - d - 1) if n > d + 1; s*n/(d - n - 1) otherwise" in values(made, "factor")
    assert "s*n/(d - n - 1) if n > d + 1; s*d/(n - d - 1) otherwise" in values(made, "swapped cases")
    assert values(made, "regime") == [
        "s*n/(d - n - 1) otherwise",
        "s*d/(n - d - 1) if n < d + 1; s*n/(d - n - 1) otherwise",
        "s*d/(n - d - 1) if n >= d + 1; s*n/(d - n - 1) otherwise",
        "s*d/(n - d - 1) if n > d + 1 + 1; s*n/(d - n - 1) otherwise",
        "s*d/(n - d - 1) if n > d + 1",
    ]


def test_conditions_that_are_joined_are_varied_one_by_one(toy: Assignment, line: MakeLine) -> None:
    answer = line("s if n > 1 and d <= 2; 0 otherwise", "1", "risk")
    question = formulas.question_of(answer, toy)
    assert question is not None
    conditions = [
        value.partition(";")[0] for value in values(list(formulas.variations(answer, question)), "regime")
    ]
    assert conditions[1:-1] == [
        "s if n > 1 or d <= 2",
        "s if d <= 2",
        "s if n < 1 and d <= 2",
        "s if n >= 1 and d <= 2",
        "s if n > 2 and d <= 2",
        "s if n > 1",
        "s if n > 1 and d >= 2",
        "s if n > 1 and d < 2",
        "s if n > 1 and d <= 3",
    ]


def test_a_formula_that_a_check_reads_by_itself_is_one_of_numbers(toy: Assignment, line: MakeLine) -> None:
    answer = line("k^2 (NF + 1)")
    question = formulas.question_of(answer, toy)
    assert question is not None
    made = [new.value for new in formulas.variations(answer, question)]
    assert {"k*(NF + 1)", "k^2*(NF - 1)", "NF^2*(NF + 1)", "k^2*(NF + 2)"} <= set(made)


@pytest.mark.parametrize("value", ["0.25", "s = 0 and n > d + 1", "1, 0.5, 0.25", "it depends"])
def test_what_is_no_formula_is_left_to_other_rules(toy: Assignment, line: MakeLine, value: str) -> None:
    assert formulas.question_of(line(value), toy) is None


def test_an_equal_formula_is_recognised(toy: Assignment, line: MakeLine) -> None:
    answer = line("k^2 (NF + 1)")
    question = formulas.question_of(answer, toy)
    assert question is not None
    assert formulas.is_same(answer, "(1 + NF) k k", question, seed=1)
    assert not formulas.is_same(answer, "(1 + NF) k", question, seed=1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (("A",), {"B", "C", "A, B", "A, C"}),
        (("A", "C"), {"B", "A, C, B", "C", "A"}),
    ],
)
def test_choices_differ_in_one_option_or_are_another_one(answer: tuple[str, ...], expected: set[str]) -> None:
    key = ChoiceKey(field="f", options={"A": (), "B": (), "C": ()}, answer=answer)
    assert {new.value for new in choices.variations(key)} == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", {"4", "2", "6"}),
        ("0", {"1"}),
        ("0.5", {"1.5", "1.0", "0.55"}),
        ("1, 2", {"2, 2", "0, 2", "1, 3", "1, 1", "1, 4"}),
        ("n > d", {"n < d", "n >= d"}),
        ("s = 0 and n ≤ x2", {"s > 0 and n ≤ x2", "s = 1 and n ≤ x2", "s = 0 or n ≤ x2",
                              "s = 0 and n ≥ x2", "s = 0 and n < x2"}),
        ("it depends", set()),
    ],
)  # fmt: skip
def test_other_lines_are_varied_in_one_place(value: str, expected: set[str]) -> None:
    assert {new.value for new in lines.variations(value)} == expected


def test_a_saved_run_goes_missing_is_cut_short_has_other_values_or_other_settings() -> None:
    output = "Epoch [1/2], Loss: 2.0, Time (s): 1\nEpoch [2/2], Val Loss: 1.25, Val Acc: 40%\ndone\n"
    part = SavedOutput(Cell(3, "code", 'args = {"lr": 0.1, "gpu": True, "net": "a"}', (output,)))
    made = {(rule, says): cell for rule, says, cell in outputs.variations(part)}
    assert [cell.outputs for cell in made.values()] == [
        (),
        ("Epoch [1/2], Loss: 2.0, Time (s): 1\n",),
        ("Epoch [1/2], Loss: 4.0000, Time (s): 1\nEpoch [2/2], Val Loss: 2.5000, Val Acc: 40%\ndone\n",),
        (output,),
    ]
    assert made["other setting", '"lr" 0.2'].source == 'args = {"lr": 0.2, "gpu": True, "net": "a"}'
