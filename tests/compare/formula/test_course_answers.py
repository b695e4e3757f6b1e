"""The course's formulas as students write them: all right ones accepted, no wrong one, slips diagnosed.

The answers stand in course_answers.txt; the questions are those of Assignment 2 and, for inverses and cases,
three of its predecessor.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.compare.formula import Domain, Symbol, Symbols, parse, render
from grader.compare.formula.diagnosis import diagnose
from grader.compare.formula.equality import decide, values_at
from grader.compare.formula.errors import MisShapen
from grader.compare.formula.evaluator import Effort
from grader.compare.formula.mathml import mathml
from grader.compare.formula.mutations import Kind, slips
from grader.compare.formula.parser import read
from grader.compare.formula.question import Alternative, FormulaQuestion, check
from grader.compare.formula.sampling import draw_point, honours
from grader.compare.formula.shapes import fits, form_of
from grader.compare.formula.wire import dump_judgement, dump_question, load_judgement, load_question
from grader.results import Outcome
from grader.results.exhibits import MATHML

PATH = Path(__file__).with_name("course_answers.txt")
SEED = 413

_MATRICES = {
    "X": Symbol(("n", "d"), aliases=("A",)),
    "w0": Symbol(("d",), aliases=("w_0", "w")),
    "t": Symbol(("n",), aliases=("y",)),
    "a": Symbol(("n",), definition="X w0 - t"),
}
_ETA = {"eta": Symbol(domain=Domain.POSITIVE, aliases=("lr", "learning_rate"))}
_LAMBDA = {"lambda": Symbol(domain=Domain.POSITIVE, aliases=("lam", "lmbda", "lambd", "lambda_"))}
_TILDE = {
    "lambda_tilde": Symbol(
        domain=Domain.POSITIVE, aliases=("lt", "lam_tilde", "lambda~", "tilde_lambda", "lam_t")
    ),
}
_STEP = Symbols(_MATRICES | _ETA, ("n < d",))
_DECAY = Symbols(_MATRICES | _ETA | _LAMBDA | _TILDE, ("n < d",))
_COUNTS = Symbols(
    {
        "NIC": Symbol(domain=Domain.POSITIVE_INTEGER, aliases=("num_in_channels", "nic")),
        "NF": Symbol(domain=Domain.POSITIVE_INTEGER, aliases=("num_filters", "nf")),
        "NC": Symbol(domain=Domain.POSITIVE_INTEGER, aliases=("num_colours", "num_colors", "nc")),
        "k": Symbol(low="3", high="3", domain=Domain.POSITIVE_INTEGER, aliases=("K", "kernel")),
    }
)
_RISK = Symbols(
    {
        "n": Symbol(domain=Domain.POSITIVE_INTEGER, aliases=("N",)),
        "d": Symbol(domain=Domain.POSITIVE_INTEGER, aliases=("D",)),
        "sigma": Symbol(domain=Domain.POSITIVE, aliases=("s",)),
    },
    ("n > d + 1 or d > n + 1",),
)

_WEIGHTS = "k^2 (NIC NF + 4 NF^2 + NF NC + NC^2)"
_CONNECTIONS = "k^2 (1024 NIC NF + 640 NF^2 + 256 NF NC + 1024 NC^2)"


def _counts(*variants: tuple[str, str]) -> FormulaQuestion:
    (first, message), *others = variants
    alternatives = tuple(Alternative(formula, message=name) for formula, name in others)
    return FormulaQuestion(first, _COUNTS, alternatives, message=message)


QUESTIONS = {
    "w1": FormulaQuestion("w0 - (2 eta/n) X^T (X w0 - t)", _STEP, left=("w1", "w_1")),
    "L1": FormulaQuestion(
        "(1/n) norm(a - (2 eta/n) X X^T a)^2",
        _STEP,
        (
            Alternative("norm(a)^2/n - (4 eta/n^2) norm(X^T a)^2 + (4 eta^2/n^3) norm(X X^T a)^2"),
            Alternative("(1/(2n)) norm(a - (2 eta/n) X X^T a)^2", 0.5, "The loss of the handout has no 1/2."),
        ),
    ),
    "second": FormulaQuestion("(8/n^3) norm(X X^T a)^2", _STEP),
    "derivative": FormulaQuestion("(8 eta/n^3) norm(X X^T a)^2 - (4/n^2) norm(X^T a)^2", _STEP),
    "eta_star": FormulaQuestion(
        "n norm(X^T a)^2/(2 norm(X X^T a)^2)", _STEP, left=("eta", "eta*", "eta_star", "eta_opt")
    ),
    "l2": FormulaQuestion("(1 - 2 eta lambda_tilde) w0 - (2 eta/n) X^T (X w0 - t)", _DECAY),
    "decay": FormulaQuestion("(1 - lambda) w0 - (2 eta/n) X^T (X w0 - t)", _DECAY),
    "coefficient": FormulaQuestion("lambda/(2 eta)", Symbols(_ETA | _LAMBDA)),
    "weights": _counts(
        (_WEIGHTS, "convolutions only"),
        (f"{_WEIGHTS} + 4NF + 2NC", "with biases"),
        (f"{_WEIGHTS} + 8NF + 2NC", "with BatchNorm"),
    ),
    "outputs": _counts(
        ("1600NF + 1280NC", "convolutions only"),
        ("2240NF + 2304NC", "with pooling and upsampling"),
        ("2880NF + 3328NC", "with BatchNorm"),
        ("3520NF + 4352NC", "with ReLU"),
    ),
    "connections": _counts(
        (_CONNECTIONS, "convolutions only"),
        (f"{_CONNECTIONS} + 1792NF + 1024NC", "with pooling and upsampling"),
        (f"{_CONNECTIONS} + 2432NF + 2048NC", "with BatchNorm"),
    ),
    "weights_doubled": _counts((_WEIGHTS, "convolutions only"), (f"{_WEIGHTS} + 4NF + 2NC", "with biases")),
    "outputs_doubled": _counts(
        ("4 (1600NF + 1280NC)", "convolutions only"), ("4 (2240NF + 2304NC)", "with pooling and upsampling")
    ),
    "connections_doubled": _counts((f"4 {_CONNECTIONS}", "convolutions only")),
    "ridge": FormulaQuestion(
        "(X^T X + n lambda I)^-1 X^T t", Symbols(_MATRICES | _LAMBDA), left=("w", "w*", "w_ridge")
    ),
    "min_norm": FormulaQuestion("X^T (X X^T)^-1 t", Symbols(_MATRICES, ("n < d",))),
    "risk": FormulaQuestion(
        "sigma^2 d/(n - d - 1) if n > d + 1; (d - n)/d + sigma^2 n/(d - n - 1) if d > n + 1", _RISK
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the table. kind: "right", "half", or what is wrong; a spelling for those that are right."""

    question: str
    kind: str
    text: str


def table() -> list[Answer]:
    """The lines of the table; a heading is [question: kind]."""
    question = kind = ""
    found = []
    for line in PATH.read_text("utf-8").splitlines():
        if match := re.fullmatch(r"\[(\w+): ([\w ]+)\]", line):
            question, kind = match.groups()
        elif line and not line.startswith("#"):
            found.append(Answer(question, kind, line))
    return found


SPELLINGS = ("latex", "python", "unicode", "ascii")
TWO_SLIPS = "two slips"
TABLE = table()
RIGHT = [answer for answer in TABLE if answer.kind in SPELLINGS]
WRONG = [answer for answer in TABLE if answer.kind not in (*SPELLINGS, "half")]
LEAST_DIAGNOSED = 0.9


def named(answer: Answer) -> str:
    return f"{answer.question}: {answer.text}"


def test_the_table_covers_every_formula_in_every_spelling_and_every_kind_of_mistake() -> None:
    assert len(TABLE) >= 400
    for question in QUESTIONS:
        assert {answer.kind for answer in RIGHT if answer.question == question} == set(SPELLINGS), question
    assert {answer.kind for answer in WRONG} == {*Kind, TWO_SLIPS}


@pytest.mark.parametrize("answer", RIGHT, ids=named)
def test_a_right_answer_is_accepted_in_every_form(answer: Answer) -> None:
    judgement = check(answer.text, QUESTIONS[answer.question], SEED)
    assert judgement.outcome is Outcome.CORRECT, judgement.message


@pytest.mark.parametrize("answer", WRONG, ids=named)
def test_a_wrong_answer_is_rejected_and_its_slip_named(answer: Answer) -> None:
    judgement = check(answer.text, QUESTIONS[answer.question], SEED)
    assert judgement.outcome is Outcome.INCORRECT, judgement.message
    if judgement.diagnosis and answer.kind != TWO_SLIPS:
        assert judgement.diagnosis.kind == answer.kind, judgement.diagnosis.sentence


@pytest.mark.parametrize("answer", [a for a in TABLE if a.kind == "half"], ids=named)
def test_another_convention_earns_its_own_credit(answer: Answer) -> None:
    judgement = check(answer.text, QUESTIONS[answer.question], SEED)
    assert (judgement.outcome, judgement.credit) == (Outcome.PARTIAL, 0.5)


def test_nine_in_ten_single_slips_of_the_table_are_diagnosed() -> None:
    single = [answer for answer in WRONG if answer.kind != TWO_SLIPS]
    found = [check(answer.text, QUESTIONS[answer.question], SEED).diagnosis is not None for answer in single]
    print(f"{len(RIGHT)} right, {len(WRONG)} wrong; {sum(found)} of {len(single)} single slips diagnosed")
    assert sum(found) >= LEAST_DIAGNOSED * len(single)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_one_slip_makes_of_a_reference_is_rejected_and_diagnosed(name: str) -> None:
    """Every third slip; those that change nothing, as the order of numbers, are equal and no slips."""
    question = QUESTIONS[name]
    reference = question.expressions[0]
    counts: Counter[str] = Counter()
    for slip in islice(slips(reference, question.symbols), 0, 120, 3):
        try:
            sound = fits(form_of(slip.formula, question.symbols), question.form)
        except MisShapen:
            sound = False
        if sound and decide(slip.formula, reference, question.setting(SEED)).is_equal is not False:
            continue
        counts["wrong"] += 1
        counts["diagnosed"] += diagnose(slip.formula, reference, question.setting(SEED)) is not None
    assert counts["wrong"] > 0
    assert counts["diagnosed"] >= LEAST_DIAGNOSED * counts["wrong"], counts


@pytest.mark.parametrize("answer", TABLE, ids=named)
def test_the_echo_of_an_answer_reads_as_the_same_expression(answer: Answer) -> None:
    symbols = QUESTIONS[answer.question].symbols
    expression = read(answer.text, symbols).expression
    assert parse(render(expression), symbols) == expression


@pytest.mark.parametrize("answer", RIGHT[::3], ids=named)
def test_the_latex_echo_of_a_right_answer_is_right(answer: Answer) -> None:
    judgement = check(answer.text, QUESTIONS[answer.question], SEED)
    assert check(judgement.latex, QUESTIONS[answer.question], SEED).outcome is Outcome.CORRECT, (
        judgement.latex
    )


@pytest.mark.parametrize("answer", TABLE, ids=named)
def test_an_answer_is_set_in_the_elements_of_the_list_without_attributes(answer: Answer) -> None:
    symbols = QUESTIONS[answer.question].symbols
    markup = mathml(read(answer.text, symbols).expression, symbols)
    for element in ElementTree.fromstring(f"<mrow>{markup}</mrow>").iter():
        assert element.tag in MATHML and not element.attrib


@pytest.mark.parametrize("answer", TABLE[::9], ids=named)
def test_another_seed_gives_the_same_outcome(answer: Answer) -> None:
    question = QUESTIONS[answer.question]
    assert len({check(answer.text, question, seed).outcome for seed in range(5)}) == 1


def points(name: str) -> Iterator[dict[str, object]]:
    question = QUESTIONS[name]
    drawn = (draw_point(question.setting(SEED), number, 0) for number in range(40))
    yield from (dict(point) for point in drawn if honours(point, question.constraints))


def test_the_references_on_the_learning_rate_follow_from_the_loss() -> None:
    """The loss is a quadratic in eta, so central differences are its derivatives, exactly."""
    formulas = [QUESTIONS[name].expressions[0] for name in ("L1", "derivative", "second", "eta_star")]
    for point in islice(points("L1"), 3):

        def values(eta: Fraction, at: dict[str, object] = point) -> list[object]:
            return values_at(formulas, {**at, "eta": eta}, True, "F", Effort(10_000))  # type: ignore[dict-item]

        eta, step = Fraction(3, 7), Fraction(1, 5)
        before, here, after = (values(eta + shift) for shift in (-step, Fraction(0), step))
        number = [[Fraction(str(value)) for value in row] for row in (before, here, after)]
        assert number[1][1] == (number[2][0] - number[0][0]) / (2 * step)
        assert number[1][2] == (number[2][0] - 2 * number[1][0] + number[0][0]) / step**2
        assert Fraction(str(values(number[1][3])[1])) == 0


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_survives_the_pipe(name: str) -> None:
    line = dump_question(QUESTIONS[name])
    assert dump_question(load_question(line)) == line


@pytest.mark.parametrize("answer", TABLE[::7], ids=named)
def test_a_judgement_survives_the_pipe(answer: Answer) -> None:
    judgement = check(answer.text, QUESTIONS[answer.question], SEED)
    assert load_judgement(dump_judgement(judgement)) == judgement
