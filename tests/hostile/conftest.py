"""Servers for the cells, classes for the hand-ins, and the figures of the suite at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from grader.sandbox import SandboxServer

from ..sandbox.conftest import server_for  # noqa: F401 -- a fixture, for the cells
from .case import Case, read_cases
from .classroom import Graded, classroom, grade
from .forged_runs import forged_runs
from .intake import intake_cases
from .modes import MODES, OFFERED, Mode

CASES = (*read_cases(), *forged_runs(), *intake_cases())

IN_CELLS = ("full", "landlock", "landlock abi 4", "landlock abi 1")
FAST_IN_CELLS = ("full", "landlock")


@pytest.fixture(
    params=[way if way in FAST_IN_CELLS else pytest.param(way, marks=pytest.mark.slow) for way in IN_CELLS]
)
def confined(request: pytest.FixtureRequest, server_for: Callable[[str], SandboxServer]) -> SandboxServer:  # noqa: F811
    """Every confining server in turn."""
    return server_for(request.param)


@pytest.fixture(scope="session")
def graded_in() -> Iterator[Callable[[Mode], Graded]]:
    """What came of the whole class in a mode: graded once, when first asked for."""
    done: dict[str, Graded] = {}
    with ExitStack() as rooms:

        def get(mode: Mode) -> Graded:
            if mode.name not in done:
                done[mode.name] = grade(rooms.enter_context(classroom(cases_of(mode))), mode)
            return done[mode.name]

        yield get


@pytest.fixture(scope="session")
def undisturbed() -> Iterator[Graded]:
    """What the honest hand-ins earn where there are no others."""
    with classroom(()) as room:
        yield grade(room, OFFERED)


def cases_of(mode: Mode) -> Sequence[Case]:
    """The machine's own mode is for every day and takes some of each kind; the others take all."""
    return [case for case in CASES if case.is_daily] if mode is OFFERED else CASES


def in_modes() -> list[object]:
    """The modes as parameters of a test."""
    slow = [pytest.param(mode, id=mode.name, marks=pytest.mark.slow) for mode in MODES]
    return [pytest.param(OFFERED, id=OFFERED.name), *slow]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many cases of each family were tried in each mode, and how many of them were breaches."""
    tried: Counter[tuple[str, str]] = Counter()
    breaches: Counter[tuple[str, str]] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            facts = dict(report.user_properties)
            if report.when == "call" and "hostile" in facts:
                place = (facts["hostile"], facts["mode"])
                tried[place] += 1
                breaches[place] += outcome == "failed"
    if not tried:
        return
    modes = sorted({mode for _, mode in tried})
    terminalreporter.section("hostile suite: cases (breaches)")
    terminalreporter.line(f"{'':12}" + "".join(f"{mode:>26}" for mode in modes))
    for family in (*sorted({family for family, _ in tried}), "all"):
        cells = []
        for mode in modes:
            places = [place for place in tried if place[1] == mode and family in (place[0], "all")]
            cells.append(f"{sum(tried[p] for p in places)} ({sum(breaches[p] for p in places)})")
        terminalreporter.line(f"{family:12}" + "".join(f"{cell:>26}" for cell in cells))
