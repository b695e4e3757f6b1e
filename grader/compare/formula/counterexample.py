"""A point where an answer and the reference differ, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from grader.compare.formula.equality import Decision, is_same
from grader.compare.formula.exact import bits
from grader.compare.formula.symbols import Symbols
from grader.compare.formula.values import Rows, Value, entries, size

_SHORT_BITS = 16
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Counterexample:
    """point: name and value of everything drawn, matrices row by row. entry: where matrices differ, from 1.

    answer, expected: the values there.
    """

    point: tuple[tuple[str, str], ...]
    answer: str
    expected: str
    entry: tuple[int, int] | None = None

    def __str__(self) -> str:
        numbers = ", ".join(f"{name} = {value}" for name, value in self.point if not value.startswith("["))
        place = f" entry {self.entry} of" if self.entry else ""
        at = f"At {numbers}" if numbers else "For the matrices drawn"
        return f"{at},{place} your formula is {self.answer} and should be {self.expected}."


def counterexample(decision: Decision, symbols: Symbols) -> Counterexample | None:
    """The difference that was found; None where the answer has no value or another shape."""
    if decision.point is None:
        return None
    point = tuple((name, _shown(decision.point[name])) for name in symbols.names)
    found, expected = entries(decision.answer), entries(decision.expected)
    shape = size(decision.expected)
    if len(found) != len(expected) or shape is None:
        return Counterexample(point, _words(decision.answer), _words(decision.expected))
    for number, (x, y) in enumerate(zip(found, expected, strict=True)):
        if is_same(x, y, 192) is False:
            entry = (number // shape[1] + 1, number % shape[1] + 1) if shape != (1, 1) else None
            return Counterexample(point, _words(x), _words(y), entry)
    return None


def _shown(value: Fraction | Rows) -> str:
    if isinstance(value, Fraction):
        return str(value)
    lines = (", ".join(map(str, row)) for row in value)
    return f"[{', '.join(f'[{line}]' for line in lines)}]"


def _words(value: Value) -> str:
    """A fraction where it is short, else its first digits."""
    [number, *others] = entries(value)
    if others:
        return f"a matrix of {len(others) + 1} numbers"
    if isinstance(number, fmpq):
        return str(number) if bits(number) <= _SHORT_BITS else _decimal(number)
    return _complex(number)


def _decimal(number: fmpq) -> str:
    value = Fraction(int(number.p), int(number.q))
    try:
        return f"{float(value):.{_DIGITS}g}"
    except OverflowError:
        exponent = int((value.numerator.bit_length() - value.denominator.bit_length()) * math.log10(2))
        return f"about {'-' if value < 0 else ''}10^{exponent}"


def _complex(number: Any) -> str:
    real = number.real.mid().str(_DIGITS, radius=False)
    imaginary = number.imag.mid()
    return real if imaginary == 0 else f"{real} + {imaginary.str(_DIGITS, radius=False)} i"
