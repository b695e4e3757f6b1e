"""Expressions: frozen trees of rational arithmetic, and how they are echoed to the student.

Subtraction is a `Negative` term of a `Sum` and division a `Reciprocal` factor of a `Product`, so that a
long sum is one node and not a deep tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A non-negative number, exact."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared name, in its canonical spelling."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """-operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Reciprocal:
    """1 / operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Sum:
    """Two or more terms."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Two or more factors."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """base ^ exponent."""

    base: Expression
    exponent: Expression


Expression: TypeAlias = Number | Symbol | Negative | Reciprocal | Sum | Product | Power


def names(expression: Expression) -> frozenset[str]:
    """The canonical names that occur."""
    found: set[str] = set()
    pending = [expression]
    while pending:
        match pending.pop():
            case Symbol(name):
                found.add(name)
            case Negative(operand) | Reciprocal(operand):
                pending.append(operand)
            case Sum(parts) | Product(parts):
                pending.extend(parts)
            case Power(base, exponent):
                pending += (base, exponent)
            case Number():
                pass
    return frozenset(found)


def render(expression: Expression) -> str:
    """The expression as it was read: plain text with canonical names, brackets where they were needed.

    Reading the text again gives an equal expression.
    """
    match expression:
        case Number(value):
            return _decimal(value)
        case Symbol(name):
            return name
        case Negative(operand):
            return "-" + _operand(operand, (Sum, Negative))
        case Reciprocal(operand):
            return "1/" + _operand(operand, (Sum, Negative, Product, Reciprocal))
        case Sum(terms):
            return "".join(_term(term, is_first=number == 0) for number, term in enumerate(terms))
        case Product(factors):
            return "".join(_factor(factor, is_first=number == 0) for number, factor in enumerate(factors))
        case Power(base, exponent):
            compound = (Sum, Negative, Product, Reciprocal, Power)
            return f"{_operand(base, compound)}^{_operand(exponent, compound)}"


def _operand(expression: Expression, bracketed: tuple[type, ...]) -> str:
    text = render(expression)
    return f"({text})" if isinstance(expression, bracketed) else text


def _term(term: Expression, *, is_first: bool) -> str:
    if is_first:
        return _operand(term, (Sum,))
    if isinstance(term, Negative):
        return " - " + _operand(term.operand, (Sum, Negative))
    return " + " + _operand(term, (Sum,))


def _factor(factor: Expression, *, is_first: bool) -> str:
    if is_first:
        return _operand(factor, (Sum, Negative, Product))
    if isinstance(factor, Reciprocal):
        return "/" + _operand(factor.operand, (Sum, Negative, Product, Reciprocal))
    return "*" + _operand(factor, (Sum, Negative, Product))


def _decimal(value: Fraction) -> str:
    """Digits where they end, as those of a number that was read do; else a fraction in brackets."""
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 61):
        if 10**places % value.denominator == 0:
            digits = str(value.numerator * 10**places // value.denominator).zfill(places + 1)
            return f"{digits[:-places]}.{digits[-places:]}"
    return f"({value.numerator}/{value.denominator})"
