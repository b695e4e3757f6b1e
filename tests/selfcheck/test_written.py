"""Written answers: empty, unreadable, right, wrong, and those that are only recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from grader.assignments.csc413_a2_2025.selfcheck.relations import times_in_words
from grader.selfcheck.findings import Finding, Outcome

CheckCells = Callable[..., Mapping[tuple[str, str], Finding]]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("", Outcome.NOT_ATTEMPTED),
        ("TODO", Outcome.NOT_ATTEMPTED),
        (r"$\frac{\lambda}{2\eta}$", Outcome.LOOKS_RIGHT),
        ("lambda / (2 * eta)", Outcome.LOOKS_RIGHT),
        ("λ/(2η)", Outcome.LOOKS_RIGHT),
        (r"$\tilde{\lambda} = \frac{1}{2}\lambda \eta^{-1}$", Outcome.LOOKS_RIGHT),
        ("2 * eta * lambda", Outcome.LOOKS_WRONG),
        ("lambda / (eta - eta)", Outcome.LOOKS_WRONG),
        ("lambda / (2 eta", Outcome.UNREADABLE),
        ("half of lambda over eta", Outcome.UNREADABLE),
        ("__import__('os')", Outcome.UNREADABLE),
    ],
)
def test_the_written_coefficient(check_cells: CheckCells, answer: str, outcome: Outcome) -> None:
    found = check_cells([f"### Answer 2.2.2\n\n- lambda tilde: {answer}"], question="2.2.2")
    finding = found[("2.2.2", "lambda tilde")]
    assert finding.outcome is outcome
    if outcome in (Outcome.LOOKS_RIGHT, Outcome.LOOKS_WRONG):
        assert finding.echo is not None


RIGHT_AND_WRONG = {
    ("2.1.1", "w1"): (
        r"$\mathbf{w}_0 - \frac{2\eta}{n} X^\top (X \mathbf{w}_0 - \mathbf{t})$",
        "w1 = w0 - 2*eta/n * X.T @ a",
        "w0 + 2 eta/n X^T (t - X w0)",
    ),
    ("2.1.1", "L1"): (
        "1/n ||(I - 2 eta/n X X^T) a||^2",
        r"$\frac{1}{n}\|X(w_0 - \frac{2\eta}{n}X^T a) - t\|^2$",
    ),
    ("2.1.2", "second derivative"): ("8/n^3 ||X X^T a||^2",),
    ("2.1.3", "derivative"): ("-4/n^2 ||X^T a||^2 + 8 eta/n^3 ||X X^T a||^2",),
    ("2.1.3", "eta star"): ("n a^T X X^T a / (2 a^T X X^T X X^T a)", "n ||X^T a||^2 / (2 ||X X^T a||^2)"),
    ("2.2.1", "w1 with L2"): ("(1 - 2 eta lambda_tilde) w0 - 2 eta/n X^T (X w0 - t)",),
    ("2.2.1", "w1 with weight decay"): ("(1 - lambda) w0 - 2 eta/n X^T (X w0 - t)",),
}
SLIPS = (("2 eta", "eta"), ("n", "d"), ("- t", "+ t"), ("(1 -", "(1 +"), ("8/", "4/"), ("n a^T", "a^T"))


def cell(part: tuple[str, str], answer: str) -> str:
    return f"### Answer {part[0]}\n\n- {part[1]}: {answer}"


@pytest.mark.parametrize(
    ("part", "answer"), [(p, a) for p, answers in RIGHT_AND_WRONG.items() for a in answers]
)
def test_matrix_answers_are_held_against_numerical_differentiation(
    check_cells: CheckCells, part: tuple[str, str], answer: str
) -> None:
    right = check_cells([cell(part, answer)], question=part[0])[part]
    assert right.outcome is Outcome.LOOKS_RIGHT
    assert right.echo is not None and right.echo.latex


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        (part, answer.replace(*slip))
        for part, answers in RIGHT_AND_WRONG.items()
        for answer in answers
        for slip in SLIPS
        if answer.replace(*slip) != answer and "frac" not in answer
    ],
)
def test_a_slip_looks_wrong_and_the_message_does_not_mend_it(
    check_cells: CheckCells, part: tuple[str, str], answer: str
) -> None:
    finding = check_cells([cell(part, answer)], question=part[0])[part]
    assert finding.outcome is Outcome.LOOKS_WRONG
    assert not re.search(r"factor|sign|transpos|times the|should be", finding.message)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("w0 - 2 eta/n X (X w0 - t)", "n×d"),
        ("||w0||", "It is a number, where d×1 is asked"),
        ("X / w0", "no division"),
    ],
)
def test_shapes_that_do_not_fit_are_told_in_the_names_of_the_dimensions(
    check_cells: CheckCells, answer: str, says: str
) -> None:
    finding = check_cells([cell(("2.1.1", "w1"), answer)], question="2.1.1")[("2.1.1", "w1")]
    assert finding.outcome is Outcome.LOOKS_WRONG
    assert says in finding.message


def test_either_reading_of_a_product_after_a_slash_may_be_the_right_one(check_cells: CheckCells) -> None:
    found = check_cells([cell(("2.2.2", "lambda tilde"), "lambda / 2 eta")], question="2.2.2")
    assert found[("2.2.2", "lambda tilde")].outcome is Outcome.LOOKS_RIGHT


def test_an_unreadable_formula_is_shown_with_the_place(check_cells: CheckCells) -> None:
    found = check_cells(["### Answer 2.2.2\n\nlambda tilde: lambda / (2 ? eta)"], question="2.2.2")
    finding = found[("2.2.2", "lambda tilde")]
    _, excerpt, caret = finding.message.split("\n")
    assert excerpt[caret.index("^")] == "?"
    assert str(finding.place) == "cell 1, line 3"


def test_choices_and_texts_are_recorded_whatever_they_say(check_cells: CheckCells) -> None:
    for point, remedy in (("A", "use higher order optimizers"), ("C", "seek parallel compute")):
        found = check_cells(
            [
                f"### Answer 3.1.2a\n\n- point: {point}\n\n**Answer**:\n\nIt seems best.",
                f"### Answer 3.1.2b\n\n- A remedy: {remedy}",
            ],
            question="3.1.2",
        )
        assert found[("3.1.2a", "point")].outcome is Outcome.RECORDED
        assert found[("3.1.2a", "text")].outcome is Outcome.RECORDED
        assert found[("3.1.2b", "A remedy")].outcome is Outcome.RECORDED
        assert found[("3.1.2b", "B remedy")].outcome is Outcome.NOT_ATTEMPTED


def test_an_empty_answer_label_is_no_text(check_cells: CheckCells) -> None:
    found = check_cells(["### Answer 5.3\n\n*Explain below.*\n\n**Answer**:\n\n"], question="5.3")
    assert found[("5.3", "text")].outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("numbers", "outcome", "says"),
    [
        ((1, 1, 0), Outcome.LOOKS_RIGHT, "PyTorch runs"),
        ((0, 1, 0), Outcome.LOOKS_WRONG, "Conv2d makes 15 x 15 of 32 x 32"),
        ((1, 2, 2), Outcome.LOOKS_WRONG, "refuses"),
        ((1, 2, 0), Outcome.LOOKS_WRONG, "ConvTranspose2d makes 14 x 14 of 8 x 8"),
        ((1, "1 or 2", 0), Outcome.UNREADABLE, "'1 or 2'"),
        ((1, "", 0), Outcome.UNREADABLE, "transpose padding"),
        (("", "", ""), Outcome.NOT_ATTEMPTED, "empty"),
        (("padding = 1", "one", "0."), Outcome.LOOKS_RIGHT, "PyTorch runs"),
    ],
)
def test_paddings_are_run(
    check_cells: CheckCells, numbers: tuple[object, ...], outcome: Outcome, says: str
) -> None:
    labels = ("Conv2d padding", "ConvTranspose2d padding", "ConvTranspose2d output_padding")
    lines = [f"- kernel 4 {label}: {number}" for label, number in zip(labels, numbers, strict=True)]
    found = check_cells(["\n".join(["### Answer 5.4", *lines])], question="5.4")
    assert found[("5.4", "kernel size 4")].outcome is outcome
    assert says in found[("5.4", "kernel size 4")].message


def test_counts_wait_for_a_network_that_looks_right(check_cells: CheckCells) -> None:
    found = check_cells(["### Answer 4.3\n\nweights: 9 NIC NF + 1\n\noutputs: 1024"], question="4.3")
    assert found[("4.3", "weights")].outcome is Outcome.RECORDED
    assert found[("4.3", "outputs")].outcome is Outcome.LOOKS_WRONG
    assert found[("4.3", "connections")].outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("line", "function", "says"),
    [
        ("", "def l2_coefficient(lam, eta): return lam / (2 * eta)", "l2_coefficient answers it instead"),
        ("lambda / (2 eta)", "", "The line 'lambda tilde:' answers it instead"),
    ],
)
def test_of_a_line_and_a_function_one_is_enough(
    check_cells: CheckCells, line: str, function: str, says: str
) -> None:
    found = check_cells([f"### Answer 2.2.2\n\n- lambda tilde: {line}"], [function], question="2.2.2")
    by_outcome = {finding.outcome: finding for finding in found.values()}
    assert by_outcome.keys() == {Outcome.LOOKS_RIGHT, Outcome.NOT_ATTEMPTED}
    assert says in by_outcome[Outcome.NOT_ATTEMPTED].message


def test_a_definition_behind_a_formula_is_for_a_person(check_cells: CheckCells) -> None:
    answer = r"$w_0 - \frac{2\eta}{n} X^\top a$ where $a = X w_0 - t$"
    finding = check_cells([cell(("2.1.1", "w1"), answer)], question="2.1.1")["2.1.1", "w1"]
    assert finding.outcome is Outcome.UNREADABLE
    assert "a person will read it" in finding.message


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("same", 1),
        ("It is the same as above.", 1),
        ("unchanged", 1),
        ("4 times as many", 4),
        ("4x", 4),
        ("x 4", 4),
        ("**four times** the first answer", 4),
        ("quadrupled", 4),
        ("twice as many", 2),
        ("16 times", 16),
        ("4", None),
        ("4 NF", None),
        ("4 times NF", None),
        ("larger", None),
        ("", None),
    ],
)
def test_how_many_times_the_first_answer_a_text_says(text: str, times: int | None) -> None:
    assert times_in_words(text) == times
