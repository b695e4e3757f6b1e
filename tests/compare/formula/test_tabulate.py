"""Values of formulas at points, worked out in a process that can be killed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from grader.compare.formula import FormulaError, Symbols, Undefined, Unreadable
from grader.compare.formula.tabulate import tabulate
from grader.compare.formula.worker import Checkers

SYMBOLS = Symbols({"NF": ("num_filters",), "NC": ()})
POINTS = [{"NF": Fraction(5), "NC": Fraction(7, 2)}, {"NF": Fraction(58), "NC": Fraction(3)}]
BOMBS = [
    r"\prod_{i=1}^{400} NF^{30000}",  # a number of nine megabytes
    r"\prod_{i=1}^{400}\prod_{j=1}^{400} NF^{30000}",  # of four gigabytes
    r"\sum_{i=1}^{400}\sum_{j=1}^{200} NF^{30000} NC^{30000}",
]


@pytest.fixture(scope="module")
def checkers() -> Iterator[Checkers]:
    with Checkers(1, deadline_s=1.0, memory_bytes=1 << 29) as running:
        yield running


@pytest.mark.parametrize("text", ["NF NC", "NC/NF", "2 num_filters^2 + 1", "-NC", "NF^400"])
def test_the_process_gives_the_same_table(checkers: Checkers, text: str) -> None:
    assert checkers.tabulate(text, SYMBOLS, POINTS) == tabulate(text, SYMBOLS, POINTS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("NF +", Unreadable), ("NF/(NC - NC)", Undefined), ("sqrt(2)", Undefined), ("(" * 80, Unreadable)],
)
def test_the_process_raises_the_same_error(checkers: Checkers, text: str, kind: type[FormulaError]) -> None:
    with pytest.raises(kind) as direct:
        tabulate(text, SYMBOLS, POINTS)
    with pytest.raises(kind) as through:
        checkers.tabulate(text, SYMBOLS, POINTS)
    assert type(direct.value) is type(through.value) and vars(direct.value) == vars(through.value)
    assert str(direct.value) == str(through.value)


@pytest.mark.parametrize("text", BOMBS)
def test_a_short_formula_of_an_endless_number_is_given_up(checkers: Checkers, text: str) -> None:
    with pytest.raises(FormulaError, match="takes more"):
        checkers.tabulate(text, SYMBOLS, POINTS)
    assert checkers.tabulate("NF", SYMBOLS, POINTS).values == (5, 58)
