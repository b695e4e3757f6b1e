"""What an expression can be worth: a number, a matrix, or a multiple of an identity of no size yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

from flint import acb_mat, fmpq_mat

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]
Point: TypeAlias = Mapping[str, Fraction | Rows]
"""What each name is worth: numbers, and matrices row by row."""
Scalar: TypeAlias = Any
"""A flint fmpq or acb, as the arithmetic has it."""
Array: TypeAlias = Any
"""A flint fmpq_mat or acb_mat."""


@dataclass(frozen=True, slots=True)
class ScaledIdentity:
    """factor * I."""

    factor: Scalar


Value: TypeAlias = Any
"""A Scalar, an Array or a ScaledIdentity."""


class Arithmetic(Protocol):
    """Numbers of one kind and what can be done with them beyond + - *."""

    def number(self, value: Fraction) -> Scalar:
        """The number."""

    def constant(self, name: str) -> Scalar:
        """pi, e or i."""

    def array(self, rows: int, columns: int, entries: list[Scalar]) -> Array:
        """A matrix of entries, row by row."""

    def divide(self, a: Scalar, b: Scalar) -> Scalar:
        """a / b; Undefined where b is zero."""

    def power(self, base: Scalar, exponent: Scalar, whole: Fraction | None) -> Scalar:
        """base ^ exponent; `whole` is the exponent where it is rational."""

    def call(self, function: str, arguments: list[Scalar]) -> Scalar:
        """A function of numbers."""

    def compare(self, a: Scalar, b: Scalar) -> int:
        """-1, 0 or 1 as a is less than, equal to or more than b."""

    def inverse(self, matrix: Array) -> Array:
        """The inverse; Undefined where the matrix is singular."""

    def spectral_norm(self, matrix: Array) -> Scalar:
        """The largest singular value."""


def is_array(value: Value) -> bool:
    """Whether it is a matrix."""
    return isinstance(value, fmpq_mat | acb_mat)


def entries(value: Value) -> list[Scalar]:
    """The numbers in it, row by row."""
    if is_array(value):
        return list(value.entries())
    return [value.factor] if isinstance(value, ScaledIdentity) else [value]


def size(value: Value) -> tuple[int, int] | None:
    """Rows and columns; a number is 1 by 1, an identity of no size has none."""
    if is_array(value):
        return value.nrows(), value.ncols()
    return None if isinstance(value, ScaledIdentity) else (1, 1)
