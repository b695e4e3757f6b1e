"""Formulas in NumPy's floating-point arithmetic: independent of the engine that decides them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from grader.assignment import Assignment
from grader.authoring.mutants import formulas
from grader.authoring.mutants.mutant import Mutant
from grader.authoring.mutants.parts import Line
from grader.compare.formula import Symbols, parse
from grader.compare.formula.expression import (
    Call,
    Condition,
    Expression,
    Identity,
    Junction,
    Name,
    Negative,
    Norm,
    Number,
    Power,
    Product,
    Reciprocal,
    Relation,
    Sum,
    Transpose,
)

POINTS = 5
Sizes = Mapping[str, int]
COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Multiple:
    """The identity times a number; it takes its size from what it is added to."""

    factor: float

    T = property(lambda self: self)

    def __neg__(self) -> Multiple:
        return Multiple(-self.factor)


NO_VALUE = (ValueError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError)
"""Shapes that do not fit, or a value that is not there."""


def is_equal_in_floating_point(mutant: Mutant, assignment: Assignment, sizes: Sizes) -> bool:
    """Whether a mutant of a formula has the key's values at random points, for matrices of these sizes."""
    if mutant.family != "formulas" or not isinstance(mutant.part, Line) or mutant.value is None:
        return False
    question = formulas.question_of(mutant.part, assignment)
    assert question is not None
    [key] = question.expressions
    other = parse(mutant.value, question.symbols)
    for seed in range(POINTS):
        point = random_point(question.symbols, seed, sizes)
        expected = value(key, point)
        try:
            found = value(other, point)
        except NO_VALUE:
            return False
        if found.shape != expected.shape or not np.allclose(found, expected, rtol=1e-9, atol=1e-12):
            return False
    return True


def random_point(symbols: Symbols, seed: int, sizes: Sizes) -> dict[str, Any]:
    """Columns and matrices for the declared names; a name with a definition has its value."""
    rng = np.random.default_rng(seed)
    point: dict[str, Any] = {name: np.array([[size]], dtype=float) for name, size in sizes.items()}
    for name, symbol in symbols.table.items():
        if symbol.definition:
            point[name] = value(parse(symbol.definition, symbols), point)
        elif name not in sizes:
            shape = [sizes[str(size)] for size in symbol.shape]
            point[name] = rng.uniform(0.5, 2, (*shape, 1, 1)[:2])
    return point


def value(node: Expression, point: Mapping[str, Any]) -> Any:
    """A matrix; numbers are of size 1 x 1 and scale whatever they are multiplied with."""
    match node:
        case Number(number):
            return np.array([[float(number)]])
        case Name(name):
            return point[name]
        case Identity(size):
            return Multiple(1.0) if size is None else np.eye(int(point[size].item()))
        case Negative(operand):
            return -value(operand, point)
        case Reciprocal(operand):
            with np.errstate(divide="ignore"):
                return 1 / scalar(value(operand, point))
        case Transpose(operand):
            return value(operand, point).T
        case Norm(operand):
            return np.array([[np.linalg.norm(value(operand, point))]])
        case Power(base, exponent):
            return power(value(base, point), scalar(value(exponent, point)))
        case Sum(terms):
            return reduce(added, [value(term, point) for term in terms])
        case Product(factors):
            return reduce(multiplied, [value(factor, point) for factor in factors])
        case Call("trace", (operand,)):
            return np.array([[np.trace(square(value(operand, point)))]])
    raise TypeError(f"there is no {type(node).__name__} in these formulas")


def holds(condition: Condition, point: Mapping[str, Any]) -> bool:
    """Whether comparisons of numbers hold at a point."""
    match condition:
        case Relation(sign, left, right):
            return bool(COMPARED[sign](value(left, point).item(), value(right, point).item()))
        case Junction(word, parts):
            return (all if word == "and" else any)(holds(part, point) for part in parts)
    raise TypeError(f"there is no {type(condition).__name__} in these conditions")


def scalar(matrix: Any) -> Any:
    if isinstance(matrix, Multiple) or matrix.size != 1:
        raise ValueError("not a number")
    return matrix.reshape(1, 1)


def square(matrix: Any) -> Any:
    if isinstance(matrix, Multiple) or matrix.shape[0] != matrix.shape[1]:
        raise ValueError("not square")
    return matrix


def power(base: Any, exponent: Any) -> Any:
    if isinstance(base, Multiple):
        return Multiple(base.factor ** exponent.item())
    if base.size == 1:
        with np.errstate(over="ignore"):
            return base**exponent
    if not exponent.item().is_integer():
        raise ValueError("no power of a matrix")
    return np.linalg.matrix_power(square(base), int(exponent.item()))


def added(one: Any, other: Any) -> Any:
    if isinstance(one, Multiple) and isinstance(other, Multiple):
        return Multiple(one.factor + other.factor)
    if isinstance(one, Multiple):
        one, other = other, one
    if isinstance(other, Multiple):
        return one + other.factor * np.eye(len(square(one)))
    if one.shape != other.shape:
        raise ValueError("shapes differ")
    return one + other


def multiplied(one: Any, other: Any) -> Any:
    if isinstance(other, Multiple):
        one, other = other, one
    if isinstance(one, Multiple):
        if isinstance(other, Multiple) or other.size == 1:
            return Multiple(one.factor * (other.factor if isinstance(other, Multiple) else other.item()))
        return one.factor * other
    return one * other if 1 in (one.size, other.size) else one @ other
