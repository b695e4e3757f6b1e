"""Grading many hand-ins: one sandbox server, one collection of the checks, several judging processes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence

import torch

from grader.assignment import Assignment
from grader.batch.workers import Failure, GradeOne, ServerGone, WorkerPool
from grader.judge import Grader, JudgePlugin, failed_result, run
from grader.results import Isolation, Result
from grader.sandbox import SandboxServer
from grader.submission import HandIn

GRACE_SECONDS = 30.0
SERVER_RESTARTS = 5

OnResult = Callable[[Result], None]


def grade_many(
    assignment: Assignment, hand_ins: Sequence[HandIn], server: SandboxServer, jobs: int, on_result: OnResult
) -> None:
    """Grade every hand-in and hand each result to `on_result` as soon as it is there.

    `server` was started for `jobs` clients. Raises AssignmentError if the checks cannot be run, Interrupted
    on Ctrl-C.
    """
    torch.set_num_threads(1)

    def work(judge: JudgePlugin) -> None:
        gc.collect()
        gc.freeze()  # what is loaded now is shared by the workers; a collection in one would copy it
        _grade_all(assignment, hand_ins, server, jobs, judge, on_result)

    run(assignment, work)


def _grade_all(
    assignment: Assignment,
    hand_ins: Sequence[HandIn],
    server: SandboxServer,
    jobs: int,
    judge: JudgePlugin,
    on_result: OnResult,
) -> None:
    isolation = isolation_of(server)

    def grader_of(worker: int) -> GradeOne:
        return Grader(assignment, judge, server.client(worker), isolation).grade

    pool = WorkerPool(jobs, grader_of, assignment.limits.total_seconds + GRACE_SECONDS)
    outcomes = pool.grade(hand_ins)
    for _ in range(SERVER_RESTARTS):
        try:
            for outcome in outcomes:
                on_result(_result_of(assignment, outcome, isolation))
            return
        except ServerGone:
            server.restart()
            outcomes = pool.resume()
    for hand_in in pool.waiting:
        failure = Failure(hand_in, f"the sandbox server ended {SERVER_RESTARTS} times")
        on_result(_result_of(assignment, failure, isolation))


def _result_of(assignment: Assignment, outcome: Result | Failure, isolation: Isolation) -> Result:
    if isinstance(outcome, Failure):
        asked = assignment.limited_to(outcome.hand_in.only)
        return failed_result(asked, outcome.hand_in.name, outcome.reason, isolation)
    return outcome


def isolation_of(server: SandboxServer) -> Isolation:
    """The server's confinement as results record it."""
    return Isolation(level=server.isolation.level, layers=server.isolation.layers)
