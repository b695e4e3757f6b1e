"""Rational arithmetic: a value that is had here is exact."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import fmpq, fmpq_mat

from grader.compare.formula.errors import NotRational, Undefined
from grader.compare.formula.values import Array, Scalar

MAX_BITS = 200_000
MAX_FACTORIAL = 2_000
_ZERO_AT_ZERO = frozenset({"sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "erf", "cbrt"})
_ONE_AT_ZERO = frozenset({"exp", "cos", "cosh", "sec", "sech"})


class Exact:
    """flint's fmpq and fmpq_mat; NotRational where balls must take over."""

    def number(self, value: Fraction) -> fmpq:
        return fmpq(value.numerator, value.denominator)

    def constant(self, name: str) -> Scalar:
        raise NotRational(name)

    def array(self, rows: int, columns: int, entries: list[Scalar]) -> Array:
        return fmpq_mat(rows, columns, entries)

    def divide(self, a: fmpq, b: fmpq) -> fmpq:
        if b == 0:
            raise Undefined("division by zero")
        return a / b

    def power(self, base: Scalar, exponent: Scalar, whole: Fraction | None) -> Scalar:
        if exponent.q != 1:
            if base == 1 or (base == 0 and exponent > 0):
                return base
            if exponent.q == 2:
                return self.power(self.call("sqrt", [base]), exponent * 2, None)
            raise NotRational("a fractional power")
        k = int(exponent.p)
        if base == 0 and k < 0:
            raise Undefined("division by zero")
        if bits(base) * abs(k) > MAX_BITS:
            raise NotRational("a long power")
        return base**k

    def compare(self, a: fmpq, b: fmpq) -> int:
        return int(a > b) - int(a < b)

    def inverse(self, matrix: Array) -> Array:
        try:
            return matrix.inv()
        except ZeroDivisionError:
            raise Undefined("a singular matrix has no inverse") from None

    def spectral_norm(self, matrix: Array) -> Scalar:
        raise NotRational("a spectral norm")

    def call(self, function: str, arguments: list[Scalar]) -> Scalar:
        a = arguments[0]
        match function:
            case "abs":
                return abs(a)
            case "sign":
                return fmpq(self.compare(a, fmpq(0)))
            case "relu":
                return a if a > 0 else fmpq(0)
            case "max" | "min":
                return max(arguments) if function == "max" else min(arguments)
            case "floor" | "ceil":
                return fmpq(a.floor() if function == "floor" else a.ceil())
            case "sqrt":
                return _root(a)
            case "factorial":
                return _factorial(a)
            case "gamma":
                return _factorial(a - 1)
            case "binomial":
                return _binomial(a, arguments[1])
        if a == 0 and function in _ZERO_AT_ZERO:
            return a
        if a == 0 and function in _ONE_AT_ZERO:
            return fmpq(1)
        raise NotRational(function)


def bits(value: fmpq) -> int:
    """The longer of numerator and denominator."""
    return max(int(value.p).bit_length(), int(value.q).bit_length())


def _root(a: fmpq) -> fmpq:
    if a >= 0:
        p, q = math.isqrt(int(a.p)), math.isqrt(int(a.q))
        if p * p == a.p and q * q == a.q:
            return fmpq(p, q)
    raise NotRational("sqrt")


def _factorial(a: fmpq) -> fmpq:
    if a.q != 1 or a > MAX_FACTORIAL:
        raise NotRational("factorial")
    if a < 0:
        raise Undefined("the factorial of a negative number")
    return fmpq(math.factorial(int(a.p)))


def _binomial(n: fmpq, k: fmpq) -> fmpq:
    if n.q != 1 or k.q != 1 or not 0 <= n <= MAX_FACTORIAL:
        raise NotRational("binomial")
    return fmpq(math.comb(int(n.p), int(k.p))) if k >= 0 else fmpq(0)
