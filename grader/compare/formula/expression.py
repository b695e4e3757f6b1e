"""Expressions: frozen trees of matrix and scalar arithmetic.

Subtraction is a `Negative` term of a `Sum` and division a `Reciprocal` factor of a `Product`, so that a
long sum is one node and not a deep tree. The inverse of a matrix is its `Power` -1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A non-negative number, exact."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """A declared name, in its canonical spelling, or the index of a series."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """pi, e, or i where the question is complex."""

    name: Literal["pi", "e", "i"]


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity matrix; without a size it takes the size that its place asks for."""

    size: str | None = None


@dataclass(frozen=True, slots=True)
class Negative:
    """-operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Reciprocal:
    """1 / operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Sum:
    """Two or more terms."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Two or more factors, in their order."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """base ^ exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Transpose:
    """operand^T."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Norm:
    """kind: "" the question's usual one (Euclidean for a vector), "2" spectral, "F" Frobenius, "1" of a
    vector.
    """

    operand: Expression
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the whitelist: `inner` is the inner product of two columns."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix written out, row by row."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The sum or product of `body` over whole numbers from lower to upper."""

    kind: Literal["sum", "prod"]
    index: str
    lower: Expression
    upper: Expression
    body: Expression


@dataclass(frozen=True, slots=True)
class Element:
    """Entry of a vector, or row of a matrix as a column, numbered from 1: x_i."""

    name: str
    index: Expression


@dataclass(frozen=True, slots=True)
class Relation:
    """left < right and the like."""

    operator: Literal["<", ">", "<=", ">=", "==", "!="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by "and" or "or"."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The condition that always holds."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One case of a piecewise formula."""

    value: Expression
    condition: Condition


@dataclass(frozen=True, slots=True)
class Piecewise:
    """The value of the first branch whose condition holds."""

    branches: tuple[Branch, ...]


Condition: TypeAlias = Relation | Junction | Otherwise
Expression: TypeAlias = (
    Number
    | Name
    | Constant
    | Identity
    | Negative
    | Reciprocal
    | Sum
    | Product
    | Power
    | Transpose
    | Norm
    | Call
    | Matrix
    | Series
    | Element
    | Piecewise
)
Node: TypeAlias = Expression | Condition | Branch

ZERO, ONE, TWO = (Number(Fraction(n)) for n in range(3))
MINUS_ONE = Negative(ONE)


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, left to right."""
    match node:
        case Negative(a) | Reciprocal(a) | Transpose(a) | Norm(a) | Element(_, a):
            return (a,)
        case Sum(parts) | Product(parts) | Call(_, parts):
            return parts
        case Junction(_, conditions):
            return conditions
        case Power(a, b) | Relation(_, a, b):
            return (a, b)
        case Branch(value, condition):
            return (value, condition)
        case Piecewise(branches):
            return branches
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Series(_, _, lower, upper, body):
            return (lower, upper, body)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything in it, left to right."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def names(expression: Node) -> frozenset[str]:
    """The canonical names that occur."""
    return frozenset(node.name for node in walk(expression) if isinstance(node, Name | Element))


def product(factors: Sequence[Expression]) -> Expression:
    """A product of any number of factors."""
    return Product(tuple(factors)) if len(factors) > 1 else factors[0] if factors else ONE


def total(terms: Sequence[Expression]) -> Expression:
    """A sum of any number of terms."""
    return Sum(tuple(terms)) if len(terms) > 1 else terms[0] if terms else ZERO
