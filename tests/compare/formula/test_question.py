"""Judgements: alternatives, readings, left-hand sides, equality up to a constant, what a student is told."""

from __future__ import annotations

import pytest

from grader.compare.formula import Domain, Symbol, Symbols
from grader.compare.formula.question import Alternative, FormulaQuestion, UpTo, check
from grader.results import Outcome

SEED = 413
MATRICES = Symbols(
    {
        "X": Symbol(("n", "d")),
        "w": Symbol(("d",)),
        "t": Symbol(("n",)),
        "c": Symbol(domain=Domain.POSITIVE),
    }
)
NUMBERS = Symbols({"n": Symbol(domain=Domain.POSITIVE_INTEGER), "x": (), "y": ()})


def numbers(reference: str, **others: object) -> FormulaQuestion:
    return FormulaQuestion(reference, NUMBERS, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reference", "answer", "read_as"),
    [("x/2/n", "x/2n", "x/(2*n)"), ("n x/2", "x/2n", "x/2*n"), ("x/(2 n y)", "x/2n y", "x/(2*n*y)")],
)
def test_either_reading_of_a_product_after_a_division_is_accepted_with_a_note(
    reference: str, answer: str, read_as: str
) -> None:
    judgement = check(answer, numbers(reference), SEED)
    assert judgement.outcome is Outcome.CORRECT
    assert judgement.read_as == read_as
    assert judgement.notes == (f"A product after / has two readings; {read_as} was taken. Write brackets.",)


def test_a_reading_whose_shapes_do_not_fit_is_no_reading() -> None:
    judgement = check("1/n X^T t", FormulaQuestion("X^T t/n", MATRICES), SEED)
    assert (judgement.outcome, judgement.notes) == (Outcome.CORRECT, ())


HATTED = Symbols(
    {"X": Symbol(("n", "d")), "w0": Symbol(("d",), aliases=("\\hat{w}_0",)), "lt": ("\\tilde{\\lambda}",)}
)


@pytest.mark.parametrize(
    "weights",
    [
        r"\hat{w}_0",
        r"\hat w_0",
        r"\hat{\mathbf{w}}_0",
        r"\hat{\boldsymbol w}_0",
        "w0",
        "w\u0302₀",
    ],
)
def test_a_name_with_an_accent_is_read_in_every_font(weights: str) -> None:
    assert check(f"X {weights}", FormulaQuestion("X w0", HATTED), SEED).outcome is Outcome.CORRECT


@pytest.mark.parametrize("left", [r"\tilde{\lambda}", "λ̃", "lambda_tilde", "lt", r"\widetilde\lambda"])
def test_every_spelling_of_a_name_may_stand_on_the_left(left: str) -> None:
    assert check(f"{left} = 2", FormulaQuestion("2", HATTED, left=("lt",)), SEED).outcome is Outcome.CORRECT
    assert check(r"\hat{\mathbf{w}}_1 = 2", FormulaQuestion("2", HATTED, left=("w1",)), SEED).credit == 1
    other = check(f"{left} = 2", FormulaQuestion("2", HATTED, left=("w0",)), SEED)
    assert other.outcome is Outcome.UNREADABLE


def test_an_alternative_brings_its_own_credit_and_message() -> None:
    question = numbers(
        "x/n", alternatives=(Alternative("x/(2n)", 0.5, "There is no 1/2."), Alternative("0", 0))
    )
    judgement = check("x/2/n", question, SEED)
    assert (judgement.outcome, judgement.credit, judgement.accepted) == (Outcome.PARTIAL, 0.5, 1)
    assert judgement.message == "There is no 1/2."
    assert check("x - x", question, SEED).outcome is Outcome.INCORRECT


def test_a_diagnosis_earns_what_the_assignment_gives_for_it() -> None:
    question = numbers("x^2/n", credits={"factor": 0.5, "sign": 0.75})
    assert check("x^2", question, SEED).credit == 0.5
    assert check("-x^2/n", question, SEED).credit == 0.75
    assert check("x^3/y", question, SEED).credit == 0


@pytest.mark.parametrize(
    "answer",
    ["trace(X^-1)", "trace(X)", "det(X)", "trace(X^T)", "trace((X X)^-1)", "(X^-1 X)^-1", "trace(X^-T X)"],
)
def test_an_answer_whose_repairs_do_not_fit_together_is_wrong(answer: str) -> None:
    judgement = check(answer, FormulaQuestion("trace((X^T X)^-1)", MATRICES), SEED)
    assert judgement.outcome is Outcome.INCORRECT
    assert judgement.message


@pytest.mark.parametrize("left", ["lamt", "lambda_tilde", r"\tilde{\lambda}", r"\tilde\lambda", "λ̃", "lt"])
def test_a_left_hand_side_may_be_any_spelling_of_a_declared_name(left: str) -> None:
    symbols = Symbols({"lamt": ["lambda_tilde", "tilde_lambda", "lt"], "lam": ["lambda"], "eta": []})
    question = FormulaQuestion("lam / (2 eta)", symbols, left=("lamt",))
    assert check(f"{left} = lam/(2 eta)", question, SEED).outcome is Outcome.CORRECT
    assert check("eta = lam/(2 eta)", question, SEED).outcome is Outcome.UNREADABLE


@pytest.mark.parametrize("left", ["w1", "w_1", r"w_{1}", r"\mathbf{w}_1", "w₁ ", "w_1 &", r"\frac{dw_1}{}"])
def test_a_left_hand_side_is_compared_without_its_spelling(left: str) -> None:
    question = FormulaQuestion("X^T t", MATRICES, left=("w1", "dw1"))
    assert check(f"{left} = X^T t", question, SEED).outcome is Outcome.CORRECT


def test_a_formula_for_something_else_is_not_an_attempt() -> None:
    judgement = check("2 w1 = X^T t", FormulaQuestion("X^T t", MATRICES, left=("w1",)), SEED)
    assert judgement.outcome is Outcome.UNREADABLE
    assert judgement.message == (
        "Your formula cannot be read: a formula for w1 is asked, and '2 w1' stands left of the =."
    )


@pytest.mark.parametrize(
    ("text", "outcome"), [("", "not_attempted"), (" \n", "not_attempted"), ("x +", "unreadable")]
)
def test_nothing_and_nonsense_are_told_apart(text: str, outcome: str) -> None:
    assert check(text, numbers("x"), SEED).outcome == outcome


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("X t", "The shapes do not fit: n×d cannot be multiplied by t, which is n×1 in X*t."),
        (
            "X^T X + c",
            "The shapes do not fit: X^T*X is d×d and c is a number: they cannot be added; is an ",
        ),
        ("X w", "Your answer is n×1 and should be d×1."),
        ("X^-1 t", "The shapes do not fit: X is n×d, not square: it has no inverse."),
        (
            "t/X",
            "The shapes do not fit: there is no division by X, which is n×d: an inverse ",
        ),
    ],
)
def test_shapes_are_named_by_their_dimensions(answer: str, sentence: str) -> None:
    question = FormulaQuestion("(X^T X + c I)^-1 w + w", MATRICES)
    diagnosis = check(answer, question, SEED).diagnosis
    assert diagnosis and diagnosis.sentence.startswith(sentence)


def test_a_hint_does_not_give_the_answer_away() -> None:
    judgement = check("w - X^T t", FormulaQuestion("w - 2 X^T t", MATRICES), SEED)
    assert judgement.message == "A factor is missing or too much."
    assert judgement.diagnosis and "2" in judgement.diagnosis.sentence


def test_a_rejection_by_value_carries_a_counterexample_that_can_be_computed_again() -> None:
    question = numbers("(x^2 - y^2)/n")
    first, again = (check("(x - y)^2/n", question, SEED) for _ in range(2))
    assert first == again
    assert first.counterexample and [name for name, _ in first.counterexample.point] == ["n", "x", "y"]
    assert first.counterexample.answer != first.counterexample.expected
    assert str(first.counterexample).startswith("At n = ")


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        ("norm(X w - t)^2", True),
        ("(1/n) norm(X w - t)^2", True),
        ("c w^T X^T X w - 2 c t^T X w + c t^T t", True),
        ("-norm(X w - t)^2", False),
        ("norm(X w - t)", False),
        ("norm(w)^2 norm(X w - t)^2", False),
        ("norm(X w - t)^2 + 1", False),
    ],
)
def test_equality_up_to_a_positive_constant_free_of_the_variables(answer: str, is_right: bool) -> None:
    question = FormulaQuestion(
        "(1/(2n)) norm(X w - t)^2", MATRICES, up_to=UpTo.POSITIVE_CONSTANT, variables=("w",)
    )
    assert (check(answer, question, SEED).outcome is Outcome.CORRECT) == is_right


@pytest.mark.parametrize(
    ("answer", "is_right"), [("x^2 + 5", True), ("x^2 + y", True), ("x^2 + x", False), ("2 x^2", False)]
)
def test_equality_up_to_a_term_free_of_the_variables(answer: str, is_right: bool) -> None:
    question = numbers("x^2", up_to=UpTo.ADDITIVE_CONSTANT, variables=("x",))
    assert (check(answer, question, SEED).outcome is Outcome.CORRECT) == is_right


def test_without_variables_a_constant_is_a_number() -> None:
    question = numbers("x^2", up_to=UpTo.POSITIVE_CONSTANT)
    assert check("3 x^2", question, SEED).outcome is Outcome.CORRECT
    assert check("n x^2", question, SEED).outcome is Outcome.INCORRECT


def test_what_takes_too_many_steps_needs_a_person() -> None:
    text = r"\sum_{i=1}^{300}\sum_{j=1}^{300}\sum_{k=1}^{300} i j k"
    assert check(text, numbers("x"), SEED).outcome is Outcome.NEEDS_PERSON


@pytest.mark.parametrize(
    ("reference", "others", "reason"),
    [
        ("x +", {}, "cannot be used"),
        ("x", {"alternatives": (Alternative("z"),)}, "cannot be used"),
        ("x", {"credits": {"typo": 1.0}}, "there is no diagnosis typo"),
    ],
)
def test_a_question_that_cannot_be_used_is_a_mistake_of_the_assignment(
    reference: str, others: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        numbers(reference, **others)


def test_names_that_were_split_are_reported() -> None:
    judgement = check("2xy", numbers("2 x y"), SEED)
    assert judgement.notes == ("'xy' was read as x y",)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (r"\prod_{i=1}^{3} t", "t is n×1: several of these have no product"),
        (r"t + \sum_{i=2}^{1} t", "the parts of a sum have different shapes"),
    ],
)
def test_a_shape_that_only_the_values_show_makes_an_answer_wrong_and_not_a_failure(
    answer: str, sentence: str
) -> None:
    judgement = check(answer, FormulaQuestion("X^T t", MATRICES), SEED)
    assert judgement.outcome is Outcome.INCORRECT
    other = check(answer, FormulaQuestion("2 t", MATRICES), SEED)
    assert other.outcome is Outcome.INCORRECT and sentence in other.message


@pytest.mark.parametrize("answer", ["det(X) + w", "trace(X) + w", "X^T n (t@X@X.T@t)/(2*t@X@X.T@X@X.T@t)"])
def test_a_formula_that_no_repair_gives_a_shape_is_wrong_and_not_a_failure(answer: str) -> None:
    assert check(answer, FormulaQuestion("X^T t", MATRICES), SEED).outcome is Outcome.INCORRECT
