"""The answers that one slip makes of the right one, and the repairs of one slip in an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from grader.compare.formula.edits import everywhere, places, renamed
from grader.compare.formula.expression import (
    MINUS_ONE,
    ONE,
    TWO,
    Branch,
    Call,
    Expression,
    Identity,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Reciprocal,
    Sum,
    Transpose,
    product,
    total,
)
from grader.compare.formula.render import render, render_condition
from grader.compare.formula.symbols import Symbols

HIGHEST_POWER = 12
"""A larger factor is not mistaken for an exponent."""


class Kind(StrEnum):
    """What is wrong with an answer; assignments give credit by these words."""

    SHAPE = "shape"
    FACTOR = "factor"
    SIGN = "sign"
    TRANSPOSE = "transpose"
    INVERSE = "inverse"
    IDENTITY = "identity"
    TERM = "term"
    SWAPPED_CASES = "swapped cases"
    CASE = "case"
    ORDER = "order"
    SLIP = "slip"


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: what it is, and the formula that it makes."""

    kind: Kind
    sentence: str
    formula: Expression


def slips(reference: Expression, symbols: Symbols) -> Iterator[Slip]:
    """What one slip makes of the reference; the likely ones first."""
    found = list(places(reference))
    for kinds in (_signs, _terms, _matrices, _factors, _numbers):
        for node, put in found:
            for kind, sentence, new in kinds(node, symbols):
                yield Slip(kind, sentence, put(new))
    yield from _everywhere(reference, symbols)


_Change = tuple[Kind, str, Node]


def _signs(node: Node, symbols: Symbols) -> Iterator[_Change]:
    match node:
        case Sum(terms):
            for at, term in enumerate(terms):
                flipped = term.operand if isinstance(term, Negative) else Negative(term)
                yield Kind.SIGN, f"the sign of {_shown(term)} is wrong", _with(terms, at, flipped, Sum)
        case Negative(operand) if not isinstance(operand, Number):
            yield Kind.SIGN, f"the sign of {_shown(operand)} is wrong", operand


def _terms(node: Node, symbols: Symbols) -> Iterator[_Change]:
    match node:
        case Sum(terms):
            for at, term in enumerate(terms):
                rest = total([other for number, other in enumerate(terms) if number != at])
                yield Kind.TERM, f"the term {_shown(term)} is missing", rest
        case Piecewise(branches):
            values = [branch.value for branch in branches]
            turned = [*values[1:], values[0]]
            swapped = tuple(
                Branch(value, branch.condition) for value, branch in zip(turned, branches, strict=True)
            )
            yield Kind.SWAPPED_CASES, "the cases are swapped", Piecewise(swapped)


def _matrices(node: Node, symbols: Symbols) -> Iterator[_Change]:
    match node:
        case Transpose(operand):
            yield Kind.TRANSPOSE, f"the transpose of {render(operand)} is missing", operand
        case Name(name) if name in symbols.table and symbols.table[name].shape:
            yield Kind.TRANSPOSE, f"there is a transpose of {name} too much", Transpose(node)
        case Power(base, Negative(Number(Fraction(numerator=1, denominator=1)))):
            yield Kind.INVERSE, f"the inverse of {render(base)} is missing", base
        case Identity():
            yield Kind.IDENTITY, "the identity matrix is missing", ONE
        case Product(factors):
            for at in range(len(factors) - 1):
                turned = (*factors[:at], factors[at + 1], factors[at], *factors[at + 2 :])
                yield Kind.ORDER, f"the order of the product {render(node)} is wrong", Product(turned)
        case Norm(operand, _):
            yield Kind.SLIP, f"there is a square of {render(node)} too much", Power(node, TWO)
            inside = operand.factors if isinstance(operand, Product) else ()
            for factor in inside:
                rest = product([other for other in inside if other is not factor])
                yield Kind.FACTOR, f"the factor {_shown(factor)} is missing in {render(node)}", Norm(rest)


def _factors(node: Node, symbols: Symbols) -> Iterator[_Change]:
    match node:
        case Product(factors):
            for at, factor in enumerate(factors):
                rest = product([other for number, other in enumerate(factors) if number != at])
                yield Kind.FACTOR, f"the factor {_shown(factor)} is missing", rest
                if isinstance(factor, Reciprocal):
                    upside = _with(factors, at, factor.operand, Product)
                    yield Kind.FACTOR, f"it is multiplied by {render(factor.operand)} and not divided", upside
                elif isinstance(factor, Number) and _may_be_a_power(factor) and at + 1 < len(factors):
                    powered = (*factors[:at], Power(factors[at + 1], factor), *factors[at + 2 :])
                    yield Kind.SLIP, f"the factor {_shown(factor)} became a power", product(powered)
                elif not isinstance(factor, Sum | Transpose):
                    down = _with(factors, at, Reciprocal(factor), Product)
                    yield Kind.FACTOR, f"it is divided by {render(factor)} and not multiplied", down
        case Power(base, Number(Fraction(numerator=2, denominator=1))):
            yield Kind.SLIP, f"the square of {render(base)} is missing", base
        case Sum(terms):
            for at, term in enumerate(terms):
                if isinstance(term, Number) or term == MINUS_ONE:
                    continue
                for scale in (TWO, Number(Fraction(1, 2))):
                    changed = _with(terms, at, Product((scale, term)), Sum)
                    yield (
                        Kind.FACTOR,
                        f"the term {_shown(term)} has a factor {render(scale)} too much",
                        changed,
                    )


def _may_be_a_power(factor: Number) -> bool:
    """Whether the factor could have slipped into an exponent."""
    return factor.value.denominator == 1 and abs(factor.value) <= HIGHEST_POWER


def _numbers(node: Node, symbols: Symbols) -> Iterator[_Change]:
    scalars = [name for name, symbol in symbols.table.items() if not symbol.shape]
    match node:
        case Number(value):
            for other in {value + 1, value - 1, value * 2, value / 2, value * value} - {value}:
                if other >= 0:
                    yield (
                        Kind.SLIP,
                        f"there is {render(Number(other))} in place of {render(node)}",
                        Number(other),
                    )
        case Name(name) if name in scalars:
            yield Kind.SLIP, f"there is a square of {name} too much", Power(node, TWO)
            for other_name in scalars:
                if other_name != name:
                    yield Kind.SLIP, f"there is {other_name} in place of {name}", Name(other_name)
            yield Kind.FACTOR, f"there is a factor 2 of {name} too much", Product((TWO, node))
        case Name(name) if name in symbols.table:
            shape = symbols.table[name].shape
            for other_name, symbol in symbols.table.items():
                if other_name != name and symbol.shape == shape:
                    yield Kind.SLIP, f"there is {other_name} in place of {name}", Name(other_name)


def _everywhere(reference: Expression, symbols: Symbols) -> Iterator[Slip]:
    """Slips that happen at every place at once."""

    def without_square(node: Node) -> Node:
        return node.base if isinstance(node, Power) and node.exponent == TWO else node

    yield Slip(Kind.SLIP, "the squares are missing", everywhere(reference, without_square))
    scalars = [name for name, symbol in symbols.table.items() if not symbol.shape]
    for one, other in combinations(scalars, 2):
        yield Slip(
            Kind.SLIP,
            f"the names {one} and {other} are swapped",
            renamed(reference, {one: other, other: one}),
        )


def repairs(answer: Expression, symbols: Symbols) -> Iterator[Slip]:
    """What one edit makes of an answer whose shapes do not fit, or which has one thing too much."""
    for node, put in places(answer):
        for kind, sentence, new in _repairs(node, symbols):
            yield Slip(kind, sentence, put(new))


def _repairs(node: Node, symbols: Symbols) -> Iterator[_Change]:
    match node:
        case Transpose(operand):
            yield Kind.TRANSPOSE, f"the part {render(operand)} should not be transposed", operand
        case Name(name) if name in symbols.table and symbols.table[name].shape:
            yield Kind.TRANSPOSE, f"the name {name} should be transposed", Transpose(node)
        case Reciprocal(operand):
            yield Kind.INVERSE, f"the inverse of {render(operand)} is meant", Power(operand, MINUS_ONE)
        case Power(base, Negative(Number(Fraction(numerator=1, denominator=1)))):
            yield Kind.INVERSE, f"the part {render(base)} should not be inverted", base
        case Sum(terms):
            for at, term in enumerate(terms):
                with_identity = _with(terms, at, Product((term, Identity())), Sum)
                yield (
                    Kind.IDENTITY,
                    f"the part {_shown(term)} should be multiplied by the identity",
                    with_identity,
                )
                if len(terms) > 1:
                    rest = total([other for number, other in enumerate(terms) if number != at])
                    yield Kind.TERM, f"the term {_shown(term)} is too much", rest
    match node:
        case Sum() | Product() if isinstance(node, Sum) or len(node.factors) > 1:
            yield Kind.TRANSPOSE, f"the part {render(node)} should be transposed", Transpose(node)
    match node:
        case Product(factors):
            for at, factor in enumerate(factors):
                rest = product([other for number, other in enumerate(factors) if number != at])
                yield Kind.FACTOR, f"the factor {_shown(factor)} is too much", rest
                if at + 1 < len(factors):
                    turned = (*factors[:at], factors[at + 1], factors[at], *factors[at + 2 :])
                    yield Kind.ORDER, f"the order of the product {render(node)} is wrong", Product(turned)
                if isinstance(factor, Reciprocal):
                    front = (Power(factor.operand, MINUS_ONE), *factors[:at], *factors[at + 1 :])
                    yield (
                        Kind.INVERSE,
                        f"the inverse of {render(factor.operand)} belongs on the left",
                        Product(front),
                    )
                if isinstance(factor, Sum):
                    inverted = _with(factors, at, Power(factor, MINUS_ONE), Product)
                    yield Kind.INVERSE, f"the inverse of {render(factor)} is missing", inverted
        case Norm():
            yield Kind.SLIP, f"the part {render(node)} should be squared", Power(node, TWO)
        case Power(base, Number(Fraction(numerator=2, denominator=1))) if not isinstance(base, Norm | Call):
            yield (
                Kind.TRANSPOSE,
                f"the square of {render(base)} is a product with its transpose",
                Product((Transpose(base), base)),
            )


def case_of(reference: Expression, case: int) -> str:
    """The condition of a case, in words."""
    return (
        render_condition(reference.branches[case].condition) if isinstance(reference, Piecewise) else "always"
    )


def _with(
    parts: tuple[Expression, ...], at: int, new: Expression, kind: type[Sum] | type[Product]
) -> Expression:
    return kind((*parts[:at], new, *parts[at + 1 :]))


def _shown(node: Node) -> str:
    """A term or a factor as a student would name it."""
    if isinstance(node, Negative):
        return _shown(node.operand)
    return render(node)  # type: ignore[arg-type]  # terms and factors are expressions
