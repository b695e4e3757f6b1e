"""Equality at random points: what is proved, what is sampled, and that a seed decides for ever."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.compare.formula import Domain, Symbol, Symbols, parse, render
from grader.compare.formula.equality import decide
from grader.compare.formula.expression import (
    Call,
    Expression,
    Identity,
    Name,
    Negative,
    Norm,
    Number,
    Power,
    Product,
    Reciprocal,
    Sum,
    Transpose,
)
from grader.compare.formula.parser import parse_condition
from grader.compare.formula.sampling import Setting, draw_point, honours

SYMBOLS = Symbols(
    {
        "X": Symbol(("n", "d")),
        "w": Symbol(("d",)),
        "t": Symbol(("n",)),
        "S": Symbol(("d", "d"), Domain.SYMMETRIC),
        "P": Symbol(("d", "d"), Domain.POSITIVE_DEFINITE),
        "x": Symbol(),
        "y": Symbol(),
        "p": Symbol(domain=Domain.POSITIVE),
        "u": Symbol(domain=Domain.UNIT_INTERVAL),
        "m": Symbol(domain=Domain.INTEGER),
    }
)


def is_equal(one: str, other: str, *constraints: str, symbols: Symbols = SYMBOLS) -> bool | None:
    conditions = tuple(parse_condition(text, symbols) for text in constraints)
    return decide(parse(one, symbols), parse(other, symbols), Setting(symbols, conditions, 413)).is_equal


EQUAL = [
    ("(X^T X + p I)^-1 X^T", "X^T (X X^T + p I)^-1"),
    ("trace(X^T X)", "norm(X, 'fro')^2"),
    ("trace(X S X^T)", "trace(S X^T X)"),
    ("det(P^-1)", "1/det(P)"),
    ("(P^-1)^T", "P^-1"),
    ("S^T", "S"),
    ("S - S^T + I", "I"),
    ("w^T S w", "dot(w, S w)"),
    ("norm(t - X w)", "norm(X w - t)"),
    ("norm(w)", "sqrt(w^T w)"),
    ("norm(X, 2)", "norm(X^T, 2)"),
    ("norm(w w^T, 2)", "norm(w)^2"),
    ("sqrt(x^2)", "abs(x)"),
    ("sqrt(p^2)", "p"),
    ("log(p^x)", "x log(p)"),
    ("exp(x + y)", "exp(x) exp(y)"),
    ("sigmoid(x)", "1 - sigmoid(-x)"),
    ("tanh(x)", "2 sigmoid(2x) - 1"),
    ("relu(x) - relu(-x)", "x"),
    ("max(x, y) + min(x, y)", "x + y"),
    ("(-1)^(2m)", "1"),
    ("log(u/(1 - u))", "log(u) - log1p(-u)"),
    ("x^2 - y^2", "(x - y)(x + y)"),
    ("(x^2 - y^2)/(x - y)", "x + y"),
    ("sum_{i=1}^{4} i^2".replace("sum", r"\sum"), "30"),
    (r"\sum_{i=1}^{n} t_i^2", "t^T t"),
    (r"\sum_{i=1}^{n} X_i X_i^T", "X^T X"),
    ("pinv(X)", "X^T (X X^T)^-1"),
    ("x if x > y else y", "max(x, y)"),
    ("0.1 + 0.2", "0.3"),
    ("diag(w) w", "diag(w)^T w"),
]
UNEQUAL = [
    ("X X^T", "2 X X^T"),
    ("sqrt(x^2)", "x"),
    ("0.333333333333333", "1/3"),
    ("exp(pi sqrt(163))", "640320^3 + 744"),
    ("(x - y)^5999", "(x - y)^6000"),
    ("x + 1/10^50", "x"),
    ("n", "d"),
    ("X^T X P", "P X^T X"),
    ("norm(X, 2)", "norm(X, 'fro')"),
    ("S P", "P S"),
    ("det(2 P)", "2 det(P)"),
    ("x if x > 0 else y", "x if x > 1 else y"),
    ("m", "m + sin(pi m/2)^2/10^20"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_an_identity_is_found_equal(one: str, other: str) -> None:
    assert is_equal(one, other, "n < d") is True
    assert is_equal(other, one, "n < d") is True


@pytest.mark.parametrize(("one", "other"), UNEQUAL)
def test_a_difference_is_proved(one: str, other: str) -> None:
    assert is_equal(one, other) is False


def test_an_answer_that_has_no_value_where_it_should_is_not_equal() -> None:
    assert is_equal("log(x)", "log(abs(x))") is False
    assert is_equal("x if x > 0", "x") is False
    assert is_equal("x/(y - y)", "x") is False


def test_what_cannot_be_computed_anywhere_is_not_decided() -> None:
    assert is_equal("x", "9^(9^(9^9))") is None


@pytest.mark.parametrize("constraint", ["n < d", "n > d + 1", "d >= n + 2", "n != 3 and d > 2"])
def test_every_point_honours_the_constraints_and_sizes_are_distinct(constraint: str) -> None:
    setting = Setting(SYMBOLS, (parse_condition(constraint, SYMBOLS),), 413)
    points = [draw_point(setting, number, 0) for number in range(200)]
    taken = [point for point in points if honours(point, setting.constraints)]
    assert len(taken) >= 20
    assert all(point["n"] != point["d"] for point in points)


def test_points_of_a_seed_never_change() -> None:
    point = draw_point(Setting(SYMBOLS, (), 413), 0, 0)
    drawn = {name: str(point[name]) for name in ("n", "d", "x", "u", "m")}
    assert drawn == {"n": "4", "d": "3", "x": "-1142/997", "u": "551/997", "m": "1"}


leaves = st.one_of(
    st.sampled_from([Name(name) for name in ("x", "y", "p", "X", "w")]),
    st.builds(Number, st.fractions(0, 50, max_denominator=8).filter(lambda f: f.denominator in (1, 2, 4, 8))),
    st.sampled_from([Identity(), Identity("d")]),
)


def compound(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda terms: Sum(tuple(terms))),
        several.filter(lambda factors: not isinstance(factors[0], Product)).map(lambda f: Product(tuple(f))),
        parts.map(Negative),
        parts.map(Transpose),
        st.builds(Norm, parts, st.sampled_from(["", "2", "F", "1"])),
        st.builds(Power, parts, st.sampled_from([Number(Fraction(2)), Negative(Number(Fraction(1)))])),
        parts.map(lambda operand: Product((Number(Fraction(1)), Reciprocal(operand)))),
        parts.map(lambda operand: Call("exp", (operand,))),
    )


@given(st.recursive(leaves, compound, max_leaves=12))
@settings(max_examples=300, deadline=None)
def test_the_echo_of_any_expression_reads_as_the_same_expression(expression: Expression) -> None:
    assert parse(render(expression), SYMBOLS) == expression
