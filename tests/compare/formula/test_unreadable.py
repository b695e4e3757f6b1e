"""What is refused: where, why, and quickly."""

from __future__ import annotations

import sys
from fractions import Fraction
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.compare.formula import Symbols, Undefined, Unreadable, evaluate, parse, render

SYMBOLS = Symbols({"NIC": [], "NF": [], "NC": [], "k": ["K"]})
POINT = {"NIC": Fraction(3), "NF": Fraction(5, 7), "NC": Fraction(7, 11), "k": Fraction(3)}


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "a number or a name is missing at the end"),
        ("weights = ", 10, "a number or a name is missing at the end"),
        ("9 NIC +", 7, "a number or a name is missing at the end"),
        ("9 * / NF", 4, "a number or a name is missing before '/'"),
        ("2(NF", 1, "'(' is not closed"),
        ("2 NF)", 4, "')' closes a bracket that was not opened"),
        ("(NF]", 3, "')' is expected before ']'"),
        ("2 foo", 2, "'foo' is not one of the names NIC, NF, NC, k"),
        ("2 x NF", 2, "'x' is not one of the names NIC, NF, NC, k; write * for times"),
        ("nic", 0, "'nic' is not one of the names NIC, NF, NC, k"),
        ("NF2", 0, "'NF2' is not one of the names NIC, NF, NC, k"),
        (r"\lambda NF", 0, "'lambda' is not one of the names NIC, NF, NC, k"),
        ("3 3 NIC", 2, "two numbers side by side: is an operator missing?"),
        ("k^2 4", 4, "two numbers side by side: is an operator missing?"),
        ("1/2NF", 3, "it is not clear what is divided: write a/(b c) or (a/b) c, with brackets"),
        ("NF/(2)(NC)", 6, "it is not clear what is divided: write a/(b c) or (a/b) c, with brackets"),
        (r"\frac{1}", 8, r"write \frac{a}{b}, with braces"),
        (r"\sqrt", 5, r"write \sqrt{a}, with braces"),
        (r"\sum_{i=1} i", 0, r"write a sum as \sum_{i=1}^{n}"),
        (r"\sum_{i=1}^{3} NF + i", 20, "'i' has no value outside of its sum"),
        (r"\begin{align} NF \end{align}", 0, "a block 'align' is not part of a formula"),
        ("max(NF)", 0, "max takes 2 or 3 arguments, not 1"),
        ("NF.real", 2, "'.real' is not part of a formula"),
        ("NF if k", 7, "a condition such as n > d is expected here"),
        ("k > 2: NF; k < 2:", 17, "a number or a name is missing at the end"),
        ("|NF", 0, "'|' is not closed"),
        ("1e99", 0, "a power of ten may be at most 60"),
        ("12,34 NF", 2, "a comma is only read between groups of three digits, as in 1,024"),
        ("0,123", 1, "a comma is only read between groups of three digits, as in 1,024"),
        ("⅓NF", 0, "'⅓' is not part of a formula"),
        ("NFⁿ", 2, "'n' is not one of the names NIC, NF, NC, k"),
        ("NF①", 2, "'①' is not part of a formula"),
        ("3₂ NF", 1, "'₂' is not part of a formula"),
        ("NF % 2", 3, "'%' is not part of a formula"),
        ("NF // 2", 4, "a number or a name is missing before '/'"),
        ("outputs <= 5 NF", 8, "a comparison is not a formula"),
        ("NF\u202eNC", 2, r"'\u202e' is not part of a formula"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, position: int, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text, SYMBOLS)
    assert (caught.value.position, caught.value.reason) == (position, reason)


def test_the_place_is_pointed_at_in_the_students_words() -> None:
    text = "outputs = 1600 NF + 1280 NX"
    with pytest.raises(Unreadable) as caught:
        parse(text, SYMBOLS)
    assert caught.value.reason == "'NX' is not one of the names NIC, NF, NC, k"
    assert caught.value.excerpt(text).splitlines() == [
        "outputs = 1600 NF + 1280 NX",
        "                         ^",
    ]


def test_a_long_text_is_shown_around_the_place_on_one_line() -> None:
    text = "NF +\n" * 100 + "?" + " + NF" * 100
    with pytest.raises(Unreadable) as caught:
        parse(text, SYMBOLS)
    excerpt, caret = caught.value.excerpt(text).split("\n")
    assert len(excerpt) <= 60 and excerpt[caret.index("^")] == "?"


HOSTILE = [
    "9**9**9**9",
    "9^9^9^9^9^9",
    "(((9^400)^400)^400)^400",
    "(NF^400)^400",
    "2^(k^(k^(k^k)))",
    "((k^k)^k)^k" * 20,
    "__import__('os').system('true')",
    "().__class__.__bases__[0]",
    "lambda: NF",
    "[NF for NF in range(9)]",
    "f'{NF}'",
    "exec(NF)",
    "factorial(10**10)",
    "NF.__class__",
    r"\input{/etc/passwd}",
    r"\def\a{\a\a}\a",
    "(" * 1_000 + "NF" + ")" * 1_000,
    "{" * 1_990,
    r"\frac{1}{" * 150 + "NF" + "}" * 150,
    "NF^" * 390 + "2",
    "-" * 1_999 + "1",
    "1/" * 390 + "NF",
    "1" * 61,
    "1" * 2_000,
    "0." + "0" * 100 + "1",
    "NF" * 1_000,
    "+".join(["1/7"] * 200),
    "+".join(f"1/{n}{'3' * 50}" for n in range(100, 130)),
    "k" * 1_999 + "z",
    "1,000" * 400,
    "=" * 2_000,
    "x" * 1_000_000,
    "N_{" * 600,
    "⁹" * 2_000,
    "NF^⁹" * 100,
    "\ud800",
    "\x00NF",
    "﷽" * 2_000,
    "\u0301" * 2_000,
]


def cost(text: str) -> int:
    """Python calls that reading, echoing and evaluating take: a count, so that no clock decides."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        expression = parse(text, SYMBOLS)
        render(expression)
        evaluate(expression, POINT)
    except (Unreadable, Undefined):
        pass
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_a_hostile_text_is_a_value_or_refused_at_a_small_cost(text: str) -> None:
    assert cost(text) < 50_000


@pytest.mark.parametrize(
    "piece", ["+NF", " NF", "(NF)", "-(k^2)", "*1,024", "/3", r"+\frac{NF}{2}", "+N_{F}"]
)
def test_the_cost_grows_in_proportion_to_the_length(piece: str) -> None:
    one, two, four = (cost("2 NF" + piece * times) for times in (20, 40, 80))
    assert four - two == pytest.approx(2 * (two - one), rel=0.05)


@pytest.mark.parametrize("depth", [59, 60, 61])
def test_brackets_nest_sixty_deep_and_no_deeper(depth: int) -> None:
    text = "-1/(" * depth + "NF" + ")" * depth
    if depth <= 60:
        assert evaluate(parse(text, SYMBOLS), POINT) == (-1) ** depth * POINT["NF"] ** (-1) ** depth
    else:
        with pytest.raises(Unreadable, match="nested at most 60 deep"):
            parse(text, SYMBOLS)


@pytest.mark.parametrize(("tokens", "is_read"), [(799, True), (801, False)])
def test_a_formula_has_at_most_eight_hundred_tokens(tokens: int, is_read: bool) -> None:
    text = "+".join(["k"] * ((tokens + 1) // 2))
    if is_read:
        assert evaluate(parse(text, SYMBOLS), POINT) == 3 * 400
    else:
        with pytest.raises(Unreadable, match="at most 800 parts"):
            parse(text, SYMBOLS)


@given(st.text(alphabet="NFICk0129.,+-*/^(){}[]=_$ \\²⁻₀·×frac,text", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_refused_or_echoed_as_it_was_read(text: str) -> None:
    expression = refusal = None
    try:
        expression = parse(text, SYMBOLS)
    except Unreadable as error:
        refusal = error
    if expression is not None:
        assert parse(render(expression), SYMBOLS) == expression
    if refusal is not None:
        assert 0 <= refusal.position <= len(text)
        assert refusal.excerpt(text).endswith("^")
