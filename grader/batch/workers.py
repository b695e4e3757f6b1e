"""Judging processes: each takes one hand-in at a time from the main process and gives back its result.

They are forked from the main process after it has loaded torch and collected the checks, and speak JSON over
pipes. A worker that dies or overruns costs the hand-in in its hands a second try, and the others nothing.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from grader.results import Result
from grader.sandbox import SandboxError
from grader.submission import HandIn

GradeOne = Callable[[Path, str, Sequence[str]], Result]
GraderOfWorker = Callable[[int], GradeOne]

TRIES = 2


class ServerGone(Exception):  # noqa: N818 - a state to recover from, not an error to show
    """The sandbox server has ended; it has to be started again before grading goes on."""


@dataclass(slots=True)
class Task:
    """A hand-in to grade and how often that was tried."""

    hand_in: HandIn
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """A hand-in that no worker could grade, and why."""

    hand_in: HandIn
    reason: str


@dataclass(slots=True)
class _Worker:
    """A judging process and what it is doing."""

    process: ForkProcess
    pipe: Connection
    task: Task | None = None
    deadline: float = field(default=float("inf"))

    def give(self, task: Task, seconds: float) -> None:
        """Hand over a task; a process that has died since its last one is found out by `answer`."""
        task.tries += 1
        self.task, self.deadline = task, time.monotonic() + seconds
        with suppress(BrokenPipeError, ConnectionResetError):
            hand_in = task.hand_in
            self.pipe.send_bytes(json.dumps([str(hand_in.path), hand_in.name, hand_in.only]).encode())

    def answer(self) -> dict[str, str]:
        """What it says of its task: `result`, `failed` or `server_gone`; `lost` if it died or overran."""
        try:
            if self.pipe.poll():
                return dict(json.loads(self.pipe.recv_bytes()))
        except (EOFError, OSError):
            return {"lost": "the judging process died"}
        return {"lost": "grading took longer than it may"}

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class WorkerPool:
    """Grades hand-ins in `jobs` processes.

    grader_of: called in each worker with its number, gives the function that grades one hand-in.
    seconds_each: how long one hand-in may take before its worker is killed.
    """

    def __init__(self, jobs: int, grader_of: GraderOfWorker, seconds_each: float) -> None:
        self._jobs = jobs
        self._grader_of = grader_of
        self._seconds_each = seconds_each
        self._waiting: deque[Task] = deque()

    def grade(self, hand_ins: Sequence[HandIn]) -> Iterator[Result | Failure]:
        """Results in the order in which they are ready.

        Raises ServerGone when the sandbox server has died; `resume` goes on once there is another.
        """
        self._waiting = deque(Task(hand_in) for hand_in in hand_ins)
        yield from self.resume()

    @property
    def waiting(self) -> tuple[HandIn, ...]:
        """What is still to be graded."""
        return tuple(task.hand_in for task in self._waiting)

    def resume(self) -> Iterator[Result | Failure]:
        """Go on with what is waiting."""
        workers = [self._start(number) for number in range(min(self._jobs, len(self._waiting)))]
        try:
            while True:
                for worker in workers:
                    if worker.task is None and self._waiting:
                        worker.give(self._waiting.popleft(), self._seconds_each)
                busy = [worker for worker in workers if worker.task]
                if not busy:
                    return
                for worker in self._ready(busy):
                    answer = worker.answer()
                    outcome = self._outcome(worker, answer)
                    worker.task, worker.deadline = None, float("inf")
                    if "lost" in answer:
                        worker.end()
                        number = workers.index(worker)
                        workers[number] = self._start(number)
                    if outcome is not None:
                        yield outcome
        finally:
            for worker in workers:
                if worker.task is not None:  # last, so that one that brings the server down delays no other
                    self._waiting.append(worker.task)
                worker.end()

    def _ready(self, busy: Sequence[_Worker]) -> list[_Worker]:
        """Workers that answered, died or overran; waits for the first."""
        left = min(worker.deadline for worker in busy) - time.monotonic()
        answered = wait([worker.pipe for worker in busy], timeout=max(0.0, left))
        return [w for w in busy if w.pipe in answered or w.deadline < time.monotonic()]

    def _outcome(self, worker: _Worker, answer: Mapping[str, str]) -> Result | Failure | None:
        """What the answer means for the worker's hand-in; None when it goes back into the queue."""
        task = worker.task
        assert task is not None
        if "result" in answer:
            return Result.model_validate_json(answer["result"])
        if "server_gone" in answer:
            raise ServerGone(answer["server_gone"])
        if task.tries < TRIES:
            self._waiting.append(task)
            return None
        return Failure(task.hand_in, answer.get("lost") or answer["failed"])

    def _start(self, number: int) -> _Worker:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(self._grader_of, number, ours, theirs), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _work(grader_of: GraderOfWorker, number: int, main: Connection, pipe: Connection) -> None:
    """A worker's life: until the main process hangs up, take a hand-in, grade it, answer."""
    main.close()  # the fork's copy of the other end would keep the pipe open after the main process's death
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    grade = grader_of(number)
    while True:
        try:
            path, name, only = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
        try:
            answer = {"result": grade(Path(path), name, only).model_dump_json()}
        except SandboxError as error:
            answer = {"server_gone": str(error)}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        pipe.send_bytes(json.dumps(answer).encode())
