"""Whether two formulas are equal, decided at random points (Schwartz 1980, Zippel 1979).

Rational values are compared exactly. Others are balls at 192 to 3 072 bits: disjoint balls prove a
difference, and balls that overlap while they are tiny are taken for equal. An answer is compared wherever the
reference is real; where one of the two leaves the reals on the way, both are taken as principal complex
values there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from flint import acb, acb_mat, ctx, fmpq, fmpq_mat

from grader.compare.formula.balls import Balls
from grader.compare.formula.errors import Imprecise, NoCase, NotRational, NotReal, Undefined
from grader.compare.formula.evaluator import Effort, Evaluator
from grader.compare.formula.exact import Exact
from grader.compare.formula.expression import Expression, Name, Piecewise, Power, walk
from grader.compare.formula.sampling import GENERIC, SPECIAL, UNIT, Setting, draw_point, honours
from grader.compare.formula.values import Point, ScaledIdentity, Value, entries, is_array, size

POINTS = 8
POINTS_PER_CASE = 4
SPECIAL_POINTS_FOR_POWERS = 150
TRIES_PER_POINT = 40
PRECISIONS = (192, 768, 3072)
MAX_STEPS = 400_000


class Relation(Enum):
    """How an answer stands to the reference at a point."""

    EQUAL = auto()
    DIFFERENT = auto()
    NO_CASE = auto()
    NOT_REAL = auto()
    SINGULAR = auto()
    NO_POINT = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """is_equal: None where it could not be decided. point: where a difference was found, with both values."""

    is_equal: bool | None
    reason: str
    points: int
    point: Point | None = None
    answer: Value = None
    expected: Value = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A point where the reference has a value, and which of its cases applies there."""

    point: Point
    expected: Value
    case: int


def decide(answer: Expression, reference: Expression, setting: Setting) -> Decision:
    """Compare at points until each case of the reference has enough; TooCostly when it takes too long."""
    effort = Effort(MAX_STEPS)
    is_real = not setting.symbols.is_complex
    wanted = POINTS + (
        SPECIAL_POINTS_FOR_POWERS if _has_open_power(answer) or _has_open_power(reference) else 0
    )
    cases = _cases(reference)
    found: Counter[Relation] = Counter()
    in_case: Counter[int] = Counter()
    for number in range(wanted * TRIES_PER_POINT):
        done = found[Relation.EQUAL] + found[Relation.NOT_REAL] + found[Relation.NO_CASE]
        if done >= wanted and all(in_case[case] >= POINTS_PER_CASE for case in range(cases)):
            break
        if found[Relation.SINGULAR] > 4 * POINTS and not done:
            break
        scale = (GENERIC, UNIT, SPECIAL)[number % 3] if done < POINTS else SPECIAL
        point = draw_point(setting, number, scale)
        if not honours(point, setting.constraints):
            continue
        relation, values = _compare_at(point, answer, reference, is_real, setting.matrix_norm, effort)
        found[relation] += 1
        if relation is Relation.DIFFERENT:
            return Decision(False, "a counterexample was found", done + 1, point, *values)
        if relation is not Relation.NO_POINT:
            in_case[case_at(reference, point, setting, effort)] += 1
    return _conclude(found)


def _conclude(found: Counter[Relation]) -> Decision:
    equal, elsewhere = found[Relation.EQUAL], found[Relation.NO_CASE] + found[Relation.NOT_REAL]
    if elsewhere:
        why = "no case applies" if found[Relation.NO_CASE] else "it is not real"
        return Decision(False, f"the formula has no value where it should have one: {why}", equal + elsewhere)
    if equal:
        return Decision(True, f"equal at {equal} random points", equal)
    if found[Relation.SINGULAR] >= POINTS:
        why = "it divides by zero or inverts a singular matrix"
        return Decision(False, f"the formula has no value wherever it should have one: {why}", 0)
    return Decision(None, "no point was found at which both formulas can be computed", 0)


def values_at(
    formulas: Sequence[Expression],
    point: Point,
    is_real: bool,
    matrix_norm: str,
    effort: Effort,
    bits: int = 192,
) -> list[Value]:
    """Values at one point, each exact where it can be and a ball else."""
    with _precision(bits):
        return [_value(formula, point, is_real, matrix_norm, effort, is_first=True) for formula in formulas]


def case_at(reference: Expression, point: Point, setting: Setting, effort: Effort) -> int:
    """Which case of the reference applies; 0 for a formula without cases, -1 if none does."""
    if not isinstance(reference, Piecewise):
        return 0
    for arithmetic in (Exact(), Balls(is_real=True)):
        try:
            return Evaluator(point, arithmetic, effort, setting.matrix_norm).case(reference.branches)
        except NotRational:
            continue
        except (Undefined, Imprecise):
            return -1
    return -1


def samples(reference: Expression, setting: Setting, count: int, effort: Effort) -> list[Sample]:
    """Generic points at which the reference has a real value, `count` in each of its cases."""
    result: list[Sample] = []
    in_case: Counter[int] = Counter()
    for number in range(count * TRIES_PER_POINT):
        if all(in_case[case] >= count for case in range(_cases(reference))):
            break
        point = draw_point(setting, number, number % 2, series=1)
        if not honours(point, setting.constraints):
            continue
        case = case_at(reference, point, setting, effort)
        if in_case[case] >= count:
            continue
        try:
            [expected] = values_at(
                [reference], point, not setting.symbols.is_complex, setting.matrix_norm, effort
            )
        except (Undefined, Imprecise):
            continue
        in_case[case] += 1
        result.append(Sample(point, expected, case))
    return result


def _cases(reference: Expression) -> int:
    return len(reference.branches) if isinstance(reference, Piecewise) else 1


def _compare_at(
    point: Point, answer: Expression, reference: Expression, is_real: bool, norm: str, effort: Effort
) -> tuple[Relation, tuple[Value, Value]]:
    """Compare at one point with as many bits as it takes."""
    in_reals = is_real
    nothing = (None, None)
    for bits in PRECISIONS:
        with _precision(bits):
            while True:
                try:
                    expected = _value(
                        reference, point, in_reals, norm, effort, is_first=bits == PRECISIONS[0]
                    )
                    if is_real and not _is_real(expected):
                        return Relation.NO_POINT, nothing
                except NotReal:
                    in_reals = False
                    continue
                except Undefined:
                    return Relation.NO_POINT, nothing
                except Imprecise:
                    break
                try:
                    found = _value(answer, point, in_reals, norm, effort, is_first=bits == PRECISIONS[0])
                    if in_reals and not _is_real(found):
                        raise NotReal("the value is not real")
                    same = is_same(found, expected, bits)
                except NotReal:
                    if in_reals:
                        in_reals = False
                        continue
                    return Relation.NOT_REAL, nothing
                except NoCase:
                    return Relation.NO_CASE, nothing
                except Undefined:
                    return Relation.SINGULAR, nothing
                except Imprecise:
                    break
                if same is None:
                    break
                return (Relation.EQUAL if same else Relation.DIFFERENT), (found, expected)
    return Relation.NO_POINT, nothing


def _value(
    node: Expression, point: Point, is_real: bool, norm: str, effort: Effort, *, is_first: bool
) -> Value:
    if is_first:
        try:
            return Evaluator(point, Exact(), effort, norm).value(node)
        except NotRational:
            pass
    return Evaluator(point, Balls(is_real=is_real), effort, norm).value(node)


def is_same(one: Value, other: Value, bits: int) -> bool | None:
    """Whether two values are equal; None where more bits are needed."""
    one, other = _of_one_size(one, other), _of_one_size(other, one)
    if size(one) != size(other):
        return False
    is_decided = True
    for x, y in zip(entries(one), entries(other), strict=True):
        if isinstance(x, fmpq) and isinstance(y, fmpq):
            if x != y:
                return False
            continue
        difference = acb(x) - acb(y)
        if not difference.contains(0):
            return False
        is_decided = is_decided and _is_tiny(difference, acb(x), bits)
    return True if is_decided else None


def _of_one_size(value: Value, other: Value) -> Value:
    """An identity of no size yet in the size of the other."""
    if not isinstance(value, ScaledIdentity) or not is_array(other):
        return value
    length, factor = other.nrows(), value.factor
    make: Any = fmpq_mat if isinstance(factor, fmpq) else acb_mat
    return make(length, length, [factor if i == j else 0 for i in range(length) for j in range(length)])


def _is_tiny(difference: acb, x: acb, bits: int) -> bool:
    """Whether a ball around zero has at most 2^(-bits/3) of the value's size, or is that small itself."""
    radius = difference.real.rad() + difference.imag.rad()
    scale = abs(x).mid() + radius.mid() + fmpq(1, 10**30)
    return bool(radius <= scale * acb(2).real ** (-bits // 3))


def _is_real(value: Value) -> bool:
    return all(not isinstance(x, acb) or x.imag.contains(0) for x in entries(value))


def _has_open_power(formula: Expression) -> bool:
    """Whether a name stands in an exponent: (a^b)^c and a^(bc) differ at few points."""
    return any(
        isinstance(node, Power) and any(isinstance(inner, Name) for inner in walk(node.exponent))
        for node in walk(formula)
    )


@contextmanager
def _precision(bits: int) -> Iterator[None]:
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before
