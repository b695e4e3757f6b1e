"""Points of a declared domain for telling conditions apart: anywhere in it, on their borders and beside them.

The border of a comparison `left < right` is where both sides are equal. Along a name in which their
difference is affine it is found exactly, from the difference at three places.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.compare.formula.errors import FormulaError
from grader.compare.formula.evaluator import Effort, Evaluator
from grader.compare.formula.exact import Exact
from grader.compare.formula.expression import Condition, Name, Relation, walk
from grader.compare.formula.sampling import Draw, Setting, with_definitions
from grader.compare.formula.symbols import Domain, Symbol
from grader.compare.formula.values import Point

_LARGEST = 12
_SPECIAL = [Fraction(text) for text in ("0", "1", "-1", "2", "1/2", "3")]
_BESIDE = Fraction(1, 997)
_STEPS_FOR_A_SIDE = 5_000
_RANGES: dict[Domain, tuple[str | None, str | None]] = {
    Domain.POSITIVE_INTEGER: ("1", None),
    Domain.UNIT_INTERVAL: ("0", "1"),
    Domain.POSITIVE: ("0", None),
    Domain.NONNEGATIVE: ("0", None),
}


class Points:
    """Draws values of all numbers of a setting; the conditions' comparisons say where the borders are."""

    def __init__(self, setting: Setting, conditions: Sequence[Condition]) -> None:
        self._setting = setting
        self._draw = Draw(setting.seed, "conditions")
        self._numbers = {
            name: symbol
            for name, symbol in setting.symbols.table.items()
            if not symbol.shape and symbol.definition is None
        }
        nodes = [node for condition in conditions for node in walk(condition)]
        self._borders = [node for node in nodes if isinstance(node, Relation)]

    def draw(self, count: int) -> Iterator[Point]:
        """As many points as asked, all in the domain; every second one on or beside a few borders."""
        for number in range(count):
            point = {name: self._value(symbol) for name, symbol in self._numbers.items()}
            if number % 2:
                for _ in range(self._draw.whole(1, max(1, len(self._borders)))):
                    self._move_to_a_border(point)
            yield with_definitions(point, self._setting)

    def _value(self, symbol: Symbol) -> Fraction:
        low, high = _drawn_between(symbol)
        if _is_whole(symbol):
            return Fraction(self._draw.whole(math.ceil(low), math.floor(high)))
        special = [value for value in _SPECIAL if in_domain(value, symbol)]
        if special and self._draw.whole(0, 2) == 0:
            return self._draw.choice(special)
        return low + (high - low) * Fraction(self._draw.whole(1, 996), 997)

    def _move_to_a_border(self, point: dict[str, Fraction]) -> None:
        """Change one number so that some comparison is an equation, or nearly one, if that can be had."""
        if not self._borders:
            return
        border = self._borders[self._draw.whole(0, len(self._borders) - 1)]
        names = sorted({node.name for node in walk(border) if isinstance(node, Name)} & point.keys())
        if not names:
            return
        name = names[self._draw.whole(0, len(names) - 1)]
        symbol = self._numbers[name]
        place = self._zero_of(border, name, point)
        step = Fraction(1) if _is_whole(symbol) else _BESIDE
        if place is None:
            return
        place += step * self._draw.whole(-1, 1)
        if in_domain(place, symbol):
            point[name] = place

    def _zero_of(self, border: Relation, name: str, point: Point) -> Fraction | None:
        """The value of the name at which both sides are equal, if their difference is affine in it."""
        places = [with_definitions({**point, name: Fraction(x)}, self._setting) for x in (1, 2, 3)]
        try:
            at_1, at_2, at_3 = (_difference(border, place) for place in places)
        except FormulaError:
            return None
        slope = at_2 - at_1
        return 1 - at_1 / slope if slope and at_3 - at_2 == slope else None


def in_domain(value: Fraction, symbol: Symbol) -> bool:
    """Whether a number may stand for the symbol: declared ranges are closed for whole numbers, else open."""
    least, most = _RANGES.get(symbol.domain, (None, None))
    low = symbol.low if symbol.low is not None else least
    high = symbol.high if symbol.high is not None else most
    is_closed = _is_whole(symbol) or (symbol.domain is Domain.NONNEGATIVE and symbol.low is None)
    return (
        (value.denominator == 1 or not _is_whole(symbol))
        and (low is None or Fraction(low) < value or (is_closed and Fraction(low) == value))
        and (high is None or value < Fraction(high) or (is_closed and value == Fraction(high)))
    )


def _drawn_between(symbol: Symbol) -> tuple[Fraction, Fraction]:
    """The range from which values are drawn: the declared one, or what there is of small numbers in it."""
    least, most = _RANGES.get(symbol.domain, (None, None))
    low = Fraction(symbol.low or least or min(Fraction(), Fraction(symbol.high or 0)) - _LARGEST)
    high = symbol.high or most
    return low, Fraction(high) if high else max(Fraction(), low) + _LARGEST


def _is_whole(symbol: Symbol) -> bool:
    return symbol.domain in (Domain.INTEGER, Domain.POSITIVE_INTEGER)


def _difference(border: Relation, point: Point) -> Fraction:
    evaluator = Evaluator(point, Exact(), Effort(_STEPS_FOR_A_SIDE))
    difference = evaluator.number(border.left) - evaluator.number(border.right)
    return Fraction(int(difference.p), int(difference.q))
