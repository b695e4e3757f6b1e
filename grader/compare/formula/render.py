"""Echoes of an expression as it was read, as plain text and as LaTeX.

Reading the plain text again gives an equal expression.
"""

from __future__ import annotations

from fractions import Fraction

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

_COMPOUND = (Sum, Negative, Product, Reciprocal, Power, Transpose, Piecewise)
_AS_WRITTEN = {"inner": "dot", "total": "sum"}
_NORMS = {"": "", "2": ", 2", "F": ", 'fro'", "1": ", 1"}


def render(expression: Expression) -> str:
    """Plain text with canonical names, brackets where they were needed."""
    match expression:
        case Number(value):
            return decimal(value)
        case Name(name) | Constant(name):
            return name
        case Identity(size):
            return f"I_{size}" if size else "I"
        case Negative(operand):
            return "-" + _operand(operand, (Sum, Negative, Piecewise))
        case Reciprocal(operand):
            return "1/" + _operand(operand, (Sum, Negative, Product, Reciprocal, Piecewise))
        case Sum(terms):
            return "".join(_term(term, is_first=number == 0) for number, term in enumerate(terms))
        case Product(factors):
            return "".join(_factor(factor, is_first=number == 0) for number, factor in enumerate(factors))
        case Power(base, exponent):
            return f"{_operand(base, _COMPOUND)}^{_operand(exponent, _COMPOUND)}"
        case Transpose(operand):
            return f"{_operand(operand, _COMPOUND)}^T"
        case Norm(operand, kind):
            return f"norm({render(operand)}{_NORMS.get(kind, kind)})"
        case Call(function, arguments):
            return f"{_AS_WRITTEN.get(function, function)}({', '.join(map(render, arguments))})"
        case Matrix(rows):
            lines = (", ".join(map(render, row)) for row in rows)
            return f"Matrix([{', '.join(f'[{line}]' for line in lines)}])"
        case Series(kind, index, lower, upper, body):
            name = "Sum" if kind == "sum" else "Product"
            return f"{name}({render(body)}, ({index}, {render(lower)}, {render(upper)}))"
        case Element(name, index):
            return f"{name}_{render(index)}"
        case Piecewise(branches):
            return "; ".join(map(_branch, branches))


def render_condition(condition: Condition) -> str:
    """A condition as plain text."""
    match condition:
        case Relation(operator, left, right):
            sides = _operand(left, (Piecewise,)), _operand(right, (Piecewise,))
            return f"{sides[0]} {operator} {sides[1]}"
        case Junction(word, parts):
            return f" {word} ".join(
                f"({render_condition(part)})" if isinstance(part, Junction) else render_condition(part)
                for part in parts
            )
        case Otherwise():
            return "otherwise"


def _branch(branch: Branch) -> str:
    value = _operand(branch.value, (Piecewise,))
    if isinstance(branch.condition, Otherwise):
        return f"{value} otherwise"
    return f"{value} if {render_condition(branch.condition)}"


def _operand(expression: Expression, bracketed: tuple[type, ...]) -> str:
    text = render(expression)
    return f"({text})" if isinstance(expression, bracketed) else text


def _term(term: Expression, *, is_first: bool) -> str:
    if is_first:
        return _operand(term, (Sum, Piecewise))
    if isinstance(term, Negative):
        return " - " + _operand(term.operand, (Sum, Negative, Piecewise))
    return " + " + _operand(term, (Sum, Piecewise))


def _factor(factor: Expression, *, is_first: bool) -> str:
    if is_first:
        return _operand(factor, (Sum, Negative, Product, Piecewise))
    if isinstance(factor, Reciprocal):
        return "/" + _operand(factor.operand, (Sum, Negative, Product, Reciprocal, Piecewise))
    return "*" + _operand(factor, (Sum, Negative, Product, Piecewise))


def decimal(value: Fraction) -> str:
    """Digits where they end, as those of a number that was read do; else a fraction in brackets."""
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 61):
        if 10**places % value.denominator == 0:
            digits = str(value.numerator * 10**places // value.denominator).zfill(places + 1)
            return f"{digits[:-places]}.{digits[-places:]}"
    return f"({value.numerator}/{value.denominator})"
