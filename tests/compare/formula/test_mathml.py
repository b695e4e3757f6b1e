from __future__ import annotations

from xml.etree import ElementTree

import pytest

from grader.compare.formula import Symbols, parse
from grader.compare.formula.mathml import MAX_NODES, mathml
from grader.compare.formula.symbols import Symbol

SYMBOLS = Symbols(
    {
        "X": Symbol(("n", "d")),
        "w0": Symbol(("d",)),
        "a": Symbol(("n",)),
        "eta": Symbol(),
        "lam": Symbol(aliases=("lambda",)),
        "lamt": Symbol(aliases=("lambda_tilde",)),
        "NIC": Symbol(),
        "NF": Symbol(),
    }
)


def told(markup: str) -> str:
    """The characters as they stand, fractions as (a)/(b), raised ones behind ^, lowered ones behind _."""
    return _told(ElementTree.fromstring(f"<mrow>{markup}</mrow>"))


def _told(element: ElementTree.Element) -> str:
    parts = [_told(child) for child in element]
    match element.tag:
        case "mfrac":
            return f"({parts[0]})/({parts[1]})"
        case "msup":
            return f"{parts[0]}^{parts[1]}"
        case "msub":
            return f"{parts[0]}_{parts[1]}"
        case "mover":
            return f"{parts[1]}over{parts[0]}"
    return (element.text or "") + "".join(parts)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("w0 - (2 eta/n) X^T a", "w_0−(2η)/(n)X^⊤a"),
        ("lam / (2 eta)", "(λ)/(2η)"),
        ("(1 - 2 eta lamt) w0", "(1−2η~overλ)w_0"),
        ("9 (NIC NF + NF^2)", "9(NIC·NF+NF^2)"),
        ("2 * 3 * eta", "2·3η"),
        ("norm(X X^T a)^2 / n", "(‖XX^⊤a‖^2)/(n)"),
        ("sqrt(eta + 1)", "η+1"),
        ("eta if eta > 1; 0 otherwise", "{ηη>10otherwise"),
    ],
)
def test_a_formula_is_set_as_it_was_read(formula: str, expected: str) -> None:
    assert told(mathml(parse(formula, SYMBOLS), SYMBOLS)) == expected


def test_a_formula_too_long_to_be_read_is_not_set() -> None:
    assert mathml(parse(" + ".join(["NF * NF"] * MAX_NODES), Symbols({"NF": ()}))) == ""
