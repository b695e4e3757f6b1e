"""Mistakes in answer lines and saved outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from grader.assignment import Assignment, load_assignment
from grader.assignment.keys import ChoiceKey
from grader.authoring.mutants import choices, conditions, formulas, lines, outputs
from grader.authoring.mutants.mutant import Variation
from grader.authoring.mutants.parts import KeyProblem, Line, SavedOutput
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
    made = list(formulas.variations(answer, question, toy))
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
        value.partition(";")[0]
        for value in values(list(formulas.variations(answer, question, toy)), "regime")
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
    made = [new.value for new in formulas.variations(answer, question, toy)]
    assert {"k*(NF + 1)", "k^2*(NF - 1)", "NF^2*(NF + 1)", "k^2*(NF + 2)"} <= set(made)


@pytest.mark.parametrize("value", ["0.25", "s = 0 and n > d + 1", "1, 0.5, 0.25", "it depends"])
def test_what_is_no_formula_is_left_to_other_rules(toy: Assignment, line: MakeLine, value: str) -> None:
    assert formulas.question_of(line(value), toy) is None


def test_what_another_line_of_the_question_asks_for_is_tried(line: MakeLine) -> None:
    hw3 = load_assignment("csc413_hw3_2022")
    answer = line("sigma^2 d / (n - d - 1)", "2.2.1", "under")
    question = formulas.question_of(answer, hw3)
    assert question is not None
    other = values(list(formulas.variations(answer, question, hw3)), "another line")
    assert other == [hw3.formulas["2.2.1/over"].reference]


def test_a_condition_with_a_key_is_varied_by_its_grammar(line: MakeLine) -> None:
    question = conditions.question_of(
        line("sigma = 0 and n > d + 1", "2.2.2", "perfect"), load_assignment("csc413_hw3_2022")
    )
    assert question is not None
    made = list(conditions.variations(question))
    assert values(made, "condition left out") == ["n > d + 1", "sigma == 0"]
    assert values(made, "and for or") == ["sigma == 0 or n > d + 1"]
    assert values(made, "comparison turned round") == ["sigma != 0 and n > d + 1", "sigma == 0 and n < d + 1"]
    assert values(made, "another boundary") == ["sigma == 0 and n >= d + 1"]
    assert {"sigma == 0 and n > d - 1", "sigma == 0 and d > n + 1", "lam == 0 and n > d + 1"} <= {
        new.value for new in made
    }
    assert conditions.is_same("n >= d + 2, sigma = 0", question, seed=1)
    assert conditions.is_same("sigma = 0 and n > d", question, seed=1)  # the handout leaves n = d + 1 aside
    assert not conditions.is_same("n > d + 1", question, seed=1)


@pytest.mark.parametrize(("question", "field"), [("9", "free"), ("2.2.1", "under")])
def test_a_line_without_a_condition_for_a_key_is_none(line: MakeLine, question: str, field: str) -> None:
    assert conditions.question_of(line("n > d", question, field), load_assignment("csc413_hw3_2022")) is None


def test_a_condition_of_the_key_that_cannot_be_used_is_told_with_its_place(line: MakeLine) -> None:
    answer = line("whatever helps", "2.2.2", "perfect")
    with pytest.raises(KeyProblem, match="Cell 1, line 2, in the key: the condition 'whatever helps'"):
        conditions.question_of(answer, load_assignment("csc413_hw3_2022"))


def test_a_large_factor_is_not_mistaken_for_a_power(toy: Assignment, line: MakeLine) -> None:
    answer = line("3 k + 1024 NF")
    question = formulas.question_of(answer, toy)
    assert question is not None
    made = values(list(formulas.variations(answer, question, toy)), "slip")
    assert "k^3 + 1024*NF" in made and "3*k + NF^1024" not in made


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
