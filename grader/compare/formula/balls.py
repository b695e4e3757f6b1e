"""Ball arithmetic: a value is a disc of complex numbers that surely holds it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import acb, acb_mat, arb, fmpq

from grader.compare.formula.errors import Imprecise, NotReal, Undefined
from grader.compare.formula.values import Array, Scalar

MAX_WHOLE_EXPONENT = 10**9
_POLES = frozenset({"tan", "sec", "csc", "cot", "csch", "coth", "gamma"})
_METHODS_IN_WORDS = (
    "sin cos tan sec csc cot sinh cosh tanh sech csch coth exp asin acos atan asinh acosh atanh erf "
    "erfc gamma"
)
_METHODS = frozenset(_METHODS_IN_WORDS.split())


class Balls:
    """flint's acb and acb_mat at the precision that is set; is_real: leaving the reals is NotReal."""

    def __init__(self, *, is_real: bool) -> None:
        self.is_real = is_real

    def number(self, value: Fraction) -> acb:
        return acb(fmpq(value.numerator, value.denominator))

    def constant(self, name: str) -> acb:
        if name == "i":
            return acb(0, 1)
        return acb.pi() if name == "pi" else acb(1).exp()

    def array(self, rows: int, columns: int, entries: list[Scalar]) -> Array:
        return acb_mat(rows, columns, entries)

    def divide(self, a: acb, b: acb) -> acb:
        if b.contains(0):
            if b.is_zero():
                raise Undefined("division by zero")
            raise Imprecise("division by a ball around zero")
        return a / b

    def power(self, base: acb, exponent: acb, whole: Fraction | None) -> acb:
        if whole is not None and whole.denominator == 1 and abs(whole) < MAX_WHOLE_EXPONENT:
            return _finite(base ** int(whole) if whole >= 0 else self.divide(acb(1), base ** int(-whole)))
        if base.is_zero():
            if exponent.real > 0:
                return acb(0)
            raise Undefined("zero to a power that is not positive")
        if not self.is_real:
            if base.contains(0):
                raise Imprecise("a power of a ball around zero")
            return _finite((base.log() * exponent).exp())
        x = self._real(base)
        if x > 0:
            return _finite((acb(x).log() * exponent).exp())
        if not x < 0:
            raise Imprecise("a power of a ball around zero")
        if whole is None or whole.denominator % 2 == 0:
            raise NotReal("a power of a negative number")
        size = _finite((acb(-x).log() * exponent).exp())  # an odd root of a negative number is real
        return size if whole.numerator % 2 == 0 else -size

    def compare(self, a: acb, b: acb) -> int:
        difference = self._real(a - b)
        if difference > 0 or difference < 0:
            return 1 if difference > 0 else -1
        if difference.is_zero():
            return 0
        raise Imprecise("a comparison of balls that overlap")

    def inverse(self, matrix: Array) -> Array:
        try:
            return matrix.inv()
        except ZeroDivisionError:
            if matrix.det().is_zero():
                raise Undefined("a singular matrix has no inverse") from None
            raise Imprecise("an inverse of a ball of matrices") from None

    def spectral_norm(self, matrix: Array) -> acb:
        try:
            squares = (matrix.conjugate().transpose() * matrix).eig(multiple=True)
        except ValueError:
            raise Imprecise("eigenvalues too close to tell apart") from None
        largest = squares[0].real
        for square in squares[1:]:
            largest = largest.max(square.real)
        return acb(largest.sqrt())

    def call(self, function: str, arguments: list[Scalar]) -> Scalar:
        a = arguments[0]
        if function in _METHODS:
            return self._method(function, a)
        one: Any = acb(1)
        match function:
            case "abs":
                return acb(abs(a))
            case "sqrt":
                return a if a.is_zero() else self.power(a, acb(fmpq(1, 2)), Fraction(1, 2))
            case "cbrt":
                return self.power(a, acb(fmpq(1, 3)), Fraction(1, 3))
            case "log":
                return self._log(a)
            case "acoth":
                return self._method("atanh", self.divide(one, a))
            case "sigmoid":
                return self.divide(one, 1 + (-a).exp())
            case "softplus":
                return _finite((1 + a.exp()).log())
            case "Phi":
                return (1 + (a / acb(2).sqrt()).erf()) / 2
            case "factorial":
                return self._method("gamma", a + 1)
            case "binomial":
                k = arguments[1]
                return _finite((a + 1).gamma() * (k + 1).rgamma() * (a - k + 1).rgamma())
            case "sign":
                return acb(self.compare(a, acb(0)))
            case "relu":
                return a if self.compare(a, acb(0)) > 0 else acb(0)
            case "max" | "min":
                return self._extreme(arguments, 1 if function == "max" else -1)
            case "floor" | "ceil":
                return self._whole(function, a)
        raise Undefined(f"{function} has no value here")

    def _real(self, a: acb) -> arb:
        if not a.imag.contains(0):
            raise NotReal("a number that is not real")
        return a.real

    def _method(self, function: str, a: acb) -> acb:
        if self.is_real and function in ("asin", "acos", "atanh", "acosh"):
            x = self._real(a)
            is_edge = function != "atanh" and abs(x) == 1
            if not (is_edge or (x > 1 if function == "acosh" else abs(x) < 1)):
                raise NotReal(function)
        result: acb = getattr(a, function)()
        if not result.is_finite() and function in _POLES:
            raise Undefined(f"{function} has a pole here")
        return _finite(result)

    def _log(self, a: acb) -> acb:
        if a.contains(0):
            if a.is_zero():
                raise Undefined("the logarithm of zero")
            raise Imprecise("the logarithm of a ball around zero")
        if self.is_real and not self._real(a) > 0:
            raise NotReal("the logarithm of a negative number")
        return _finite(a.log())

    def _extreme(self, arguments: list[acb], sign: int) -> acb:
        best = arguments[0]
        for other in arguments[1:]:
            if self.compare(other, best) == sign:
                best = other
        return best

    def _whole(self, function: str, a: acb) -> acb:
        x = self._real(a)
        result = x.floor() if function == "floor" else x.ceil()
        if not result.is_exact():
            raise Imprecise(function)
        return acb(result)


def _finite(value: acb) -> acb:
    if not value.is_finite():
        raise Imprecise("a value too large, or too wide a ball")
    return value
