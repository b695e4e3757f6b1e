"""Written formulas: read as the grader reads them, echoed, and valued at points in numbers.

The one place where the self-check meets the formula engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.compare.formula import (
    Domain,
    Expression,
    FormulaError,
    MisShapen,
    Symbol,
    Symbols,
    Unreadable,
    latex,
    read,
    render,
)
from grader.compare.formula.balls import Balls
from grader.compare.formula.errors import NotRational
from grader.compare.formula.evaluator import Effort, Evaluator
from grader.compare.formula.exact import Exact
from grader.compare.formula.shapes import describe, form_of
from grader.compare.formula.values import ScaledIdentity, entries, size
from grader.results.verdict import Place
from grader.selfcheck.findings import CannotSay, Echo, Finding, looks_right, looks_wrong, unreadable
from grader.selfcheck.sheet import Sheet
from grader.submission.answers import Answer

MAX_STEPS = 20_000
DEFINITION = re.compile(r"\b(?:where|with|given)\b", re.IGNORECASE)
"""Left of the last equals sign: what is equated there is not the answer."""

Array = NDArray[np.float64]
Point = Mapping[str, float | Array]


@dataclass(frozen=True, slots=True)
class Formula:
    """One reading of an answer, and where it stands."""

    expression: Expression
    echo: Echo
    place: Place

    def at(self, point: Point) -> Array:
        """Its value where each name has the value given: shape (), (d,) for a column, else (n, d).

        Ends the check where there is none. Names that abbreviate others need their value like any other.
        """
        exact: dict[str, Any] = {name: _exact(value) for name, value in point.items()}
        try:
            return _floats(_value(self.expression, exact))
        except FormulaError as fault:
            raise self._wrong(
                f"It has no value at some numbers that it should have one for: {fault}."
            ) from fault

    def check_shape(self, symbols: Symbols, wanted: str) -> None:
        """Ends the check unless its parts fit together and it is what is asked: "a number", "d×1"."""
        try:
            found = describe(form_of(self.expression, symbols))
        except MisShapen as fault:
            raise self._wrong(f"Its parts do not fit together: {fault}.") from fault
        if found != wanted:
            raise self._wrong(f"It is {found}, where {wanted} is asked.")

    def _wrong(self, message: str) -> CannotSay:
        return CannotSay(looks_wrong(message, place=self.place, echo=self.echo))


def symbols_of(sheet: Sheet) -> Symbols:
    """The names that an assignment's formulas may use."""
    return Symbols(
        {
            name: Symbol(
                shape=tuple(data.get("shape", ())),
                domain=Domain(data.get("domain", "real")),
                aliases=tuple(data.get("aliases", ())),
                definition=data.get("definition"),
            )
            for name, data in sheet.symbols.items()
        }
    )


def read_formula(answer: Answer, symbols: Symbols) -> tuple[Formula, ...]:
    """The readings of a written answer, of `left = right` the right side: two where `1/2n` may mean either.

    Ends the check as unreadable, with the place, where it is no formula.
    """
    place = Place(answer.cell + 1, answer.line)
    try:
        reading = read(answer.value, symbols)
    except Unreadable as fault:
        message = f"{fault.reason}:\n{fault.excerpt(answer.value)}"
        raise CannotSay(unreadable(message, place=place)) from fault
    if reading.left and DEFINITION.search(reading.left):
        message = (
            "A definition stands behind the formula, so a person will read it; give it in your explanation."
        )
        raise CannotSay(unreadable(message, place=place))
    expressions = (reading.expression, *([reading.tight] if reading.tight is not None else []))
    return tuple(Formula(e, Echo(render(e), latex(e)), place) for e in expressions)


def judge_formula(
    answer: Answer,
    symbols: Symbols,
    *,
    wanted: str,
    holds: Callable[[Formula], bool],
    right: str,
    wrong: str,
) -> Finding:
    """Whether a property holds of the formula; where it can be read in two ways, of either."""
    complaints: list[Finding] = []
    for formula in read_formula(answer, symbols):
        try:
            formula.check_shape(symbols, wanted)
            if holds(formula):
                return looks_right(right, place=formula.place, echo=formula.echo)
            complaints.append(looks_wrong(wrong, place=formula.place, echo=formula.echo))
        except CannotSay as reason:
            complaints.append(reason.finding)
    return complaints[0]


def _exact(value: float | Array) -> Fraction | tuple[tuple[Fraction, ...], ...]:
    """A number, or rows; a vector is a column."""
    array = np.asarray(value, np.float64)
    if array.ndim == 0:
        return Fraction(float(array))
    return tuple(tuple(map(Fraction, row)) for row in array.reshape(len(array), -1).tolist())


def _value(expression: Expression, point: Mapping[str, Any]) -> Any:
    try:
        return Evaluator(point, Exact(), Effort(MAX_STEPS)).value(expression)
    except NotRational:
        return Evaluator(point, Balls(is_real=True), Effort(MAX_STEPS)).value(expression)


def _floats(value: Any) -> Array:
    if isinstance(value, ScaledIdentity):
        raise MisShapen("it is a multiple of the identity")
    numbers = np.array([_float(entry) for entry in entries(value)])
    rows, columns = size(value) or (1, 1)
    if (rows, columns) == (1, 1):
        return numbers.reshape(())
    return numbers if columns == 1 else numbers.reshape(rows, columns)


def _float(entry: Any) -> float:
    """Of a rational number, or of the middle of a real ball."""
    if hasattr(entry, "q"):
        return int(entry.p) / int(entry.q)
    return float(entry.real.mid())
