"""The exact value of a formula of numbers, where it has one of bounded length."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader.compare.formula.errors import NotRational, Undefined
from grader.compare.formula.evaluator import Effort, Evaluator
from grader.compare.formula.exact import Exact
from grader.compare.formula.expression import Expression

MAX_STEPS = 100_000
MAX_BITS = 10_000


def evaluate(expression: Expression, values: Mapping[str, Fraction]) -> Fraction:
    """The exact value where each name has the value given.

    Raises Undefined for a division by zero, a value that is not rational and one of more than 10 000 bits;
    KeyError for a name without a value.
    """
    try:
        value = Evaluator(values, Exact(), Effort(MAX_STEPS)).number(expression)
    except NotRational as error:
        raise Undefined(f"the value is not rational or too long to write down: {error}") from error
    result = Fraction(int(value.p), int(value.q))
    if max(result.numerator.bit_length(), result.denominator.bit_length()) > MAX_BITS:
        raise Undefined("the value is too long to write down")
    return result
