"""Written answers: empty, unreadable, right, wrong, and those that are only recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

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
        ((1, "one", 0), Outcome.UNREADABLE, "'one'"),
        ((1, "", 0), Outcome.UNREADABLE, "transpose padding"),
        (("", "", ""), Outcome.NOT_ATTEMPTED, "empty"),
        (("padding = 1", "$1$", "0."), Outcome.LOOKS_RIGHT, "PyTorch runs"),
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
