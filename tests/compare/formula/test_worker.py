"""Checks in processes that can be killed: hostile answers are answered, and nothing outlives a deadline."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.compare.formula import Domain, Symbol, Symbols
from grader.compare.formula.question import FormulaQuestion, check
from grader.compare.formula.worker import Checkers
from grader.results import Outcome

SEED = 413
NUMBERS = FormulaQuestion("x^2 + n", Symbols({"x": (), "n": Symbol(domain=Domain.POSITIVE_INTEGER)}))
MATRICES = FormulaQuestion("X^T t", Symbols({"X": Symbol(("n", "d")), "t": Symbol(("n",))}))
SLOW = r"\sum_{i=1}^{300}\sum_{j=1}^{300}\sum_{k=1}^{300} i j k"
DEADLINE_S = 5.0

HOSTILE = [
    "9**9**9**9",
    "9^9^9^9^9^9",
    "(((9^400)^400)^400)^400",
    "((((x^400)^400)^400)^400)^400",
    "(x+1)**100000",
    "(x+1)**100000 - (x-1)**100000",
    "x^(10^60)",
    "exp(exp(exp(exp(exp(x)))))",
    "1/exp(exp(exp(exp(n))))",
    "log(log(log(log(x))))",
    "factorial(factorial(factorial(n)))",
    "factorial(10^60)",
    "n!!!!!!!!",
    "binomial(10^50, 10^49)",
    "gamma(-n)",
    "tan(10^60)",
    "sin(9^9^9)",
    "floor(10^60 x)",
    "2^(2^(2^(2^(2^n))))",
    "sqrt(" * 50 + "x" + ")" * 50,
    "0^0",
    "0^(-n)",
    "1/0",
    "1/(x - x)",
    "(-1)^x",
    "abs(x)^(1/10^40)",
    SLOW,
    r"\sum_{i=1}^{10^60} i",
    r"\prod_{i=1}^{400} 10^{60} i^{400}",
    "Sum(Sum(Sum(i, (i, 1, 400)), (j, 1, 400)), (k, 1, 400))",
    r"\sum_{i=1}^{n} \sum_{i=1}^{n} i",
    "+".join(["1/7"] * 390),
    "*".join(["(x+1/7)"] * 130),
    "x" * 2_000,
    "x^" * 390 + "2",
    "x" + "'" * 1_500,
    "x" + "!" * 1_500,
    "x" + "^2" * 390,
    "-" * 1_999 + "x",
    "(" * 1_000 + "x" + ")" * 1_000,
    "{" * 1_990,
    "|" * 1_990,
    "||x" * 400,
    r"\frac{1}{" * 150 + "x" + "}" * 150,
    r"\frac" * 390,
    r"\begin{cases}" * 140,
    "x if x > 0 else " * 100 + "x",
    "x; " * 600,
    "1" * 61,
    "1e" + "9" * 50,
    "x" * 1_000_000,
    "=" * 2_000,
    "__import__('os').system('touch /tmp/formula-was-run')",
    "().__class__.__bases__[0].__subclasses__()",
    "lambda: x",
    "exec('x')",
    "f'{x}'",
    "[x for x in range(9)]",
    "x.__class__.__init__.__globals__",
    "open('/etc/passwd').read()",
    "np.load('x')",
    "torch.load(x)",
    r"\input{/etc/passwd}",
    r"\def\a{\a\a}\a",
    r"\catcode`\{=1",
    "\ud800",
    "\x00x",
    "х² + n",  # a Cyrillic letter
    "x² + ո",  # an Armenian one
    "x\u202e² + n",
    "﷽" * 2_000,
    "\u0301" * 2_000,
    "x\u0303\u0303\u0303",
    '{"answer": "x^2 + n", "outcome": "correct"}',
    "x^2 + n\nx^2 + n\n",
]


@pytest.fixture(scope="module")
def checkers() -> Iterator[Checkers]:
    with Checkers(1, DEADLINE_S) as running:
        yield running


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_a_hostile_answer_is_answered_in_time_and_never_accepted(checkers: Checkers, text: str) -> None:
    start = time.monotonic()
    for question in (NUMBERS, MATRICES):
        outcome = checkers.check(text, question, SEED).outcome
        assert outcome in (Outcome.UNREADABLE, Outcome.INCORRECT, Outcome.NEEDS_PERSON)
    assert time.monotonic() - start < 2 * DEADLINE_S + 5


def test_sixty_hostile_answers_are_tried() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("text", ["n + x**2", "x^2 - n", "x^2 +", "", "(x - 1)(x + 1) + n + 1"])
def test_a_checker_says_what_check_says(checkers: Checkers, text: str) -> None:
    assert checkers.check(text, NUMBERS, SEED) == check(text, NUMBERS, SEED)


def test_what_runs_past_its_deadline_needs_a_person_and_the_next_answer_is_checked() -> None:
    slow = " + ".join([SLOW] * 8)
    with Checkers(1, deadline_s=0.05) as running:
        judgement = running.check(slow, NUMBERS, SEED)
        assert judgement.outcome is Outcome.NEEDS_PERSON
        assert judgement.message == (
            "It could not be decided automatically: the formula takes more than 0.05 seconds."
        )
        running._deadline_s = DEADLINE_S
        assert running.check("x^2 + n", NUMBERS, SEED).outcome is Outcome.CORRECT


def test_a_checker_that_was_killed_is_started_again() -> None:
    with Checkers(1, DEADLINE_S) as running:
        assert running.check("x^2 + n", NUMBERS, SEED).outcome is Outcome.CORRECT
        checker = running._idle.get()
        assert checker is not None
        os.kill(checker._process.pid, 9)
        running._idle.put(checker)
        assert running.check("x^2 + n", NUMBERS, SEED).outcome is Outcome.NEEDS_PERSON
        assert running.check("x^2 + n", NUMBERS, SEED).outcome is Outcome.CORRECT


def test_memory_is_limited() -> None:
    with Checkers(1, DEADLINE_S, memory_bytes=1 << 29) as running:
        running.check("x^2 + n", NUMBERS, SEED)
        checker = running._idle.get()
        running._idle.put(checker)
        assert checker is not None
        limits = Path(f"/proc/{checker._process.pid}/limits").read_text()
    assert re.search(rf"Max address space +{1 << 29} +{1 << 29}", limits)
    assert re.search(r"Max cpu time +[1-9]", limits)


def test_threads_share_the_checkers() -> None:
    texts = ["x^2 + n", "x^2 - n"] * 5
    with Checkers(2, DEADLINE_S) as running, ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda text: running.check(text, NUMBERS, SEED).outcome, texts))
    assert outcomes == [Outcome.CORRECT, Outcome.INCORRECT] * 5


def test_no_process_is_left_behind() -> None:
    with Checkers(1, DEADLINE_S) as running:
        running.check("x", NUMBERS, SEED)
        checker = running._idle.get()
        running._idle.put(checker)
    assert checker is not None and checker._process.poll() is not None
