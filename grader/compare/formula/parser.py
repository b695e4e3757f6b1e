"""From tokens to an expression: recursive descent without backtracking, so each token is read once.

    sum     = [sign] product { ("+" | "-") [sign] product }
    product = power { "*" [sign] power | "/" [sign] power | power }
    power   = atom { superscript | "^" [sign] power }
    atom    = number | name | bracketed sum | frac "{" sum "}" "{" sum "}"

`**` is `^`, and powers group to the right. Side by side means times, and binds like `*`. After a `/` that
is refused: `1/2n` is (1/2)n to Python and 1/(2n) to many who write by hand, and a grader must not guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grader.compare.formula.errors import Undefined, Unreadable
from grader.compare.formula.evaluate import MAX_EXPONENT, evaluate
from grader.compare.formula.expression import (
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Reciprocal,
    Sum,
    Symbol,
    names,
)
from grader.compare.formula.lexer import BRACKETS, Token, tokenize
from grader.compare.formula.symbols import Symbols

MAX_NESTING = 60


def parse(text: str, symbols: Symbols) -> Expression:
    """Read a scalar formula in LaTeX, Python, Unicode or ASCII; of `a = b = c` the last part.

    Raises Unreadable with the place in `text` for anything that is not rational arithmetic over the
    declared names, and for what is longer or deeper than an honest formula (2 000 characters, 800 tokens,
    nesting 60, 60 digits, exponents of 400).
    """
    parser = _Parser(tokenize(text, symbols))
    expression = parser.sum()
    parser.expect_end()
    return expression


class _Parser:
    """The tokens and the place reached in them."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._nesting = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _take_operator(self, operators: str) -> str:
        """The operator that comes next if it is one of these, else an empty string."""
        token = self._next
        return self._take().text if token.kind == "operator" and token.text in operators else ""

    def expect_end(self) -> None:
        token = self._next
        if token.kind == "close":
            raise Unreadable(token.position, f"{token.text!r} closes a bracket that was not opened")
        if token.kind != "end":
            raise Unreadable(token.position, f"{token.text!r} is not expected here")

    def sum(self) -> Expression:
        terms = [self._signed(self._product)]
        while operator := self._take_operator("+-"):
            term = self._signed(self._product)
            terms.append(Negative(term) if operator == "-" else term)
        return Sum(tuple(terms)) if len(terms) > 1 else terms[0]

    def _signed(self, read: Callable[[], Expression]) -> Expression:
        is_negative = False
        while sign := self._take_operator("+-"):
            is_negative ^= sign == "-"
        operand = read()
        return Negative(operand) if is_negative else operand

    def _product(self) -> Expression:
        factors = [self._power()]
        is_divided = False
        while True:
            if operator := self._take_operator("*/"):
                factor = self._signed(self._power)
                is_divided = operator == "/"
                factors.append(Reciprocal(factor) if is_divided else factor)
            elif self._next.kind in ("number", "name", "open", "frac"):
                self._check_side_by_side(is_divided)
                factors.append(self._power())
            else:
                return Product(tuple(factors)) if len(factors) > 1 else factors[0]

    def _check_side_by_side(self, is_divided: bool) -> None:
        token = self._next
        if is_divided:
            reason = "it is not clear what is divided: write a/(b c) or (a/b) c, with brackets"
            raise Unreadable(token.position, reason)
        if token.kind == "number" and self._tokens[self._at - 1].kind == "number":
            raise Unreadable(token.position, "two numbers side by side: is an operator missing?")

    def _power(self) -> Expression:
        base = self._atom()
        while True:
            start = self._next.position
            if self._next.kind == "superscript":
                value = self._take().value
                exponent: Expression = Number(abs(value))
                exponent = Negative(exponent) if value < 0 else exponent
            elif self._take_operator("^"):
                with self._nested(start):
                    exponent = self._signed(self._power)
            else:
                return base
            _check_exponent(exponent, start)
            base = Power(base, exponent)

    def _atom(self) -> Expression:
        token = self._take()
        match token.kind:
            case "number":
                return Number(token.value)
            case "name":
                return Symbol(token.text)
            case "open":
                return self._rest_of_bracket(token)
            case "frac":
                numerator = self._argument(token)
                return Product((numerator, Reciprocal(self._argument(token))))
            case "end":
                raise Unreadable(token.position, "a number or a name is missing at the end")
        raise Unreadable(token.position, f"a number or a name is missing before {token.text!r}")

    def _argument(self, command: Token) -> Expression:
        token = self._take()
        if (token.kind, token.text) != ("open", "{"):
            raise Unreadable(token.position, f"write \\{command.text}{{a}}{{b}}, with braces")
        return self._rest_of_bracket(token)

    def _rest_of_bracket(self, opening: Token) -> Expression:
        with self._nested(opening.position):
            expression = self.sum()
        token = self._take()
        if token.kind == "end":
            raise Unreadable(opening.position, f"{opening.text!r} is not closed")
        if token.text != BRACKETS[opening.text]:
            raise Unreadable(token.position, f"{BRACKETS[opening.text]!r} is expected before {token.text!r}")
        return expression

    @contextmanager
    def _nested(self, position: int) -> Iterator[None]:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise Unreadable(position, f"a formula may be nested at most {MAX_NESTING} deep")
        yield
        self._nesting -= 1


def _check_exponent(exponent: Expression, position: int) -> None:
    """An exponent without names must be one that can be evaluated."""
    if names(exponent):
        return
    try:
        value = evaluate(exponent, {})
    except Undefined as error:
        raise Unreadable(position, f"the exponent has no value: {error}") from None
    if value.denominator != 1 or abs(value) > MAX_EXPONENT:
        raise Unreadable(position, f"an exponent must be a whole number of at most {MAX_EXPONENT} in size")
