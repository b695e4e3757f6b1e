"""Conditions as answers: what is read, what is equivalent on a domain, and what is said of the others."""

from __future__ import annotations

import pytest

from grader.compare.formula import Domain, Symbol, Symbols
from grader.compare.formula.conditions import ConditionQuestion, check_condition
from grader.compare.formula.worker import Checkers
from grader.results import Outcome

SYMBOLS = Symbols(
    {
        "X": Symbol(("n", "d")),
        "sigma": Symbol(domain=Domain.NONNEGATIVE),
        "gamma": Symbol(definition="d / n"),
        "a": Symbol(definition="norm(X)"),
    }
)
REGIMES = Symbols(SYMBOLS.declared, constraints=("n > d + 1 or d > n + 1",))
PERFECT = ConditionQuestion("sigma = 0 and n > d + 1", REGIMES, {"part": 0.5})
STRICT = ConditionQuestion("sigma = 0 and n > d + 1", SYMBOLS)

RIGHT = [
    "sigma = 0 and n > d + 1",
    "n > d + 1 and sigma = 0",
    "σ = 0, n > d+1",
    r"$\sigma = 0$ and $n > d + 1$",
    r"\sigma = 0 \land d + 1 < n",
    r"\sigma = 0 \text{ and } n > d + 1",
    "sigma == 0 & n ≥ d+2",
    "sigma = 0; n - d > 1",
    "only if sigma = 0 and n > d + 1",
    "when n > d + 1, sigma = 0",
    "sigma = 0 with n > d + 1",
    "sigma^2 = 0 and n > d + 1",
    "sigma <= 0 and n >= d + 2",
    "0 = sigma and 2 n > 2 d + 2",
    "sigma = 0 and n > d + 1 and n > 1",
    "(sigma = 0 and n > d + 5) or (sigma = 0 and d + 1 < n <= d + 5)",
]
WRONG = [
    "sigma = 0 or n > d + 1",
    "sigma > 0 and n > d + 1",
    "sigma != 0 and n > d + 1",
    "sigma = 1 and n > d + 1",
    "sigma = 0 and d > n + 1",
    "sigma = 0 and n > d + 2",
    "sigma = 0 and n > 2 d",
    "sigma = 0 and n = d + 2",
    "sigma = 0 and n > d + 1 and d > 2",
    "sigma < 0.01 and n > d + 1",
    "sigma = 0 and n^2 > d + 1",
    "n = 1000, sigma = 0",
    "n > 0",
]


@pytest.mark.parametrize("answer", RIGHT)
def test_an_equivalent_condition_is_right_however_it_is_written(answer: str) -> None:
    for question in (PERFECT, STRICT):
        assert check_condition(answer, question, 413).outcome is Outcome.CORRECT


@pytest.mark.parametrize("answer", ["sigma = 0 and n > d", "sigma = 0 and n >= d", "sigma = 0 and gamma < 1"])
def test_what_agrees_on_the_domain_is_right_though_it_differs_outside(answer: str) -> None:
    assert check_condition(answer, PERFECT, 413).outcome is Outcome.CORRECT
    assert check_condition(answer, STRICT, 413).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("answer", WRONG)
@pytest.mark.parametrize("seed", [1, 2, 413])
def test_another_condition_is_wrong_and_earns_nothing(answer: str, seed: int) -> None:
    for question in (PERFECT, STRICT):
        judgement = check_condition(answer, question, seed)
        assert (judgement.outcome, judgement.credit) == (Outcome.INCORRECT, 0.0)


@pytest.mark.parametrize("answer", ["sigma = 0", "n > d + 1", "n > d"])
def test_one_of_the_conditions_alone_earns_its_share(answer: str) -> None:
    judgement = check_condition(answer, PERFECT, 413)
    assert (judgement.outcome, judgement.credit) == (Outcome.PARTIAL, 0.5)
    assert judgement.message == "It is not right: it is not enough."


def test_a_point_shows_what_is_wrong() -> None:
    [wide] = check_condition("n > d + 1", PERFECT, 413).notes
    assert wide.startswith("It also holds at sigma = ") and "sigma = 0," not in wide
    [narrow] = check_condition("sigma = 0 and n > d + 2", PERFECT, 413).notes
    assert narrow.startswith("It does not hold at sigma = 0, ") and narrow.endswith(", and should.")
    assert "X" not in narrow


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("no noise", "'no' is not one of the names"),
        ("X > 0", "a side of a condition must be a number"),
        ("a > 0", "a condition may speak of sigma, d, n, gamma, and a is none of them"),
        ("sigma", "a condition such as n > d is expected here"),
        ("n >", "a number or a name is missing at the end"),
        ("n" + "+n" * 2000 + " > 1", "at most 2000 characters"),
    ],
)
def test_what_is_no_condition_is_unreadable_with_the_reason(answer: str, says: str) -> None:
    judgement = check_condition(answer, PERFECT, 413)
    assert judgement.outcome is Outcome.UNREADABLE
    assert says in judgement.message


def test_nothing_written_is_not_attempted() -> None:
    assert check_condition("  ", PERFECT, 413).outcome is Outcome.NOT_ATTEMPTED


def test_the_echo_is_what_was_read() -> None:
    assert check_condition("σ=0, n≥d", PERFECT, 413).read_as == "sigma == 0 and n >= d"


def test_irrational_sides_are_compared_too() -> None:
    question = ConditionQuestion("n > d + 1 and sigma^2 < 2", SYMBOLS)
    assert check_condition("n > d + 1, sigma < sqrt(2)", question, 1).outcome is Outcome.CORRECT
    assert check_condition("n > d + 1, sigma < sqrt(3)", question, 1).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("domain", [d for d in Domain if d not in ("symmetric", "positive definite")])
def test_a_border_is_found_in_every_domain(domain: Domain) -> None:
    border = "1/3" if domain is Domain.UNIT_INTERVAL else "7"
    question = ConditionQuestion(f"x > {border}", Symbols({"x": Symbol(domain=domain)}))
    assert check_condition(f"x > {border}", question, 1).outcome is Outcome.CORRECT
    assert check_condition(f"x >= {border}", question, 1).outcome is Outcome.INCORRECT
    assert check_condition(f"x = {border}", question, 1).outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    ("reference", "credits", "says"),
    [
        ("n >", {}, "cannot be used"),
        ("X = 0", {}, "cannot be used"),
        ("n > 0", {}, "holds nearly everywhere, or nearly nowhere"),
        ("n > d and d > n", {}, "holds nearly everywhere, or nearly nowhere"),
        ("n > d", {"factor": 0.5}, "no flaw factor"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(reference: str, credits: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ConditionQuestion(reference, SYMBOLS, credits)


def test_a_checker_process_gives_the_same_judgement() -> None:
    with Checkers() as checkers:
        for answer in ("sigma = 0 and n > d", "sigma = 0", "n > d + 2", "what"):
            assert checkers.check(answer, PERFECT, 7) == check_condition(answer, PERFECT, 7)


def test_a_condition_of_many_parts_is_decided_or_left_to_a_person() -> None:
    answer = " and ".join(["n > d"] * 100)
    assert check_condition(answer, PERFECT, 7).outcome in (Outcome.PARTIAL, Outcome.NEEDS_PERSON)
