"""Written formulas: read as the grader reads them, echoed, and valued at a point.

The one place where the self-check meets the formula engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.compare.formula import Expression, Symbols, Undefined, Unreadable, evaluate, parse, render
from grader.results.verdict import Place
from grader.selfcheck.findings import CannotSay, Echo, looks_wrong, unreadable
from grader.submission.answers import Answer


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was read, and where it stands."""

    expression: Expression
    echo: Echo
    place: Place

    def at(self, **values: float) -> float:
        """Its value where each name has the value given; ends the check where it has none."""
        exact = {name: Fraction(value) for name, value in values.items()}
        try:
            return float(evaluate(self.expression, exact))
        except Undefined as fault:
            shown = ", ".join(f"{name} = {value:g}" for name, value in values.items())
            raise CannotSay(
                looks_wrong(f"At {shown} it has no value: {fault}.", place=self.place, echo=self.echo)
            ) from fault


def read_formula(answer: Answer, symbols: Symbols) -> Formula:
    """Read a written answer, of `left = right` the right side; else ends the check as unreadable."""
    place = Place(answer.cell + 1, answer.line)
    text = answer.value.rpartition("=")[2]
    try:
        expression = parse(text, symbols)
    except Unreadable as fault:
        raise CannotSay(unreadable(f"{fault.reason}:\n{_pointed(fault, text)}", place=place)) from fault
    return Formula(expression, Echo(render(expression)), place)


def _pointed(fault: Unreadable, text: str) -> str:
    """The excerpt with a caret below the place, without the reason."""
    return "\n".join(fault.show(text).split("\n")[:2])


def same_everywhere(values: Mapping[str, float], others: Mapping[str, float]) -> bool:
    """Whether two tables of values agree to rounding."""
    return all(abs(values[key] - others[key]) <= 1e-9 * max(1.0, abs(others[key])) for key in others)
