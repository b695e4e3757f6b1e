"""What functions and attributes mean: each is checked for its number of arguments and made a node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from grader.compare.formula import vocabulary
from grader.compare.formula.cases import Item
from grader.compare.formula.errors import Unreadable
from grader.compare.formula.expression import (
    MINUS_ONE,
    ONE,
    TWO,
    Branch,
    Call,
    Condition,
    Expression,
    Identity,
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
    Series,
    Sum,
    Transpose,
)
from grader.compare.formula.shapes import Forms, contracted
from grader.compare.formula.tokens import Token


@dataclass(frozen=True, slots=True)
class Quoted:
    """An argument in quotation marks: the kind of a norm."""

    text: str


Argument: TypeAlias = Item | tuple[Item, ...] | Quoted


def build(token: Token, arguments: Sequence[Argument], base: Expression | None, forms: Forms) -> Expression:
    """The node of a function call; Unreadable where the arguments are not such as it takes."""
    match token.text:
        case "Piecewise":
            return Piecewise(tuple(_branch(argument, token) for argument in arguments))
        case "where":
            return _where(arguments, token)
        case "norm":
            return _norm(arguments, token)
        case "Matrix":
            return _matrix_of(arguments, token)
        case "Sum" | "Product" if len(arguments) > 1:
            return _series(arguments, token)
    values = [_value(argument, token) for argument in arguments]
    expected = {"binomial": (2,), "max": (2, 3), "min": (2, 3), "log": (1, 2), "root": (1, 2), "dot": (2,)}
    expected |= dict.fromkeys(["matmul", "solve", "power"], (2,))
    if len(values) not in expected.get(token.text, (1,)):
        numbers = " or ".join(map(str, expected.get(token.text, (1,))))
        raise Unreadable(token.position, f"{token.text} takes {numbers} arguments, not {len(values)}")
    if token.text == "log":
        return _logarithm(values, base)
    if token.text in _SHORTHAND:
        return _SHORTHAND[token.text](values, forms)
    return Call(token.text, tuple(values))


def attribute(token: Token, of: Expression, arguments: Sequence[Argument] | None, forms: Forms) -> Expression:
    """X.T, X.inv(), a.dot(b) and the like; no other attribute exists."""
    name = vocabulary.ALIASES.get(token.text, token.text)
    if token.text in ("T", "mT", "transpose", "t", "H") and not arguments:
        return Transpose(of)
    if token.text in ("inv", "inverse", "I") and not arguments:
        return Power(of, MINUS_ONE)
    if name in ("dot", "matmul", "power") and arguments is not None:
        return build(Token("function", name, token.position), [of, *arguments], None, forms)
    if (
        name in ("norm", "trace", "det", "Sum", "mean", "abs", "sqrt", "log", "exp", "square")
        and arguments is not None
    ):
        return build(Token("function", name, token.position), [of, *arguments], None, forms)
    raise Unreadable(token.position, f"'.{token.text[:40]}' is not part of a formula")


def matrix(rows: Sequence[tuple[Expression, ...]], token: Token) -> Matrix:
    """A matrix of rows of one length."""
    if not rows or len({len(row) for row in rows}) != 1:
        raise Unreadable(token.position, "the rows of the matrix have different lengths")
    return Matrix(tuple(rows))


def _value(argument: Argument, token: Token) -> Expression:
    if isinstance(argument, tuple | Quoted | Condition):
        raise Unreadable(token.position, f"{token.text} does not take such an argument")
    return argument


def _branch(argument: Argument, token: Token) -> Branch:
    if isinstance(argument, tuple) and len(argument) == 2:
        value, condition = argument
        if not isinstance(value, Condition) and isinstance(condition, Condition):
            return Branch(value, condition)
    raise Unreadable(token.position, "write Piecewise((value, condition), ...)")


def _where(arguments: Sequence[Argument], token: Token) -> Piecewise:
    if len(arguments) == 3 and isinstance(arguments[0], Condition):
        yes, no = _value(arguments[1], token), _value(arguments[2], token)
        return Piecewise((Branch(yes, arguments[0]), Branch(no, Otherwise())))
    raise Unreadable(token.position, "write where(condition, value, other value)")


def _norm(arguments: Sequence[Argument], token: Token) -> Norm:
    match arguments:
        case [operand]:
            return Norm(_value(operand, token))
        case [operand, Quoted()]:
            return Norm(_value(operand, token), "F")
        case [operand, Number(kind)] if kind in (1, 2):
            return Norm(_value(operand, token), str(kind))
    raise Unreadable(token.position, "write norm(a), or norm(A, 'fro') for the Frobenius norm")


def _matrix_of(arguments: Sequence[Argument], token: Token) -> Matrix:
    match arguments:
        case [Matrix() as written]:
            return written
    raise Unreadable(token.position, "write Matrix([[a, b], [c, d]])")


def _series(arguments: Sequence[Argument], token: Token) -> Series:
    match arguments:
        case [body, (Name(index), lower, upper)]:
            kind = "sum" if token.text == "Sum" else "prod"
            limits = _value(lower, token), _value(upper, token)
            return Series(kind, index, *limits, _value(body, token))  # type: ignore[arg-type]  # one of two words
    raise Unreadable(token.position, f"write {token.text}(term, (i, 1, n))")


def _logarithm(values: Sequence[Expression], base: Expression | None) -> Expression:
    base = values[1] if len(values) == 2 else base
    log = Call("log", (values[0],))
    return log if base is None else Product((log, Reciprocal(Call("log", (base,)))))


def _log_of_base(base: int) -> Callable[[Sequence[Expression], Forms], Expression]:
    return lambda values, _: _logarithm(values, Number(Fraction(base)))


def _dot(values: Sequence[Expression], forms: Forms) -> Expression:
    return contracted(values[0], values[1], forms, is_numpy=True)


def _sum(values: Sequence[Expression], forms: Forms) -> Expression:
    """numpy.sum of entries; of an entrywise square or product of columns it is an inner product."""
    match values[0]:
        case Power(base, Number(Fraction(numerator=2, denominator=1))):
            return Power(Norm(base, "F"), TWO)
        case Product((left, right)):
            inner = contracted(left, right, forms, is_numpy=False)
            return inner if isinstance(inner, Call) else Call("total", (values[0],))
    return Call("total", (values[0],))


def _mean(values: Sequence[Expression], forms: Forms) -> Expression:
    """numpy.mean: the sum over the number of entries."""
    match values[0]:
        case Power(base, Number(Fraction(numerator=2, denominator=1))):
            return Product((_sum(values, forms), Reciprocal(Call("count", (base,)))))
    return Call("mean", (values[0],))


def _eye(values: Sequence[Expression], forms: Forms) -> Expression:
    return Identity(values[0].name if isinstance(values[0], Name) else None)


def _root(values: Sequence[Expression], forms: Forms) -> Expression:
    degree = values[1] if len(values) == 2 else TWO
    return Power(values[0], Product((ONE, Reciprocal(degree))))


_SHORTHAND: dict[str, Callable[[Sequence[Expression], Forms], Expression]] = {
    "log2": _log_of_base(2),
    "log10": _log_of_base(10),
    "lg": _log_of_base(10),
    "log1p": lambda values, _: Call("log", (Sum((ONE, values[0])),)),
    "expm1": lambda values, _: Sum((Call("exp", (values[0],)), Negative(ONE))),
    "square": lambda values, _: Power(values[0], TWO),
    "power": lambda values, _: Power(values[0], values[1]),
    "root": _root,
    "fro": lambda values, _: Norm(values[0], "F"),
    "transpose": lambda values, _: Transpose(values[0]),
    "inv": lambda values, _: Power(values[0], MINUS_ONE),
    "solve": lambda values, _: Product((Power(values[0], MINUS_ONE), values[1])),
    "matmul": _dot,
    "dot": _dot,
    "Sum": _sum,
    "mean": _mean,
    "eye": _eye,
}
