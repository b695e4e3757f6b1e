"""The echo of an expression as LaTeX, for notebooks and pages that set it as mathematics."""

from __future__ import annotations

import re

from grader.compare.formula.characters import ACCENTS, GREEK
from grader.compare.formula.expression import (
    Call,
    Condition,
    Constant,
    Element,
    Expression,
    Identity,
    Junction,
    Matrix,
    Name,
    Negative,
    Norm,
    Number,
    Otherwise,
    Piecewise,
    Power,
    Product,
    Reciprocal,
    Relation,
    Series,
    Sum,
    Transpose,
    product,
)
from grader.compare.formula.render import decimal

_LETTERS = frozenset(GREEK.values())
_FUNCTIONS_IN_WORDS = "log exp sin cos tan sec csc cot sinh cosh tanh coth max min det"
_FUNCTIONS = frozenset(_FUNCTIONS_IN_WORDS.split())
_RELATIONS = {"<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_TIGHT = (Sum, Negative, Product, Reciprocal, Power, Transpose, Piecewise)


def latex(expression: Expression) -> str:
    """The expression as read, with canonical names."""
    match expression:
        case Number(value):
            return decimal(value)
        case Name(name):
            return latex_name(name)
        case Constant(name):
            return r"\pi" if name == "pi" else name
        case Identity(size):
            return f"I_{{{latex_name(size)}}}" if size else "I"
        case Negative(operand):
            return "-" + _bracketed(operand, (Sum, Negative, Piecewise))
        case Reciprocal(operand):
            return rf"\frac{{1}}{{{latex(operand)}}}"
        case Sum(terms):
            return "".join(_term(term, number) for number, term in enumerate(terms))
        case Product(factors):
            return _product(factors)
        case Power(base, exponent):
            return f"{{{_bracketed(base, _TIGHT)}}}^{{{latex(exponent)}}}"
        case Transpose(operand):
            return rf"{{{_bracketed(operand, _TIGHT)}}}^{{\top}}"
        case Norm(operand, kind):
            return rf"\left\|{latex(operand)}\right\|" + (f"_{{{kind}}}" if kind else "")
        case Call(function, arguments):
            return _call(function, arguments)
        case Matrix(rows):
            lines = r" \\ ".join(" & ".join(map(latex, row)) for row in rows)
            return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"
        case Series(kind, index, lower, upper, body):
            inner = _bracketed(body, (Sum, Piecewise))
            return rf"\{kind}_{{{index}={latex(lower)}}}^{{{latex(upper)}}} {inner}"
        case Element(name, index):
            return f"{{{latex_name(name)}}}_{{{latex(index)}}}"
        case Piecewise(branches):
            lines = r" \\ ".join(
                f"{latex(branch.value)} & {_condition(branch.condition)}" for branch in branches
            )
            return rf"\begin{{cases}} {lines} \end{{cases}}"


def latex_name(name: str) -> str:
    """w_0 and w0 as w with an index, eta as the letter, NIC upright."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d+|(?<=_)\w+)?", name)
    stem, index = (match[1], match[2]) if match else (name, None)
    letter = f"\\{stem}" if stem in _LETTERS else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    if index in ACCENTS.values():
        return rf"\{index}{{{letter}}}"
    return f"{letter}_{{{index}}}" if index else letter


def _bracketed(expression: Expression, kinds: tuple[type, ...]) -> str:
    text = latex(expression)
    return rf"\left({text}\right)" if isinstance(expression, kinds) else text


def _term(term: Expression, number: int) -> str:
    if number == 0:
        return _bracketed(term, (Sum, Piecewise))
    if isinstance(term, Negative):
        return " - " + _bracketed(term.operand, (Sum, Negative, Piecewise))
    return " + " + _bracketed(term, (Sum, Piecewise))


def _product(factors: tuple[Expression, ...]) -> str:
    """Everything up to the last divisor in one fraction, the rest behind it."""
    last = max((at for at, factor in enumerate(factors) if isinstance(factor, Reciprocal)), default=-1)
    if last < 0:
        return _side_by_side(factors)
    upper = [factor for factor in factors[:last] if not isinstance(factor, Reciprocal)]
    lower = [factor.operand for factor in factors[: last + 1] if isinstance(factor, Reciprocal)]
    fraction = rf"\frac{{{latex(product(upper))}}}{{{latex(product(lower))}}}"
    rest = factors[last + 1 :]
    return f"{fraction} {_side_by_side(rest, after=fraction)}" if rest else fraction


def _side_by_side(factors: tuple[Expression, ...], after: str = "") -> str:
    text = ""
    for factor in factors:
        piece = _bracketed(factor, (Sum, Negative, Product, Piecewise))
        needs_dot = (text or after) and re.match(r"[{]*\d|\\frac", piece)
        text += (r" \cdot " if needs_dot else " " if text else "") + piece
    return text


def _call(function: str, arguments: tuple[Expression, ...]) -> str:
    first = latex(arguments[0])
    match function:
        case "sqrt":
            return rf"\sqrt{{{first}}}"
        case "abs":
            return rf"\left|{first}\right|"
        case "factorial":
            return _bracketed(arguments[0], (*_TIGHT, Call)) + "!"
        case "binomial":
            return rf"\binom{{{first}}}{{{latex(arguments[1])}}}"
        case "inner":
            left, right = (
                _bracketed(argument, (Sum, Negative, Product, Piecewise)) for argument in arguments
            )
            return rf"{left} \cdot {right}"
        case "pinv":
            return rf"{{{_bracketed(arguments[0], _TIGHT)}}}^{{\dagger}}"
    name = rf"\{function}" if function in _FUNCTIONS else rf"\operatorname{{{function}}}"
    return rf"{name}\left({', '.join(map(latex, arguments))}\right)"


def _condition(condition: Condition) -> str:
    match condition:
        case Relation(operator, left, right):
            return f"{latex(left)} {_RELATIONS[operator]} {latex(right)}"
        case Junction(word, parts):
            return rf" \text{{ {word} }} ".join(map(_condition, parts))
        case Otherwise():
            return r"\text{otherwise}"
