"""What a verdict on a written answer tells the student, and what it keeps for staff."""

from __future__ import annotations

import pytest

from grader.compare.formula import Symbol, Symbols
from grader.compare.formula.question import FormulaQuestion, check
from grader.judge.written import asked_for, verdict_of
from grader.results import Outcome, Place
from grader.results.exhibits import Contrast, Formula, ForStaff
from grader.submission import Answer

SYMBOLS = Symbols(
    {"lam": Symbol(aliases=("lambda",)), "eta": Symbol(), "x": Symbol(("d",)), "A": Symbol(("n", "d"))}
)
COEFFICIENT = FormulaQuestion("lam / (2 eta)", SYMBOLS)


def verdict_on(text: str) -> tuple[Outcome, str, tuple[object, ...]]:
    verdict = verdict_of(check(text, COEFFICIENT, 413), Answer(text, 3, 2), asked_for(COEFFICIENT))
    assert verdict.place == Place(4, 2)
    return verdict.outcome, "\n".join([verdict.message, *verdict.details]), verdict.exhibits


def test_the_right_value_at_a_point_is_told_to_staff_alone() -> None:
    outcome, told, exhibits = verdict_on("lam^2 / eta + 3")
    assert outcome is Outcome.INCORRECT and "should be" not in told
    (staff,) = [shown for shown in exhibits if isinstance(shown, ForStaff)]
    assert "your formula is" in staff.text and "should be" in staff.text


def test_a_formula_is_shown_as_written_and_as_read() -> None:
    _, told, exhibits = verdict_on("$\\frac{\\lambda}{2\\eta}$")
    contrast, formula = exhibits
    assert isinstance(contrast, Contrast) and contrast.found == "$\\frac{\\lambda}{2\\eta}$"
    assert isinstance(formula, Formula) and f"Read as: {formula.text}" in told
    assert formula.mathml == "<mrow><mfrac><mi>λ</mi><mrow><mn>2</mn><mi>η</mi></mrow></mfrac></mrow>"


def test_what_cannot_be_read_is_shown_as_written_only() -> None:
    outcome, told, exhibits = verdict_on("lam / (2 eta")
    assert outcome is Outcome.NEEDS_PERSON and "^" in told, "the place below the formula"
    assert [type(shown) for shown in exhibits] == [Contrast]


@pytest.mark.parametrize(
    ("reference", "kind"), [("lam", "a number"), ("2 x", "a vector of length d"), ("A", "n×d")]
)
def test_the_kind_of_formula_asked_for_is_said_in_words(reference: str, kind: str) -> None:
    asked = asked_for(FormulaQuestion(reference, SYMBOLS))
    assert asked.startswith(f"a formula for {kind}, in lam, eta, ")
