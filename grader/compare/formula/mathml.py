"""The echo of an expression as MathML Core, which browsers set without any script.

Only the elements of `results.exhibits.MATHML` occur, without attributes; renderers hold the text to that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from grader.compare.formula.symbols import Symbols, spelled

MAX_NODES = 150

_LETTERS = {name: letter for letter, name in reversed(GREEK.items())}
_OVER = {"tilde": "~", "hat": "^", "bar": "¯", "dot": "˙", "ddot": "¨"}
_RELATIONS = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_TIGHT = (Sum, Negative, Product, Reciprocal, Power, Transpose, Piecewise)
_FACTORS = (Sum, Negative, Product, Piecewise)


def mathml(expression: Expression, symbols: Symbols | None = None) -> str:
    """The content of a `math` element; empty for an expression too large to be read anyway.

    symbols: a name declared with a Greek spelling among its aliases is set as that letter.
    """
    if any(number > MAX_NODES for number, _ in zip(count(1), walk(expression), strict=False)):
        return ""
    table = symbols.table if symbols else {}
    return _Setter({name: _letter_of(name, symbol.aliases) for name, symbol in table.items()}).of(expression)


def _letter_of(name: str, aliases: Sequence[str]) -> str:
    """The first spelling that is a Greek letter, with or without an index or an accent; else the name."""
    spellings = (spelled(spelling) for spelling in (name, *aliases))
    return next((s for s in spellings if _parts(s)[0] in _LETTERS), name)


@dataclass(frozen=True, slots=True)
class _Setter:
    """Sets expressions; `names` tells how a canonical name is written."""

    names: Mapping[str, str]

    def of(self, expression: Expression) -> str:
        """The markup of an expression."""
        match expression:
            case Number(value):
                return _tag("mn", escape(decimal(value)))
            case Name(name):
                return self._name(name)
            case Constant(name):
                return _tag("mi", "π" if name == "pi" else name)
            case Identity(size):
                return _tag("msub", _tag("mi", "I") + self._name(size)) if size else _tag("mi", "I")
            case Negative(operand):
                return _row(_sign("−"), self._bracketed(operand, (Sum, Negative, Piecewise)))
            case Reciprocal(operand):
                return _tag("mfrac", _tag("mn", "1") + self.of(operand))
            case Sum(terms):
                return _row(*(self._term(term, number) for number, term in enumerate(terms)))
            case Product(factors):
                return self._product(factors)
            case Power(base, exponent):
                return _tag("msup", self._bracketed(base, _TIGHT) + self.of(exponent))
            case Transpose(operand):
                return _tag("msup", self._bracketed(operand, _TIGHT) + _tag("mo", "⊤"))
            case Norm(operand, kind):
                norm = _row(_sign("‖"), self.of(operand), _sign("‖"))
                return _tag("msub", norm + _tag("mi", kind)) if kind else norm
            case Call(function, arguments):
                return self._call(function, arguments)
            case Matrix(rows):
                lines = [[self.of(entry) for entry in row] for row in rows]
                return _row(_sign("["), _table(lines), _sign("]"))
            case Series(kind, index, lower, upper, body):
                start = _row(self._name(index), _sign("="), self.of(lower))
                sign = _tag("munderover", _sign("∑" if kind == "sum" else "∏") + start + self.of(upper))
                return _row(sign, self._bracketed(body, (Sum, Piecewise)))
            case Element(name, index):
                return _tag("msub", self._name(name) + self.of(index))
            case Piecewise(branches):
                cases = [[self.of(branch.value), self._condition(branch.condition)] for branch in branches]
                return _row(_sign("{"), _table(cases))

    def _name(self, name: str) -> str:
        """w_0 and w0 as w with an index, eta as the letter, lam_tilde with its accent."""
        stem, index = _parts(self.names.get(name, name))
        letter = _tag("mi", _LETTERS.get(stem, escape(stem)))
        if index in ACCENTS.values() and index:
            return _tag("mover", letter + _sign(_OVER[index]))
        if not index:
            return letter
        return _tag("msub", letter + _tag("mn" if index.isdigit() else "mi", escape(index)))

    def _bracketed(self, expression: Expression, kinds: tuple[type, ...]) -> str:
        inner = self.of(expression)
        return _row(_sign("("), inner, _sign(")")) if isinstance(expression, kinds) else inner

    def _term(self, term: Expression, number: int) -> str:
        if number == 0:
            return self._bracketed(term, (Sum, Piecewise))
        if isinstance(term, Negative):
            return _sign("−") + self._bracketed(term.operand, (Sum, Negative, Piecewise))
        return _sign("+") + self._bracketed(term, (Sum, Piecewise))

    def _product(self, factors: tuple[Expression, ...]) -> str:
        """Everything up to the last divisor in one fraction, the rest behind it."""
        last = max((at for at, factor in enumerate(factors) if isinstance(factor, Reciprocal)), default=-1)
        upper = [factor for factor in factors[: last + 1] if not isinstance(factor, Reciprocal)]
        lower = [factor.operand for factor in factors[: last + 1] if isinstance(factor, Reciprocal)]
        pieces = [_tag("mfrac", self.of(product(upper)) + self.of(product(lower)))] if lower else []
        for before, factor in zip((None, *factors[last + 1 :]), factors[last + 1 :], strict=False):
            fraction = _is_one_fraction(factor)
            piece = self.of(factor) if fraction else self._bracketed(factor, _FACTORS)
            after_number = isinstance(before, Number) and not isinstance(factor, Number)
            if pieces and not after_number and (self._runs_on(factor) or fraction):
                pieces.append(_sign("·"))
            pieces.append(piece)
        return _row(*pieces)

    def _runs_on(self, expression: Expression) -> bool:
        """Whether beside another factor it would read as one word or one number with it."""
        match expression:
            case Power(base, _) | Transpose(base):
                return self._runs_on(base)
            case Name(name):
                stem = _parts(self.names.get(name, name))[0]
                return len(stem) > 1 and stem not in _LETTERS
        return isinstance(expression, Number | Reciprocal)

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        first = self.of(arguments[0])
        match function:
            case "sqrt":
                return _tag("msqrt", first)
            case "abs":
                return _row(_sign("|"), first, _sign("|"))
            case "factorial":
                return _row(self._bracketed(arguments[0], (*_TIGHT, Call)), _sign("!"))
            case "inner":
                return _row(
                    self._bracketed(arguments[0], _FACTORS),
                    _sign("·"),
                    self._bracketed(arguments[1], _FACTORS),
                )
            case "pinv":
                return _tag("msup", self._bracketed(arguments[0], _TIGHT) + _sign("†"))
        listed = _sign(",").join(self.of(argument) for argument in arguments)
        return _row(_tag("mi", escape(function)), _sign("("), listed, _sign(")"))

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Relation(operator, left, right):
                return _row(self.of(left), _sign(_RELATIONS[operator]), self.of(right))
            case Junction(word, parts):
                return _row(_tag("mtext", f" {word} ").join(map(self._condition, parts)))
            case Otherwise():
                return _tag("mtext", "otherwise")


def _parts(name: str) -> tuple[str, str]:
    """w_0 and w0 as w and 0; an empty index where there is none."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d+|(?<=_)\w+)?", name)
    return (match[1], match[2] or "") if match else (name, "")


def _is_one_fraction(expression: Expression) -> bool:
    """Whether it is set as a fraction and nothing else, which needs no brackets."""
    return isinstance(expression, Product) and isinstance(expression.factors[-1], Reciprocal)


def _table(rows: list[list[str]]) -> str:
    return _tag("mtable", "".join(_tag("mtr", "".join(_tag("mtd", cell) for cell in row)) for row in rows))


def _row(*pieces: str) -> str:
    return _tag("mrow", "".join(pieces))


def _sign(character: str) -> str:
    return _tag("mo", escape(character))


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
