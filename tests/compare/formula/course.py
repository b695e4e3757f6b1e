"""The formula questions of Assignment 2 (and two of its predecessor), and the table of answers to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.compare.formula import Domain, Symbol, Symbols
from grader.compare.formula.question import Alternative, FormulaQuestion

TABLE = Path(__file__).with_name("course_answers.txt")
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
    for line in TABLE.read_text("utf-8").splitlines():
        if match := re.fullmatch(r"\[(\w+): ([\w ]+)\]", line):
            question, kind = match.groups()
        elif line and not line.startswith("#"):
            found.append(Answer(question, kind, line))
    return found
