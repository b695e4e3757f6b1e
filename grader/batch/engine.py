"""Grading many hand-ins: one sandbox server, one collection of the checks, several judging processes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch

from grader.assignment import Assignment
from grader.batch.marking import Bases, Marker
from grader.batch.wire import Graded, Order
from grader.batch.workers import Done, Failure, Job, ServerGone, Work, WorkerPool
from grader.judge import Grader, JudgePlugin, failed_result, run
from grader.results import Isolation, Result
from grader.sandbox import SandboxServer
from grader.store import StoreReader
from grader.submission import HandIn
from grader.training import START_SECONDS, is_accelerator

GRACE_SECONDS = 30.0
SERVER_RESTARTS = 5

OnResult = Callable[[Result], None]
OnGraded = Callable[[Order, Graded | Failure], None]


def grade_many(
    assignment: Assignment, hand_ins: Sequence[HandIn], server: SandboxServer, jobs: int, on_result: OnResult
) -> None:
    """Grade every hand-in and hand each result to `on_result` as soon as it is there; nothing is stored.

    `server` was started for `jobs` clients. Raises AssignmentError if the checks cannot be run, Interrupted
    on Ctrl-C.
    """
    isolation = isolation_of(server)

    def work(judge: JudgePlugin) -> None:
        def work_of(worker: int) -> Work:
            grader = Grader(assignment, judge, server.client(worker), isolation)

            def grade(data: bytes) -> bytes:
                hand_in = Order.unpack(data).hand_in
                return grader.grade(hand_in.path, hand_in.name, hand_in.only).model_dump_json().encode()

            return grade

        pool = WorkerPool(jobs, work_of, seconds_for(assignment, jobs))
        for outcome in outcomes(pool, [Job(h.name, Order(h).pack()) for h in hand_ins], server):
            if isinstance(outcome, Done):
                on_result(Result.model_validate_json(outcome.answer))
            else:
                hand_in = Order.unpack(outcome.job.data).hand_in
                asked = assignment.limited_to(hand_in.only)
                on_result(failed_result(asked, hand_in.name, outcome.reason, isolation))

    with_checks(assignment, work)


def mark_many(
    assignment: Assignment,
    orders: Sequence[Order],
    server: SandboxServer,
    jobs: int,
    store: StoreReader | None,
    on_graded: OnGraded,
) -> None:
    """As `grade_many`, with everything recorded; verdicts of `store` that stand are not made again."""
    isolation = isolation_of(server)

    def work(judge: JudgePlugin) -> None:
        bases = Bases.of(assignment, judge, confined=isolation.level != "none")

        def work_of(worker: int) -> Work:
            marker = Marker(assignment, judge, bases, server.client(worker))
            return lambda data: marker.mark_files(Order.unpack(data), isolation).pack()

        known = with_known(orders, store, bases)
        pool = WorkerPool(jobs, work_of, seconds_for(assignment, jobs))
        for outcome in outcomes(pool, [Job(order.hand_in.name, order.pack()) for order in known], server):
            answer = Graded.unpack(outcome.answer) if isinstance(outcome, Done) else outcome
            on_graded(Order.unpack(outcome.job.data), answer)

    with_checks(assignment, work)


def with_known(orders: Sequence[Order], store: StoreReader | None, bases: Bases) -> list[Order]:
    """The orders with the verdicts of `store` that stand."""
    return [
        replace(order, known=store.verdicts(order.digest, bases.of_criteria) if store else {})
        for order in orders
    ]


def with_checks(assignment: Assignment, work: Callable[[JudgePlugin], None]) -> None:
    """Collect the checks and do the work with them, in a process that is ready to fork workers."""
    torch.set_num_threads(1)

    def settled(judge: JudgePlugin) -> None:
        gc.collect()
        gc.freeze()  # what is loaded now is shared by the workers; a collection in one would copy it
        work(judge)

    run(assignment, settled)


def outcomes(pool: WorkerPool, jobs: Sequence[Job], server: SandboxServer) -> Iterator[Done | Failure]:
    """The outcome of every job, the server started again where it ends."""
    under_way = pool.do(jobs)
    for _ in range(SERVER_RESTARTS):
        try:
            yield from under_way
            return
        except ServerGone:
            server.restart()
            under_way = pool.resume()
    for job in pool.waiting:
        yield Failure(job, f"the sandbox server ended {SERVER_RESTARTS} times")


def seconds_for(assignment: Assignment, jobs: int) -> float:
    """How long one of so many hand-ins that are judged at once may take altogether."""
    seconds = assignment.limits.total_seconds + GRACE_SECONDS
    if assignment.device is None:
        return seconds
    in_turn = jobs if is_accelerator(assignment.device) else 1
    trainings = 2 * len(assignment.training_checks)  # of the reference too, the first time
    return seconds + in_turn * trainings * (assignment.training.seconds + START_SECONDS)


def isolation_of(server: SandboxServer) -> Isolation:
    """The server's confinement as results record it."""
    return Isolation(level=server.isolation.level, layers=server.isolation.layers)
