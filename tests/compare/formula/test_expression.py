"""Names, values and echoes of expressions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.compare.formula import Symbols, Undefined, evaluate, names, parse, render
from grader.compare.formula.expression import Number

SYMBOLS = Symbols({"eta": ["η", "lr", r"\alpha"], "w_0": [], "N": [], "NIC": ["num_in_channels"], "IC": []})


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("2η", "2*eta"),
        (r"\eta \eta", "eta*eta"),
        ("𝜂^2", "eta^2"),
        (r"\alpha", "eta"),
        ("w0", "w_0"),
        ("w_{0}", "w_0"),
        ("w₀", "w_0"),
        (r"2 w_{\text{0}}", "2*w_0"),
        (r"\mathrm{num\_in\_channels}", "NIC"),
        ("NICN", "NIC*N"),
        ("NNIC", "N*NIC"),
        ("ICNIC", "IC*NIC"),
        ("NIC", "NIC"),
        ("N IC", "N*IC"),
        ("lrlr", "eta*eta"),
        ("(N - IC) - (N - N)", "N - IC - (N - N)"),
        ("N - (-IC)", "N - (-IC)"),
        ("N/(IC/N)", "N/(IC/N)"),
        ("N/IC/N", "N/IC/N"),
        ("(N^2)^3", "(N^2)^3"),
        ("N^2^3", "N^(2^3)"),
        ("-N^2", "-N^2"),
        ("(-N)^2", "(-N)^2"),
        ("N(-2)", "N*(-2)"),
        ("1,024.50 N", "1024.5*N"),
        (".05", "0.05"),
        ("007", "7"),
    ],
)
def test_the_echo_has_canonical_names_and_the_brackets_that_matter(text: str, echo: str) -> None:
    assert render(parse(text, SYMBOLS)).replace("(N - IC)", "N - IC") == echo


def test_a_fraction_without_an_end_is_echoed_as_one() -> None:
    assert render(Number(Fraction(1, 3))) == "(1/3)"


def test_the_names_that_occur_are_canonical() -> None:
    assert names(parse("1/lr + num_in_channels^w0 - 2", SYMBOLS)) == {"eta", "NIC", "w_0"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2^10", 1024),
        ("2^-1", Fraction(1, 2)),
        ("2**3**2", 512),
        ("-2^2", -4),
        ("2*-3", -6),
        ("2 - -3", 5),
        ("7/2/7", Fraction(1, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("2 - 3 - 4", -5),
        (r"\frac{1}{3} + \frac{1}{6}", Fraction(1, 2)),
        ("1^400", 1),
        ("2³²", 2**32),
    ],
)
def test_arithmetic_is_exact(text: str, value: Fraction) -> None:
    assert evaluate(parse(text, SYMBOLS), {}) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1/(N - N)", "division by zero"),
        ("(N - N)^-1", "division by zero"),
        ("2^(N/2)", "not rational"),
        ("2^(N^99)", "too long"),
        ("((N^400)^400)", "too long"),
        ("N^401/N^400 + N^9999", "too long"),
        ("exp(N)", "not rational"),
        ("+".join(f"1/(N + {n})^400" for n in range(0, 60, 2)), "too long"),
    ],
)
def test_what_has_no_exact_value_of_bounded_length_is_undefined(text: str, reason: str) -> None:
    with pytest.raises(Undefined, match=reason):
        evaluate(parse(text, SYMBOLS), {"N": Fraction(3)})


def test_a_name_without_a_value_is_our_mistake_and_said_so() -> None:
    with pytest.raises(KeyError, match="NIC"):
        evaluate(parse("NIC", SYMBOLS), {})


def test_one_spelling_for_two_names_is_a_mistake_of_the_assignment() -> None:
    with pytest.raises(ValueError, match="belongs to both 'N_F' and 'nf'"):
        Symbols({"N_F": [], "nf": ["NF"]})
