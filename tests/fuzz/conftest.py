"""The fuzz fixture, and its figures at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.compare.formula.worker import Checkers
from grader.sandbox import NoConfinement, SandboxServer

from .trial import Figures, Fuzz

FIGURES = pytest.StashKey[dict[str, Figures]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = {}
    config.addinivalue_line(
        "markers", "criterion(mark): on the checks of an assignment, which are called here"
    )


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["some", "many"])
def fuzz(request: pytest.FixtureRequest) -> Fuzz:
    """A few examples of each family, or, in the slow suite, thousands."""
    return Fuzz(request.config.stash[FIGURES], is_long=request.param)


@pytest.fixture(scope="session")
def checkers() -> Iterator[Checkers]:
    """One checker process for all; formulas are given less time than in marking."""
    with Checkers(1, deadline_s=2.0) as running:
        yield running


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxServer]:
    """One server for all; without confinement where there is none, as only our own code runs."""
    try:
        server = SandboxServer.start("auto", preload="single")
    except NoConfinement:
        server = SandboxServer.start("none", preload="single")
    with server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash[FIGURES]
    if not figures:
        return
    terminalreporter.section("fuzz: examples, MiB at most in one, MiB left behind, longest in s, outcomes")
    for family, found in figures.items():
        words = ", ".join(f"{word} {count}" for word, count in found.outcomes.most_common())
        terminalreporter.write_line(
            f"{family:24}{found.examples:7}{found.largest / 2**20:8.1f}{found.left_behind / 2**20:8.1f}"
            f"{found.longest:7.2f}  {words}"
        )
    terminalreporter.write_line(
        f"{'in all':24}{sum(f.examples for f in figures.values()):7}"
        f"{max(f.largest for f in figures.values()) / 2**20:8.1f}"
    )
