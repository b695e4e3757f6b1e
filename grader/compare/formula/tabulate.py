"""What a formula of numbers gives at some points: how counts are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.compare.formula.errors import FormulaError
from grader.compare.formula.evaluate import evaluate
from grader.compare.formula.mathml import mathml
from grader.compare.formula.parser import parse
from grader.compare.formula.render import render
from grader.compare.formula.symbols import Symbols

Points = Sequence[Mapping[str, Fraction]]


@dataclass(frozen=True, slots=True)
class Table:
    """The exact values at the points, in their order, and the formula as it was read (plain, and MathML)."""

    values: tuple[Fraction, ...]
    read_as: str
    mathml: str


Tabulate = Callable[[str, Symbols, Points], Table]
"""As `tabulate`, wherever it is done."""


def tabulate(text: str, symbols: Symbols, points: Points) -> Table:
    """Read a formula and evaluate it; a point gives every name of `symbols` a value.

    Raises Unreadable, Undefined, or another FormulaError where it takes too many steps. A short formula may
    still take minutes and gigabytes: what a student wrote goes through `worker`.
    """
    try:
        expression = parse(text, symbols)
        values = tuple(evaluate(expression, point) for point in points)
        return Table(values, render(expression), mathml(expression))
    except RecursionError:
        raise FormulaError("the formula is nested too deeply to be read") from None
