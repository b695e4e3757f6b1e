"""Checks that are told lies: whatever a student's process replies, the verdict is on the student."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest

from grader.compare.formula.worker import Checkers
from grader.judge import Student
from grader.sandbox import SandboxServer

from .checks import any_verdict_on, verdict_on
from .replies import HAND_INS, UNCHANGED, ChangedReply, Recorded, changed_process, changes, record
from .seeds import a2
from .trial import Fuzz


@pytest.fixture(scope="session")
def recorded(sandbox: SandboxServer, checkers: Checkers) -> list[Recorded]:
    """What was really exchanged."""
    return [record(name, sandbox.client(0), checkers) for name in HAND_INS]


@pytest.fixture(scope="session")
def conversations(recorded: list[Recorded]) -> list[tuple[Recorded, str]]:
    """Every hand-in with every check that asked its process for something."""
    return [
        (hand_in, criterion)
        for hand_in in recorded
        for criterion, replies in hand_in.replies.items()
        if set(replies) > {"load"}
    ]


def told(conversation: tuple[Recorded, str], change: ChangedReply, checkers: Checkers) -> str:
    """The outcome of a check whose process lies."""
    hand_in, criterion = conversation
    replies = hand_in.replies[criterion]
    with Student(a2(), hand_in.submission, lambda: changed_process(replies, change)) as student:
        return str(verdict_on(criterion, student, checkers).outcome)


def test_unchanged_replies_give_the_verdict_they_gave(
    conversations: list[tuple[Recorded, str]], checkers: Checkers
) -> None:
    outcomes = [told(conversation, UNCHANGED, checkers) for conversation in conversations]
    assert len(outcomes) > 24 and outcomes.count("correct") > len(outcomes) // 3


def test_replies_to_checks(fuzz: Fuzz, conversations: list[tuple[Recorded, str]], checkers: Checkers) -> None:
    functions = [c for c in conversations if "build_network" not in c[0].replies[c[1]]]
    networks = [c for c in conversations if c not in functions]

    def example(case: tuple[bool, int, ChangedReply]) -> str:
        of_network, place, change = case
        kind = networks if of_network else functions
        conversation = kind[place % len(kind)]
        number = 1 + change.number % count_of_replies(conversation)
        return told(conversation, replace(change, number=number), checkers)

    cases = st.tuples(st.sampled_from([False, False, True]), st.integers(0, 100), changes())
    figures = fuzz.run("replies to checks", cases, example)
    assert {"correct", "incorrect", "error"} <= set(figures.outcomes)


def count_of_replies(conversation: tuple[Recorded, str]) -> int:
    """Of one check, besides the one to `load`."""
    hand_in, criterion = conversation
    return sum(len(bodies) for operation, bodies in hand_in.replies[criterion].items() if operation != "load")


def test_replies_to_loading(
    fuzz: Fuzz, conversations: list[tuple[Recorded, str]], checkers: Checkers
) -> None:
    """No student's code has run before this reply, so that a malformed one may be a failure of ours."""

    def example(case: tuple[int, ChangedReply]) -> str:
        (hand_in, criterion), change = conversations[case[0]], replace(case[1], number=0)
        replies = hand_in.replies[criterion]
        with Student(a2(), hand_in.submission, lambda: changed_process(replies, change)) as student:
            return str(any_verdict_on(criterion, student, checkers).outcome)

    cases = st.tuples(st.integers(0, len(conversations) - 1), changes())
    figures = fuzz.run("replies to loading", cases, example)
    assert {"correct", "unreadable", "grader_error"} <= set(figures.outcomes)
