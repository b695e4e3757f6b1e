"""Values of expressions: exact rational arithmetic with a bound on its cost."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader.compare.formula.errors import Undefined
from grader.compare.formula.expression import (
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Reciprocal,
    Sum,
    Symbol,
)

MAX_EXPONENT = 400
MAX_BITS = 10_000


def evaluate(expression: Expression, values: Mapping[str, Fraction]) -> Fraction:
    """The exact value where each name has the value given.

    Raises Undefined for a division by zero, a power whose exponent is not a whole number of at most 400 in
    size, and a value of more than 10 000 bits; KeyError for a name without a value.
    """
    match expression:
        case Number(value):
            result = value
        case Symbol(name):
            result = values[name]
        case Negative(operand):
            result = -evaluate(operand, values)
        case Reciprocal(operand):
            result = _power(evaluate(operand, values), -1)
        case Sum(terms):
            result = Fraction(0)
            for term in terms:
                result = _bounded(result + evaluate(term, values))
        case Product(factors):
            result = Fraction(1)
            for factor in factors:
                result = _bounded(result * evaluate(factor, values))
        case Power(base, exponent):
            size = evaluate(exponent, values)
            if size.denominator != 1 or abs(size) > MAX_EXPONENT:
                raise Undefined(f"an exponent must be a whole number of at most {MAX_EXPONENT} in size")
            result = _power(evaluate(base, values), int(size))
    return _bounded(result)


def _power(base: Fraction, exponent: int) -> Fraction:
    if base == 0 and exponent < 0:
        raise Undefined("division by zero")
    if _bits(base) * abs(exponent) > MAX_BITS:
        raise Undefined("the value is too long to write down")
    return Fraction(base**exponent)


def _bounded(value: Fraction) -> Fraction:
    if _bits(value) > MAX_BITS:
        raise Undefined("the value is too long to write down")
    return value


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
