"""Functions of whole vectors and matrices, at a point and in either arithmetic.

An argument is a number, a matrix, or an identity of no size yet. MisShapen where a function has no value for
its shape: what a diagnosis tries out is not always a formula whose shapes were checked before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.compare.formula.errors import MisShapen
from grader.compare.formula.values import Arithmetic, Array, Scalar, Value, entries, is_array, size


def require_square(matrix: Array) -> None:
    """MisShapen for another shape."""
    if matrix.nrows() != matrix.ncols():
        raise MisShapen("a matrix that is not square stands where a square one is due")


def trace(do: Arithmetic, value: Value) -> Value:
    """The sum of the diagonal."""
    if not is_array(value):
        return value
    require_square(value)
    return sum((value[i, i] for i in range(value.nrows())), _zero(do))


def determinant(do: Arithmetic, value: Value) -> Value:
    """The determinant."""
    if not is_array(value):
        return value
    require_square(value)
    return value.det()


def diagonal(do: Arithmetic, value: Value) -> Array:
    """A vector as a diagonal matrix."""
    numbers = entries(value)
    length = len(numbers)
    cells = [numbers[i] if i == j else _zero(do) for i in range(length) for j in range(length)]
    return do.array(length, length, cells)


def pseudo_inverse(do: Arithmetic, value: Value) -> Value:
    """Moore and Penrose's, of a matrix of full rank."""
    if not is_array(value):
        return do.divide(do.number(Fraction(1)), value)
    turned = value.transpose()
    if value.nrows() >= value.ncols():
        return do.inverse(turned * value) * turned
    return turned * do.inverse(value * turned)


def inner(do: Arithmetic, one: Value, other: Value) -> Scalar:
    """The inner product of two columns, or of two numbers."""
    if size(one) != size(other) or size(one) is None or (is_array(one) and one.ncols() != 1):
        raise MisShapen("the parts of an inner product are not two columns of one length")
    return (one.transpose() * other)[0, 0] if is_array(one) else one * other


def total(do: Arithmetic, value: Value) -> Scalar:
    """The sum of all entries."""
    return sum(entries(value), _zero(do))


def count(do: Arithmetic, value: Value) -> Scalar:
    """The number of entries."""
    return do.number(Fraction(len(entries(value))))


def mean(do: Arithmetic, value: Value) -> Scalar:
    """The mean of all entries."""
    return do.divide(total(do, value), count(do, value))


def _zero(do: Arithmetic) -> Scalar:
    return do.number(Fraction(0))


MATRIX_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "trace": trace,
    "det": determinant,
    "diag": diagonal,
    "pinv": pseudo_inverse,
    "inner": inner,
    "total": total,
    "count": count,
    "mean": mean,
}
"""By the name in a `Call`: of the arithmetic and the arguments' values."""
