"""Equality up to a constant: a positive factor, or a term, that is free of the question's variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import acb, fmpq

from grader.compare.formula.equality import MAX_STEPS, Decision, values_at
from grader.compare.formula.errors import FormulaError
from grader.compare.formula.evaluator import Effort, TooCostly
from grader.compare.formula.expression import Expression
from grader.compare.formula.ratios import is_zero, ratio
from grader.compare.formula.sampling import Setting, draw_point, honours, with_definitions
from grader.compare.formula.values import Point, entries, size

GROUPS = 4
POINTS_PER_GROUP = 5
TRIES = 200


def decide_up_to(
    answer: Expression,
    reference: Expression,
    setting: Setting,
    variables: Sequence[str],
    unequal: Decision,
    *,
    is_factor: bool,
) -> Decision:
    """Whether the answer is a positive constant times the reference, or a constant more than it.

    The constant may depend on names that are not variables: they are held within a group of points. `unequal`
    is the decision returned when it is not so.
    """
    effort = Effort(MAX_STEPS)
    free = variables or setting.symbols.names
    is_held = len(set(free)) < len(setting.symbols.names)
    constants: list[Any] = []
    groups = 0
    for number in range(TRIES):
        if groups >= GROUPS:
            what = "factor" if is_factor else "term"
            return Decision(True, f"equal up to a constant {what}", groups * POINTS_PER_GROUP)
        base = draw_point(setting, number, 0)
        if not honours(base, setting.constraints):
            continue
        found = [
            _constant(answer, reference, point, setting, effort, is_factor)
            for point in _group(base, setting, free, number)
        ]
        if is_held:
            constants = []
        constants += [constant for constant in found if constant is not _UNKNOWN]
        if any(constant is None or not is_zero(constant - constants[0]) for constant in constants):
            return unequal
        groups += len(constants) > 1
    return unequal


_UNKNOWN = object()
"""No value at this point, or 0/0."""


def _group(base: Point, setting: Setting, free: Sequence[str], number: int) -> list[Point]:
    """Points that share the held names and the sizes."""
    points = [base]
    for other in range(1, POINTS_PER_GROUP * 8):
        drawn = draw_point(setting, number, other % 2, sizes_of=base, series=1 + other)
        point = with_definitions(
            {name: drawn[name] if name in free else base[name] for name in base}, setting
        )
        if honours(point, setting.constraints):
            points.append(point)
        if len(points) == POINTS_PER_GROUP:
            break
    return points


def _constant(
    answer: Expression, reference: Expression, point: Point, setting: Setting, effort: Effort, is_factor: bool
) -> Any:
    """The factor or the term at one point; None where there is none that would do."""
    is_real = not setting.symbols.is_complex
    try:
        found, expected = values_at([answer, reference], point, is_real, setting.matrix_norm, effort)
    except TooCostly:
        raise
    except FormulaError:
        return _UNKNOWN
    if is_factor:
        if all(map(is_zero, entries(found))) and all(map(is_zero, entries(expected))):
            return _UNKNOWN
        factor = ratio(found, expected)
        return factor if factor is not None and _is_positive(factor) else None
    if size(found) != (1, 1) or size(expected) != (1, 1):
        return None
    [x], [y] = entries(found), entries(expected)
    return x - y if isinstance(x, fmpq) and isinstance(y, fmpq) else acb(x) - acb(y)


def _is_positive(value: Any) -> bool:
    return bool(value > 0) if isinstance(value, fmpq) else bool(value.real > 0)
