"""The echo of an expression as MathML Core, which browsers set without any script.

Only the elements of `ELEMENTS` occur, without attributes; a renderer can hold a text to that.
"""

from __future__ import annotations

import re
from html import escape
from itertools import count

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
    walk,
)
from grader.compare.formula.render import decimal

_ELEMENTS_IN_WORDS = "mrow mi mn mo mtext mfrac msup msub msqrt mover munderover mtable mtr mtd"
ELEMENTS = frozenset(_ELEMENTS_IN_WORDS.split())
MAX_NODES = 150

_LETTERS = {name: letter for letter, name in reversed(GREEK.items())}
_OVER = {"tilde": "~", "hat": "^", "bar": "¯", "dot": "˙", "ddot": "¨"}
_RELATIONS = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_TIGHT = (Sum, Negative, Product, Reciprocal, Power, Transpose, Piecewise)
_FACTORS = (Sum, Negative, Product, Piecewise)


def mathml(expression: Expression) -> str:
    """The content of a `math` element; empty for an expression too large to be read anyway."""
    if any(number > MAX_NODES for number, _ in zip(count(1), walk(expression), strict=False)):
        return ""
    return _set(expression)


def _set(expression: Expression) -> str:
    match expression:
        case Number(value):
            return _tag("mn", escape(decimal(value)))
        case Name(name):
            return _name(name)
        case Constant(name):
            return _tag("mi", "π" if name == "pi" else name)
        case Identity(size):
            return _tag("msub", _tag("mi", "I") + _name(size)) if size else _tag("mi", "I")
        case Negative(operand):
            return _row(_sign("−"), _bracketed(operand, (Sum, Negative, Piecewise)))
        case Reciprocal(operand):
            return _tag("mfrac", _tag("mn", "1") + _set(operand))
        case Sum(terms):
            return _row(*(_term(term, number) for number, term in enumerate(terms)))
        case Product(factors):
            return _product(factors)
        case Power(base, exponent):
            return _tag("msup", _bracketed(base, _TIGHT) + _set(exponent))
        case Transpose(operand):
            return _tag("msup", _bracketed(operand, _TIGHT) + _tag("mo", "⊤"))
        case Norm(operand, kind):
            norm = _row(_sign("‖"), _set(operand), _sign("‖"))
            return _tag("msub", norm + _tag("mi", kind)) if kind else norm
        case Call(function, arguments):
            return _call(function, arguments)
        case Matrix(rows):
            lines = [[_set(entry) for entry in row] for row in rows]
            return _row(_sign("["), _table(lines), _sign("]"))
        case Series(kind, index, lower, upper, body):
            start = _row(_name(index), _sign("="), _set(lower))
            sign = _tag("munderover", _sign("∑" if kind == "sum" else "∏") + start + _set(upper))
            return _row(sign, _bracketed(body, (Sum, Piecewise)))
        case Element(name, index):
            return _tag("msub", _name(name) + _set(index))
        case Piecewise(branches):
            cases = [[_set(branch.value), _condition(branch.condition)] for branch in branches]
            return _row(_sign("{"), _table(cases))


def _name(name: str) -> str:
    """w_0 and w0 as w with an index, eta as the letter, lam_tilde with its accent."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d+|(?<=_)\w+)?", name)
    stem, index = (match[1], match[2]) if match else (name, None)
    letter = _tag("mi", _LETTERS.get(stem, escape(stem)))
    if index in ACCENTS.values() and index:
        return _tag("mover", letter + _sign(_OVER[index]))
    if not index:
        return letter
    return _tag("msub", letter + _tag("mn" if index.isdigit() else "mi", escape(index)))


def _bracketed(expression: Expression, kinds: tuple[type, ...]) -> str:
    inner = _set(expression)
    return _row(_sign("("), inner, _sign(")")) if isinstance(expression, kinds) else inner


def _term(term: Expression, number: int) -> str:
    if number == 0:
        return _bracketed(term, (Sum, Piecewise))
    if isinstance(term, Negative):
        return _sign("−") + _bracketed(term.operand, (Sum, Negative, Piecewise))
    return _sign("+") + _bracketed(term, (Sum, Piecewise))


def _product(factors: tuple[Expression, ...]) -> str:
    """Everything up to the last divisor in one fraction, the rest behind it."""
    last = max((at for at, factor in enumerate(factors) if isinstance(factor, Reciprocal)), default=-1)
    upper = [factor for factor in factors[: last + 1] if not isinstance(factor, Reciprocal)]
    lower = [factor.operand for factor in factors[: last + 1] if isinstance(factor, Reciprocal)]
    pieces = [_tag("mfrac", _set(product(upper)) + _set(product(lower)))] if lower else []
    for factor in factors[last + 1 :]:
        piece = _bracketed(factor, _FACTORS)
        needs_dot = pieces and (piece.startswith(("<mn>", "<mfrac>")) or _is_bare_power_of_number(factor))
        pieces += [_sign("·"), piece] if needs_dot else [piece]
    return _row(*pieces)


def _is_bare_power_of_number(factor: Expression) -> bool:
    return isinstance(factor, Power) and isinstance(factor.base, Number)


def _call(function: str, arguments: tuple[Expression, ...]) -> str:
    first = _set(arguments[0])
    match function:
        case "sqrt":
            return _tag("msqrt", first)
        case "abs":
            return _row(_sign("|"), first, _sign("|"))
        case "factorial":
            return _row(_bracketed(arguments[0], (*_TIGHT, Call)), _sign("!"))
        case "inner":
            return _row(_bracketed(arguments[0], _FACTORS), _sign("·"), _bracketed(arguments[1], _FACTORS))
        case "pinv":
            return _tag("msup", _bracketed(arguments[0], _TIGHT) + _sign("†"))
    listed = _sign(",").join(_set(argument) for argument in arguments)
    return _row(_tag("mi", escape(function)), _sign("("), listed, _sign(")"))


def _condition(condition: Condition) -> str:
    match condition:
        case Relation(operator, left, right):
            return _row(_set(left), _sign(_RELATIONS[operator]), _set(right))
        case Junction(word, parts):
            return _row(_tag("mtext", f" {word} ").join(map(_condition, parts)))
        case Otherwise():
            return _tag("mtext", "otherwise")


def _table(rows: list[list[str]]) -> str:
    return _tag("mtable", "".join(_tag("mtr", "".join(_tag("mtd", cell) for cell in row)) for row in rows))


def _row(*pieces: str) -> str:
    return _tag("mrow", "".join(pieces))


def _sign(character: str) -> str:
    return _tag("mo", escape(character))


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
