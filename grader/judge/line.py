"""The line to a hand-in's process: forks it, has it read the cells, keeps its time, records what is said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from grader.assignment.model import Limits
from grader.judge.faults import NotReadable, OutOfTime
from grader.judge.tape import Diverged, Tape, Track
from grader.sandbox import (
    Crashed,
    ProtocolViolation,
    SandboxError,
    StudentFault,
    StudentRaised,
    TimedOut,
    pack_request,
    reply_value,
)
from grader.store.digest import digest_of_data
from grader.store.recording import LOADING, Fault

PARSE_BOMBS = ("MemoryError", "RecursionError")


class Process(Protocol):
    """What is asked of a student process (grader.sandbox.StudentProcess)."""

    @property
    def alive(self) -> bool:
        """Whether it can be asked anything more."""

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        """The value of an operation."""

    def exchange(self, frame: bytes, deadline: float) -> bytes:
        """The same, packed."""

    def close(self) -> None:
        """End it."""


Fork = Callable[[], Process]


class NotRecorded(BaseException):
    """A request was never recorded, and there is no process to ask. Raised by a `fork` that cannot."""


INTERRUPTIONS = (Diverged, NotRecorded, SandboxError)
"""What ends the judging of a hand-in for now, and says nothing of it."""


class Line:
    """Requests to one hand-in's process. One is forked when first needed, a fresh one after a fault.

    With a tape, requests that it holds are played back, at the cost of time that they had, and others are
    recorded. `interruption` is what keeps the hand-in from being judged further, if anything does.
    """

    def __init__(
        self, cells: Sequence[tuple[int, str]], limits: Limits, fork: Fork, tape: Tape | None
    ) -> None:
        self._reading = {"op": "load", "cells": [list(cell) for cell in cells]}
        self._root = digest_of_data(self._reading)  # what any reply rests on
        self._limits = limits
        self._fork = fork
        self._tape = tape
        self._track: Track | None = None
        self._process: Process | None = None
        self._seconds_left = self._at_start = limits.total_seconds
        self._uncharged: list[str] = []
        self._loaded: Any = None
        self._unloadable: NotReadable | None = None
        self.interruption: BaseException | None = None

    def close(self) -> None:
        """End the process, if one runs."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def begin(self, criterion: str, *, again: bool = False) -> None:
        """The next requests are this check's. `again`: it is run once more, and nothing is played back."""
        self.interruption = None
        if self._tape is not None:
            self._seconds_left = self._at_start if again else self._seconds_left
            self._at_start = self._seconds_left
            self._track = self._tape.track(criterion, self._root, afresh=again)

    def skip(self, criterion: str) -> None:
        """The check is not run: its verdict is known. What it had cost counts should others be run."""
        self._uncharged.append(criterion)

    def load(self) -> Any:
        """What the code cells define. No student's code runs in this, so most exceptions are bugs of ours.

        Raises NotReadable, then and ever after, where the cells cannot be parsed.
        """
        if self._unloadable is not None:
            raise self._unloadable
        if self._loaded is None:
            with self._interruptions_noted():
                try:
                    track = self._tape.track(LOADING) if self._tape else None
                    self._loaded = self._answer(self._reading, track, self._forked)
                except StudentFault as fault:
                    if isinstance(fault, StudentRaised) and fault.type_name not in PARSE_BOMBS:
                        raise RuntimeError(f"reading the code cells failed: {fault}") from fault
                    self._unloadable = NotReadable(f"The notebook's code cells cannot be read ({fault}).")
                    raise self._unloadable from fault
        return self._loaded

    def ask(self, request: Mapping[str, Any]) -> Any:
        """The value of an operation, charged to the time that all calls share. Raises a fault."""
        self.load()
        with self._interruptions_noted():
            return self._answer(request, self._track, self._ready)

    def _answer(self, request: Mapping[str, Any], track: Track | None, process: Callable[[], Process]) -> Any:
        if track is None:
            with self._charged():
                return process().request(request, self._deadline())
        frame = pack_request(request)
        found = track.find(frame)
        if found is not None:
            exchange, reply = found
            fault = exchange.fault
            self._seconds_left -= exchange.seconds
        else:
            self._charge_skipped()
            before = self._seconds_left
            reply, fault = self._attempt(frame, process)
            track.keep(frame, reply, fault, before - self._seconds_left)
        if reply is None:
            assert fault is not None
            raise _raised(fault)
        try:
            return reply_value(reply)
        except ProtocolViolation:
            self.close()
            raise

    def _attempt(self, frame: bytes, process: Callable[[], Process]) -> tuple[bytes | None, Fault | None]:
        """Make a request: the reply, or why there is none."""
        try:
            with self._charged():
                return process().exchange(frame, self._deadline()), None
        except TimedOut as fault:
            return None, Fault("timed_out", seconds=fault.seconds)
        except Crashed as fault:
            return None, Fault("crashed", fault.how)
        except ProtocolViolation as fault:
            return None, Fault("violation", str(fault))
        except OutOfTime as fault:
            return None, Fault("out_of_time", str(fault))

    def _forked(self) -> Process:
        """A fresh process."""
        self.close()
        self._process = self._fork()
        return self._process

    def _ready(self) -> Process:
        """A living process that has read the cells."""
        if self._process is not None and self._process.alive:
            return self._process
        self._deadline()  # none is forked in vain
        process = self._forked()
        process.request(self._reading, self._deadline())
        return process

    def _deadline(self) -> float:
        """Seconds for the next call; OutOfTime when all are used up."""
        if self._seconds_left <= 0:
            total = self._limits.total_seconds
            raise OutOfTime(f"Your hand-in used up the {total:g} s that all its parts share.")
        return min(self._limits.call_seconds, self._seconds_left)

    @contextmanager
    def _charged(self) -> Iterator[None]:
        """Take the time of the block off what is left."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._seconds_left -= time.monotonic() - started

    def _charge_skipped(self) -> None:
        assert self._tape is not None
        self._seconds_left -= sum(self._tape.seconds_of(criterion) for criterion in self._uncharged)
        self._uncharged.clear()

    @contextmanager
    def _interruptions_noted(self) -> Iterator[None]:
        """What ends the judging for now may be swallowed on its way, as by a fixture's set-up."""
        try:
            yield
        except INTERRUPTIONS as interruption:
            self.interruption = interruption
            raise


def _raised(fault: Fault) -> Exception:
    """The exception that a fault was, live."""
    if fault.kind == "timed_out":
        return TimedOut(fault.seconds)
    if fault.kind == "out_of_time":
        return OutOfTime(fault.text)
    return Crashed(fault.text) if fault.kind == "crashed" else ProtocolViolation(fault.text)
