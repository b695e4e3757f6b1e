"""Checks in processes that can be killed: no formula stops the grader.

A checker process (`checker`) reads one request a line and answers with one line. It limits its own memory and
processor time; the deadline is kept from here, by SIGKILL. What is not decided in time needs a person.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from grader.compare.formula.errors import FormulaError
from grader.compare.formula.lexer import MAX_CHARACTERS
from grader.compare.formula.question import FormulaJudgement
from grader.compare.formula.symbols import Symbols
from grader.compare.formula.tabulate import Points, Table
from grader.compare.formula.wire import (
    Question,
    dump_question,
    dump_tabulation,
    load_judgement,
    load_table,
)
from grader.results import Outcome

DEADLINE_S = 5.0
START_S = 60.0
MEMORY_BYTES = 1 << 30
LONGEST_REPLY = 1 << 20

_ROOT = Path(__file__).resolve().parents[3]


class CheckerStopped(Exception):  # noqa: N818 - what happened
    """A checker process gave no answer: it ran past its deadline, or over one of its limits."""


class Checkers:
    """A few checker processes, started when they are first needed and again after one is killed.

    Any thread may check. Use it in a `with` block, or close it.
    """

    def __init__(
        self, processes: int = 1, deadline_s: float = DEADLINE_S, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._idle: queue.LifoQueue[_Checker | None] = queue.LifoQueue()
        self._processes = processes
        for _ in range(processes):
            self._idle.put(None)

    def __enter__(self) -> Checkers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self, answer: str, question: Question, seed: int) -> FormulaJudgement:
        """The judgement of `checker.judge`, or that a person must decide; waits for an idle process."""
        try:
            reply = self._ask(answer, {"question": dump_question(question), "seed": seed})
        except CheckerStopped as stop:
            return FormulaJudgement(
                Outcome.NEEDS_PERSON, 0.0, f"It could not be decided automatically: {stop}."
            )
        failure = _failure(reply)
        if failure:
            return FormulaJudgement(Outcome.GRADER_ERROR, 0.0, failure)
        return load_judgement(reply)

    def tabulate(self, text: str, symbols: Symbols, points: Points) -> Table:
        """The table of `tabulate`, or its FormulaError, also where the process is stopped at it."""
        try:
            reply = self._ask(text, {"tabulation": dump_tabulation(symbols, points)})
        except CheckerStopped as stop:
            raise FormulaError(str(stop)) from None
        failure = _failure(reply)
        if failure:
            raise RuntimeError(failure)
        return load_table(reply)

    def _ask(self, answer: str, request: Mapping[str, object]) -> str:
        """The reply of an idle process; CheckerStopped when it had to be killed."""
        line = json.dumps({"answer": answer[: MAX_CHARACTERS + 1], **request})
        checker = self._idle.get()
        try:
            if checker is None:
                checker = _Checker(self._memory_bytes, self._deadline_s)
            return checker.ask(line, self._deadline_s)
        except CheckerStopped:
            if checker is not None:
                checker.stop()
                checker = None
            raise
        finally:
            self._idle.put(checker)

    def close(self) -> None:
        """Stop every process; waits for checks that are under way."""
        for _ in range(self._processes):
            checker = self._idle.get()
            if checker is not None:
                checker.stop()
        for _ in range(self._processes):
            self._idle.put(None)


class _Checker:
    """One process and its two pipes."""

    def __init__(self, memory_bytes: int, cpu_s: float) -> None:
        command = [
            sys.executable,
            "-P",
            "-m",
            "grader.compare.formula.checker",
            str(memory_bytes),
            str(int(cpu_s) + 1),
        ]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            bufsize=0,
        )
        try:
            self._read_line(START_S)
        except CheckerStopped:
            self.stop()
            raise

    def ask(self, request: str, deadline_s: float) -> str:
        """The reply to a request; CheckerStopped when there is none in time."""
        assert self._process.stdin is not None  # a pipe was asked for
        try:
            self._process.stdin.write(request.encode() + b"\n")
        except BrokenPipeError:
            raise CheckerStopped("the checker had stopped") from None
        return self._read_line(deadline_s)

    def _read_line(self, deadline_s: float) -> str:
        assert self._process.stdout is not None  # a pipe was asked for
        source = self._process.stdout.fileno()
        until = time.monotonic() + deadline_s
        received = b""
        while not received.endswith(b"\n"):
            ready, _, _ = select.select([source], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise CheckerStopped(f"the formula takes more than {deadline_s:g} seconds")
            piece = os.read(source, 1 << 16)
            received += piece
            if not piece or len(received) > LONGEST_REPLY:
                raise CheckerStopped("the formula takes more memory or processor time than a check may")
        return received.decode()

    def stop(self) -> None:
        """Kill the process and wait for its end."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()


def _failure(reply: str) -> str:
    """What a checker says of a failure of ours, if it is one."""
    failure = json.loads(reply).get("failure")
    return f"The checker of formulas failed: {failure}" if failure is not None else ""
