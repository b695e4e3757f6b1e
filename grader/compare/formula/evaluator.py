"""The value of an expression at a point, in either arithmetic.

Shapes are checked beforehand (`shapes`), whatever the sizes drawn. Where they were not, as in a formula that
a diagnosis tries out, MisShapen says so.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from flint import fmpq

from grader.compare.formula import vocabulary
from grader.compare.formula.errors import FormulaError, MisShapen, NoCase, NotRational, Undefined
from grader.compare.formula.exact import Exact
from grader.compare.formula.expression import (
    Branch,
    Call,
    Condition,
    Constant,
    Element,
    Expression,
    Identity,
    Junction,
    Matrix,
    Name,
    Negative,
    Norm,
    Number,
    Otherwise,
    Piecewise,
    Power,
    Product,
    Reciprocal,
    Relation,
    Series,
    Sum,
    Transpose,
)
from grader.compare.formula.matrix_functions import MATRIX_FUNCTIONS, require_square
from grader.compare.formula.values import (
    Arithmetic,
    Point,
    Rows,
    ScaledIdentity,
    Value,
    entries,
    is_array,
    size,
)

MAX_TERMS = 400
MAX_MATRIX_POWER = 64
WHOLE_NUMBER_FUNCTIONS = frozenset({"factorial", "binomial", "gamma", "floor", "ceil"})


class TooCostly(FormulaError):  # noqa: N818 - of a check
    """A formula takes more steps than are allowed."""


class Effort:
    """Steps left: a count and not a clock, so that every machine gives the same verdict."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self) -> None:
        """One node evaluated."""
        self._left -= 1
        if self._left < 0:
            raise TooCostly("the formula takes too many steps to decide")


class Evaluator:
    """Values at one point; matrix_norm is the norm meant where a matrix's norm has no index."""

    def __init__(self, point: Point, arithmetic: Arithmetic, effort: Effort, matrix_norm: str = "F") -> None:
        self._point = point
        self._do = arithmetic
        self._effort = effort
        self._matrix_norm = matrix_norm
        self._lifted: dict[str, Value] = {}
        self._indices: dict[str, Fraction] = {}

    def value(self, node: Expression) -> Value:
        """The value; Undefined, NotReal, NotRational or Imprecise where there is none."""
        self._effort.spend()
        return _METHODS[type(node)](self, node)

    def number(self, node: Expression) -> Any:
        """The value of something that is a number."""
        return self._as_number(self.value(node))

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds here."""
        match condition:
            case Relation(operator, left, right):
                order = self._do.compare(self.number(left), self.number(right))
                return {"<": order < 0, ">": order > 0, "==": order == 0, "!=": order != 0}.get(
                    operator, order <= 0 if operator == "<=" else order >= 0
                )
            case Junction("and", parts):
                return all(self.holds(part) for part in parts)
            case Junction(_, parts):
                return any(self.holds(part) for part in parts)
            case Otherwise():
                return True

    def case(self, branches: tuple[Branch, ...]) -> int:
        """Which case applies; NoCase if none does."""
        for number, branch in enumerate(branches):
            if self.holds(branch.condition):
                return number
        raise NoCase("no case applies")

    def rational(self, node: Expression) -> Fraction | None:
        """The value where it is a rational number, whatever the arithmetic."""
        if isinstance(node, Number):
            return node.value
        inner = (
            self
            if isinstance(self._do, Exact)
            else Evaluator(self._point, Exact(), self._effort, self._matrix_norm)
        )
        inner._indices = self._indices
        try:
            value = inner.value(node)
        except (NotRational, Undefined):
            return None
        return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else None

    def _as_number(self, value: Value) -> Any:
        if is_array(value) and size(value) == (1, 1):
            return value[0, 0]
        if is_array(value) or isinstance(value, ScaledIdentity):
            raise MisShapen("a number is expected where a matrix stands")
        return value

    def _simple(self, value: Value) -> Value:
        """A 1×1 matrix is a number."""
        return value[0, 0] if is_array(value) and size(value) == (1, 1) else value

    def _lift(self, stored: Fraction | Rows) -> Value:
        if isinstance(stored, Fraction):
            return self._do.number(stored)
        numbers = [self._do.number(entry) for row in stored for entry in row]
        return self._do.array(len(stored), len(stored[0]), numbers)

    def _number(self, node: Number) -> Value:
        return self._do.number(node.value)

    def _constant(self, node: Constant) -> Value:
        return self._do.constant(node.name)

    def _name(self, node: Name) -> Value:
        name = node.name
        if name in self._indices:
            return self._do.number(self._indices[name])
        if name not in self._lifted:
            self._lifted[name] = self._lift(self._point[name])
        return self._lifted[name]

    def _identity(self, node: Identity) -> Value:
        one = ScaledIdentity(self._do.number(Fraction(1)))
        length = self._point.get(node.size) if node.size else None
        return self._sized(one, int(length)) if isinstance(length, Fraction) else one

    def _sized(self, identity: ScaledIdentity, length: int) -> Value:
        zero = self._do.number(Fraction(0))
        diagonal = [identity.factor if i == j else zero for i in range(length) for j in range(length)]
        return self._do.array(length, length, diagonal)

    def _negative(self, node: Negative) -> Value:
        value = self.value(node.operand)
        if isinstance(value, ScaledIdentity):
            return ScaledIdentity(-value.factor)
        return value * self._do.number(Fraction(-1)) if is_array(value) else -value

    def _reciprocal(self, node: Reciprocal) -> Value:
        return self._do.divide(self._do.number(Fraction(1)), self.number(node.operand))

    def _sum(self, node: Sum) -> Value:
        return reduce(self._plus, map(self.value, node.terms))

    def _plus(self, a: Value, b: Value) -> Value:
        a, b = self._simple(a), self._simple(b)
        if isinstance(a, ScaledIdentity) and isinstance(b, ScaledIdentity):
            return ScaledIdentity(a.factor + b.factor)
        if isinstance(a, ScaledIdentity) and is_array(b):
            a = self._sized(a, b.nrows())
        if isinstance(b, ScaledIdentity) and is_array(a):
            b = self._sized(b, a.nrows())
        if is_array(a) != is_array(b) or isinstance(a, ScaledIdentity) or size(a) != size(b):
            raise MisShapen("the parts of a sum have different shapes")
        return a + b

    def _product(self, node: Product) -> Value:
        return self._simple(reduce(self._times, map(self.value, node.factors)))

    def _times(self, a: Value, b: Value) -> Value:
        a, b = self._simple(a), self._simple(b)
        if isinstance(a, ScaledIdentity):
            scaled = self._times(a.factor, b.factor if isinstance(b, ScaledIdentity) else b)
            return scaled if is_array(scaled) else ScaledIdentity(scaled)
        if isinstance(b, ScaledIdentity):
            return self._times(b, a)
        if is_array(a) and is_array(b) and a.ncols() != b.nrows():
            raise MisShapen("the parts of a product do not fit")
        return b * a if is_array(b) and not is_array(a) else a * b

    def _power(self, node: Power) -> Value:
        exponent = self.rational(node.exponent)
        if (
            isinstance(node.base, Norm)
            and exponent is not None
            and exponent.denominator == 1
            and exponent % 2 == 0
        ):
            square = self._squared_norm(node.base)
            if square is not None:  # an even power of a norm stays rational
                half = exponent / 2
                return self._do.power(square, self._do.number(half), half)
        if node.base == Constant("e"):
            return self._do.call("exp", [self.number(node.exponent)])
        base = self._simple(self.value(node.base))
        if is_array(base) or isinstance(base, ScaledIdentity):
            return self._matrix_power(base, exponent)
        if exponent is not None:
            return self._do.power(base, self._do.number(exponent), exponent)
        return self._do.power(base, self.number(node.exponent), None)

    def _matrix_power(self, base: Value, exponent: Fraction | None) -> Value:
        if exponent is None or exponent.denominator != 1 or abs(exponent) > MAX_MATRIX_POWER:
            raise Undefined("a matrix has whole powers up to 64 only")
        if isinstance(base, ScaledIdentity):
            return ScaledIdentity(self._do.power(base.factor, self._do.number(exponent), exponent))
        if base.ncols() == 1 and exponent == 2:
            return self._square_sum(base)
        require_square(base)
        if exponent == 0:
            return self._sized(ScaledIdentity(self._do.number(Fraction(1))), base.nrows())
        base = self._do.inverse(base) if exponent < 0 else base
        return reduce(self._times, [base] * abs(int(exponent)))

    def _square_sum(self, value: Value) -> Any:
        return sum((x * x for x in entries(value)), self._do.number(Fraction(0)))

    def _transpose(self, node: Transpose) -> Value:
        value = self.value(node.operand)
        return value.transpose() if is_array(value) else value

    def _squared_norm(self, node: Norm) -> Any:
        """The square of a norm that is Euclidean or Frobenius; None for others."""
        value = self._simple(self.value(node.operand))
        if not is_array(value):
            return value * value
        kind = node.kind or ("2" if value.ncols() == 1 else self._matrix_norm)
        is_vector = 1 in (value.nrows(), value.ncols())
        return self._square_sum(value) if kind == "F" or (kind == "2" and is_vector) else None

    def _norm(self, node: Norm) -> Value:
        value = self._simple(self.value(node.operand))
        if not is_array(value):
            return self._do.call("abs", [value])
        if node.kind == "1":
            return sum((self._do.call("abs", [x]) for x in entries(value)), self._do.number(Fraction(0)))
        square = self._squared_norm(node)
        return self._do.spectral_norm(value) if square is None else self._do.call("sqrt", [square])

    def _call(self, node: Call) -> Value:
        values = [self._simple(self.value(argument)) for argument in node.arguments]
        of_matrices = MATRIX_FUNCTIONS.get(node.function)
        if of_matrices:
            return of_matrices(self._do, *values)
        if is_array(values[0]) and node.function in vocabulary.ENTRYWISE:
            found = [self._do.call(node.function, [x]) for x in entries(values[0])]
            return self._do.array(values[0].nrows(), values[0].ncols(), found)
        if node.function in WHOLE_NUMBER_FUNCTIONS and not isinstance(self._do, Exact):
            whole = self.rational(node)
            if whole is not None:
                return self._do.number(whole)
        return self._do.call(node.function, [self._as_number(value) for value in values])

    def _matrix(self, node: Matrix) -> Value:
        numbers = [self.number(entry) for row in node.rows for entry in row]
        return self._simple(self._do.array(len(node.rows), len(node.rows[0]), numbers))

    def _series(self, node: Series) -> Value:
        lower, upper = self.rational(node.lower), self.rational(node.upper)
        if lower is None or upper is None or lower.denominator != 1 or upper.denominator != 1:
            raise Undefined("the limits of a sum are not whole numbers")
        if upper < lower - 1:
            raise Undefined("a sum runs backwards")
        if upper - lower >= MAX_TERMS:
            raise TooCostly(f"a sum has more than {MAX_TERMS} terms")
        combine = self._plus if node.kind == "sum" else self._times
        result: Value = None
        outer = dict(self._indices)
        try:
            for index in range(int(lower), int(upper) + 1):
                self._indices = {**outer, node.index: Fraction(index)}
                term = self.value(node.body)
                result = term if result is None else combine(result, term)
        finally:
            self._indices = outer
        return self._do.number(Fraction(0 if node.kind == "sum" else 1)) if result is None else result

    def _element(self, node: Element) -> Value:
        value = self._name(Name(node.name))
        index = self.rational(node.index)
        if not is_array(value) or index is None or index.denominator != 1 or not 1 <= index <= value.nrows():
            raise Undefined("an index outside of its vector")
        row = int(index) - 1
        columns = [value[row, column] for column in range(value.ncols())]
        return self._simple(self._do.array(len(columns), 1, columns))

    def _piecewise(self, node: Piecewise) -> Value:
        return self.value(node.branches[self.case(node.branches)].value)


_METHODS: dict[type, Callable[[Evaluator, Any], Value]] = {
    Number: Evaluator._number,
    Constant: Evaluator._constant,
    Name: Evaluator._name,
    Identity: Evaluator._identity,
    Negative: Evaluator._negative,
    Reciprocal: Evaluator._reciprocal,
    Sum: Evaluator._sum,
    Product: Evaluator._product,
    Power: Evaluator._power,
    Transpose: Evaluator._transpose,
    Norm: Evaluator._norm,
    Call: Evaluator._call,
    Matrix: Evaluator._matrix,
    Series: Evaluator._series,
    Element: Evaluator._element,
    Piecewise: Evaluator._piecewise,
}
