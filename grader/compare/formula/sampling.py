"""Points at which formulas are compared: drawn from a seed, for ever the same.

Sizes are small, and distinct, so that n and d cannot stand in for each other. Numbers rotate through three
scales: generic fractions, fractions inside the unit interval, and small special values, which alone would not
do (1·x = x²).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from grader.compare.formula.errors import FormulaError
from grader.compare.formula.evaluator import Effort, Evaluator
from grader.compare.formula.exact import Exact
from grader.compare.formula.expression import Condition, Expression
from grader.compare.formula.symbols import Domain, Symbol, Symbols
from grader.compare.formula.values import Point, Rows, is_array

GENERIC, UNIT, SPECIAL = range(3)
_SPECIAL_VALUES = [Fraction(text) for text in ["1", "2", "3", "4", "5", "7", "1/2", "3/2", "1/3"]]
_WHOLE = {GENERIC: 40, UNIT: 12, SPECIAL: 9}
_SMALLEST, _LARGEST = 2, 6
_TRIES_FOR_A_SIZE = 20


class Draw:
    """A stream of numbers from a seed, by SHA-256: the same in every version and on every machine."""

    def __init__(self, *seed: object) -> None:
        self._seed = repr(seed).encode()
        self._count = 0

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        self._count += 1
        digest = sha256(self._seed + self._count.to_bytes(8, "little")).digest()
        return low + int.from_bytes(digest[:8], "little") % (high - low + 1)

    def choice(self, options: Sequence[Fraction]) -> Fraction:
        """One of these."""
        return options[self.whole(0, len(options) - 1)]


@dataclass(frozen=True, slots=True)
class Setting:
    """What formulas are about: names, what always holds, what they abbreviate, and the seed of the points."""

    symbols: Symbols
    constraints: tuple[Condition, ...]
    seed: int
    matrix_norm: str = "F"
    definitions: tuple[tuple[str, Expression], ...] = ()


def draw_point(
    setting: Setting, number: int, scale: int, sizes_of: Point | None = None, series: int = 0
) -> Point:
    """Values of all names; `number` and `series` tell the points of one seed apart. Constraints are not
    looked at.

    sizes_of: a point whose sizes are taken.
    """
    symbols = setting.symbols
    draw = Draw(setting.seed, series, number)
    sizes = _sizes(symbols, draw) if sizes_of is None else _same_sizes(symbols, sizes_of)
    point: dict[str, Fraction | Rows] = {name: Fraction(size) for name, size in sizes.items()}
    for name, symbol in symbols.table.items():
        if symbol.shape:
            rows, columns = (
                sizes.get(size, size) if isinstance(size, str) else size for size in (*symbol.shape, 1)[:2]
            )
            point[name] = _matrix(symbol.domain, int(rows), int(columns), draw)
        elif name not in sizes:
            point[name] = _number(symbol, draw, scale)
    return with_definitions(point, setting)


def with_definitions(point: Point, setting: Setting) -> Point:
    """The point with the values that follow from others."""
    result = dict(point)
    for name, definition in setting.definitions:
        value = Evaluator(result, Exact(), Effort(10_000)).value(definition)
        result[name] = _rows(value) if is_array(value) else _fraction(value)
    return result


def _rows(array: Any) -> Rows:
    return tuple(tuple(_fraction(entry) for entry in row) for row in array.tolist())


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def honours(point: Point, constraints: Sequence[Condition]) -> bool:
    """Whether a point satisfies every constraint."""
    evaluator = Evaluator(point, Exact(), Effort(1_000))
    try:
        return all(evaluator.holds(constraint) for constraint in constraints)
    except FormulaError:
        return False


def _sizes(symbols: Symbols, draw: Draw) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for name in symbols.dimensions:
        symbol = symbols.table[name]
        low, high = int(symbol.low or _SMALLEST), int(symbol.high or _LARGEST)
        size = draw.whole(low, high)
        for _ in range(_TRIES_FOR_A_SIZE):
            if size not in sizes.values():
                break
            size = draw.whole(low, high)
        sizes[name] = size
    return sizes


def _same_sizes(symbols: Symbols, point: Point) -> dict[str, int]:
    return {name: int(value) for name in symbols.dimensions if isinstance(value := point[name], Fraction)}


def _number(symbol: Symbol, draw: Draw, scale: int) -> Fraction:
    is_whole = symbol.domain in (Domain.INTEGER, Domain.POSITIVE_INTEGER)
    if symbol.low is not None or symbol.high is not None:
        low = Fraction(symbol.low) if symbol.low is not None else Fraction(symbol.high or 0) - 8
        high = Fraction(symbol.high) if symbol.high is not None else low + 8
        if is_whole:
            return Fraction(draw.whole(math.ceil(low), math.floor(high)))
        return low + (high - low) * Fraction(draw.whole(1, 996), 997)
    if symbol.domain is Domain.POSITIVE_INTEGER:
        return Fraction(draw.whole(1, _WHOLE[scale]))
    if symbol.domain is Domain.INTEGER:
        return Fraction(draw.whole(-8, 12))
    if symbol.domain is Domain.UNIT_INTERVAL:
        return Fraction(draw.whole(1, 996), 997)
    if scale == GENERIC:
        value = Fraction(draw.whole(100, 4000), 997)
    elif scale == UNIT:
        value = Fraction(draw.whole(20, 990), 991)
    else:
        value = draw.choice(_SPECIAL_VALUES)
    is_positive = symbol.domain in (Domain.POSITIVE, Domain.NONNEGATIVE)
    return value if is_positive or draw.whole(0, 1) else -value


def _matrix(domain: Domain, rows: int, columns: int, draw: Draw) -> Rows:
    def entry() -> Fraction:
        return Fraction(draw.whole(-30, 30) or 7, (5, 7, 11)[draw.whole(0, 2)])

    matrix = [[entry() for _ in range(columns)] for _ in range(rows)]
    span = range(rows)
    if domain is Domain.SYMMETRIC:
        matrix = [[matrix[i][j] + matrix[j][i] for j in span] for i in span]
    elif domain is Domain.POSITIVE_DEFINITE:
        matrix = [
            [sum((matrix[i][k] * matrix[j][k] for k in span), Fraction(int(i == j))) for j in span]
            for i in span
        ]
    elif domain in (Domain.POSITIVE, Domain.NONNEGATIVE):
        matrix = [[abs(value) for value in row] for row in matrix]
    elif domain is Domain.UNIT_INTERVAL:
        matrix = [[Fraction(draw.whole(1, 996), 997) for _ in row] for row in matrix]
    elif domain in (Domain.INTEGER, Domain.POSITIVE_INTEGER):
        matrix = [
            [Fraction(draw.whole(1 if domain is Domain.POSITIVE_INTEGER else -8, 9)) for _ in row]
            for row in matrix
        ]
    return tuple(map(tuple, matrix))
