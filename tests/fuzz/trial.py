"""One family of examples: how many, each under an alarm and a bound on memory, and what became of them."""

from __future__ import annotations

import gc
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

Case = TypeVar("Case")

HANG_SECONDS = 20.0
LARGEST_EXAMPLE = 256 << 20
"""How far above where it stood one example may take the process, in bytes of resident memory."""
LARGEST_FAMILY = 128 << 20
"""How much a whole family may leave behind, in bytes."""
BATCH = 250
LONG_RUN = 20_000
ASKED_FOR = os.environ.get("FUZZ_EXAMPLES")
"""How many examples the long run has in all; set, they are drawn anew each time."""

FAMILIES = {
    "notebooks, bytes": 120,
    "notebooks, structure": 150,
    "notebooks, encodings": 40,
    "folders, names of files": 40,
    "saved outputs": 80,
    "archives, bytes": 80,
    "archives, members": 60,
    "answer cells": 60,
    "formulas": 150,
    "counts": 60,
    "choices": 150,
    "paddings": 80,
    "frames, bytes": 440,
    "frames, values": 200,
    "frames, in the channel": 80,
    "replies to checks": 90,
    "replies to loading": 60,
    "texts in results": 50,
}
"""Examples of each family in the fast suite; the long run shares its number out alike."""


class Hung(BaseException):
    """The alarm. No `except Exception` of what is being tried may swallow it."""


@dataclass(slots=True)
class Figures:
    """What became of a family's examples. Memory is in bytes, time in seconds."""

    examples: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    largest: int = 0
    left_behind: int = 0
    longest: float = 0.0


class Fuzz:
    """Runs families and keeps their figures."""

    def __init__(self, figures: dict[str, Figures], *, is_long: bool) -> None:
        self._figures = figures
        self._is_long = is_long

    def run(self, family: str, cases: SearchStrategy[Case], example: Callable[[Case], str]) -> Figures:
        """Try `example` on many cases; it returns the word for what became of one."""
        figures = self._figures[family] = Figures()
        left = number_of(family, is_long=self._is_long)
        anew = random.randrange(1 << 32) if self._is_long and ASKED_FOR else 0
        before = _resident()
        for batch in range(-(-left // BATCH)):
            _run(cases, example, figures, min(left - batch * BATCH, BATCH), f"{family} {anew + batch}")
        figures.left_behind = max(0, _resident() - before)
        assert figures.left_behind < LARGEST_FAMILY, f"{family}: {figures.left_behind >> 20} MiB left behind"
        return figures


def _run(
    cases: SearchStrategy[Case], example: Callable[[Case], str], figures: Figures, count: int, start: str
) -> None:
    """One run of hypothesis, which keeps records of its examples until its end."""

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=True,
    )
    @given(cases)
    def one(case: Case) -> None:
        with _watched(figures):
            figures.outcomes[example(case)] += 1
        figures.examples += 1

    one()
    gc.collect()


def number_of(family: str, *, is_long: bool) -> int:
    """How many examples of a family to try."""
    if not is_long:
        return FAMILIES[family]
    total = int(ASKED_FOR or LONG_RUN)
    return -(-total * FAMILIES[family] // sum(FAMILIES.values()))


@contextmanager
def _watched(figures: Figures) -> Iterator[None]:
    before, started = _resident(), time.monotonic()
    _forget_peak()
    try:
        with _alarm(HANG_SECONDS):
            yield
    except Hung:
        raise AssertionError(f"it did not end within {HANG_SECONDS:g} s") from None
    finally:
        figures.longest = max(figures.longest, time.monotonic() - started)
    grown = max(0, _peak() - before)
    figures.largest = max(figures.largest, grown)
    assert grown < LARGEST_EXAMPLE, f"it took {grown >> 20} MiB"


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def _forget_peak() -> None:
    """Let the highest resident size be that of now (Linux; elsewhere it stays the highest ever)."""
    if _CLEAR.exists():
        _CLEAR.write_text("5")


def _peak() -> int:
    return _status("VmHWM")


def _resident() -> int:
    return _status("VmRSS")


def _status(name: str) -> int:
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) << 10
