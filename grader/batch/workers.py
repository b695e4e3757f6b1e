"""Judging processes: each takes one job at a time from the main process and gives back its answer.

They are forked from the main process after it has loaded torch and collected the checks. A job is a hand-in;
how it and its answer are packed is not the pool's business (wire.py). A worker that dies or overruns costs
the job in its hands a second try, and the others nothing.
"""

from __future__ import annotations

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
from typing import Any

import msgpack

from grader.sandbox import SandboxError

Work = Callable[[bytes], bytes]
WorkOfWorker = Callable[[int], Work]

TRIES = 2


class ServerGone(Exception):  # noqa: N818 - a state to recover from, not an error to show
    """The sandbox server has ended; it has to be started again before grading goes on."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something for a worker to do: a hand-in's name, and what the worker is told."""

    name: str
    data: bytes = b""


@dataclass(slots=True)
class Task:
    """A job and how often it was tried."""

    job: Job
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A job and its answer."""

    job: Job
    answer: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that no worker could do, and why."""

    job: Job
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
            self.pipe.send_bytes(task.job.data)

    def answer(self) -> dict[str, Any]:
        """What it says of its task: `done`, `failed` or `server_gone`; `lost` if it died or overran."""
        try:
            if self.pipe.poll():
                return dict(msgpack.unpackb(self.pipe.recv_bytes(), unicode_errors="surrogatepass"))
        except (EOFError, OSError):
            return {"lost": "the judging process died"}
        return {"lost": "grading took longer than it may"}

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class WorkerPool:
    """Does jobs in `processes` processes.

    work_of: called in each worker with its number, gives the function from a job's data to its answer.
    seconds_each: how long one job may take before its worker is killed.
    """

    def __init__(self, processes: int, work_of: WorkOfWorker, seconds_each: float) -> None:
        self._processes = processes
        self._work_of = work_of
        self._seconds_each = seconds_each
        self._waiting: deque[Task] = deque()

    def do(self, jobs: Sequence[Job]) -> Iterator[Done | Failure]:
        """Answers in the order in which they are ready.

        Raises ServerGone when the sandbox server has died; `resume` goes on once there is another.
        """
        self._waiting = deque(Task(job) for job in jobs)
        yield from self.resume()

    @property
    def waiting(self) -> tuple[Job, ...]:
        """What is still to be done."""
        return tuple(task.job for task in self._waiting)

    def resume(self) -> Iterator[Done | Failure]:
        """Go on with what is waiting."""
        workers = [self._start(number) for number in range(min(self._processes, len(self._waiting)))]
        try:
            while True:
                for worker in workers:
                    self._give(worker)
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
                        worker = workers[number] = self._start(number)
                    self._give(worker)  # it works while the caller takes in the outcome
                    if outcome is not None:
                        yield outcome
        finally:
            for worker in workers:
                if worker.task is not None:  # last, so that one that brings the server down delays no other
                    self._waiting.append(worker.task)
                worker.end()

    def _give(self, worker: _Worker) -> None:
        """Hand over the next task to a worker that has none."""
        if worker.task is None and self._waiting:
            worker.give(self._waiting.popleft(), self._seconds_each)

    def _ready(self, busy: Sequence[_Worker]) -> list[_Worker]:
        """Workers that answered, died or overran; waits for the first."""
        left = min(worker.deadline for worker in busy) - time.monotonic()
        answered = wait([worker.pipe for worker in busy], timeout=max(0.0, left))
        return [w for w in busy if w.pipe in answered or w.deadline < time.monotonic()]

    def _outcome(self, worker: _Worker, answer: Mapping[str, Any]) -> Done | Failure | None:
        """What the answer means for the worker's job; None when it goes back into the queue."""
        task = worker.task
        assert task is not None
        if "done" in answer:
            return Done(task.job, answer["done"])
        if "server_gone" in answer:
            raise ServerGone(answer["server_gone"])
        if task.tries < TRIES:
            self._waiting.append(task)
            return None
        return Failure(task.job, answer.get("lost") or answer["failed"])

    def _start(self, number: int) -> _Worker:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(self._work_of, number, ours, theirs), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _work(work_of: WorkOfWorker, number: int, main: Connection, pipe: Connection) -> None:
    """A worker's life: until the main process hangs up, take a job, do it, answer."""
    main.close()  # the fork's copy of the other end would keep the pipe open after the main process's death
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    work = work_of(number)
    while True:
        try:
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            os._exit(0)
        try:
            answer: dict[str, Any] = {"done": work(data)}
        except SandboxError as error:
            answer = {"server_gone": str(error)}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        try:
            pipe.send_bytes(msgpack.packb(answer, unicode_errors="surrogatepass"))
        except OSError:
            os._exit(0)
