"""How values differ: by a factor, or by a term, that is a constant times powers of the names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from flint import acb, fmpq

from grader.compare.formula.equality import Sample
from grader.compare.formula.exact import bits
from grader.compare.formula.render import decimal
from grader.compare.formula.values import Value, entries, size

MAX_DENOMINATOR = 720
MAX_BITS = 32
_EXPONENTS = (1, -1, 2, -2)


@dataclass(frozen=True, slots=True)
class Monomial:
    """coefficient * name^exponent * ..."""

    coefficient: Fraction
    powers: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        upper = [_power(name, exponent) for name, exponent in self.powers if exponent > 0]
        lower = [_power(name, -exponent) for name, exponent in self.powers if exponent < 0]
        head = self.coefficient.numerator
        if abs(head) != 1 or not upper:
            upper.insert(0, str(head))
        elif head < 0:
            upper[0] = f"-{upper[0]}"
        if self.coefficient.denominator != 1:
            lower.insert(0, decimal(Fraction(self.coefficient.denominator)))
        divisor = f"({' '.join(lower)})" if len(lower) > 1 else "".join(lower)
        return " ".join(upper) + (f"/{divisor}" if divisor else "")


def ratio(one: Value, other: Value) -> Any | None:
    """The number that one is of the other; None if they are not proportional, or zero."""
    if size(one) != size(other):
        return None
    found: Any = None
    for x, y in zip(entries(one), entries(other), strict=True):
        if is_zero(y) or is_zero(x):
            if is_zero(x) and is_zero(y):
                continue
            return None
        quotient = x / y if isinstance(x, fmpq) and isinstance(y, fmpq) else acb(x) / acb(y)
        if found is not None and not is_zero(quotient - found):
            return None
        found = quotient
    return found


def difference(one: Value, other: Value) -> Any | None:
    """one - other for numbers that differ."""
    if size(one) != (1, 1) or size(other) != (1, 1):
        return None
    [x], [y] = entries(one), entries(other)
    result = x - y if isinstance(x, fmpq) and isinstance(y, fmpq) else acb(x) - acb(y)
    return None if is_zero(result) else result


def is_zero(x: Any) -> bool:
    """Whether it is zero, as far as its ball tells."""
    return bool(x == 0) if isinstance(x, fmpq) else bool(x.contains(0))


def monomial(values: Sequence[Any], samples: Sequence[Sample], names: Sequence[str]) -> Monomial | None:
    """The monomial in at most two names that has these values at the samples; with a None there is none."""
    if len(values) < 3 or any(value is None for value in values):
        return None
    for powers in _powers(names):
        scaled = (value / _at(powers, sample) for value, sample in zip(values, samples, strict=True))
        first = next(scaled)
        if all(is_zero(other - first) for other in scaled):
            coefficient = _coefficient(first)
            if coefficient is not None:
                return Monomial(coefficient, powers)
    return None


def _powers(names: Sequence[str]) -> Iterator[tuple[tuple[str, int], ...]]:
    yield ()
    for count in (1, 2):
        for chosen in combinations(names, count):
            for exponents in product(_EXPONENTS, repeat=count):
                yield tuple(zip(chosen, exponents, strict=True))


def _at(powers: Sequence[tuple[str, int]], sample: Sample) -> fmpq:
    result = fmpq(1)
    for name, exponent in powers:
        value = sample.point[name]
        if not isinstance(value, Fraction):
            raise TypeError(f"{name} is no number")
        result *= fmpq(value.numerator, value.denominator) ** exponent
    return result


def _coefficient(x: Any) -> Fraction | None:
    """A simple fraction; None where the constant is none."""
    if isinstance(x, fmpq):
        return Fraction(int(x.p), int(x.q)) if bits(x) <= MAX_BITS else None
    if not x.imag.contains(0):
        return None
    near = float(x.real.mid())
    if not math.isfinite(near):
        return None
    guess = Fraction(near).limit_denominator(MAX_DENOMINATOR)
    return guess if is_zero(x - acb(fmpq(guess.numerator, guess.denominator))) else None


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"
