"""Judging processes with toy work: what becomes of each job when they fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from grader.batch.workers import TRIES, Done, Failure, Job, ServerGone, Work, WorkerPool
from grader.sandbox import SandboxError

NAMES = ("ada", "bo", "chi", "dot", "eli")
Toy = Callable[..., Callable[[int], Work]]


def jobs_of(names: Sequence[str] = NAMES) -> list[Job]:
    return [Job(name, name.encode()) for name in names]


def outcomes_of(pool: WorkerPool, names: Sequence[str] = NAMES) -> dict[str, Done | Failure]:
    """The outcome of each job, which must be exactly one."""
    found = [(outcome.job.name, outcome) for outcome in pool.do(jobs_of(names))]
    assert sorted(name for name, _ in found) == sorted(names)
    return dict(found)


def echo(worker: int) -> Work:
    """A worker that gives back what it is told."""
    return lambda data: b"done " + data


def own_id(worker: int) -> Work:
    """A worker that tells its process id."""
    return lambda data: str(os.getpid()).encode()


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """Work that does `misdeed` at the `bad` jobs on their first `times` tries."""

    def worker_of(
        misdeed: Callable[[], None], bad: Sequence[str] = ("chi",), times: int = 99
    ) -> Callable[[int], Work]:
        def work(data: bytes) -> bytes:
            name = data.decode()
            if name in bad:
                with (tmp_path / f"tries of {name}").open("a") as tries:
                    tries.write("x")
                if (tmp_path / f"tries of {name}").stat().st_size <= times:
                    misdeed()
            return data

        return lambda worker: work

    return worker_of


def raises() -> None:
    raise RuntimeError("the reference is broken")


def leaves() -> None:
    raise SystemExit(0)


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def overruns() -> None:
    time.sleep(60)


def finds_no_server() -> None:
    raise SandboxError("the server is gone")


@pytest.mark.parametrize("processes", [1, 2, 7])
def test_each_job_is_done_once_with_any_number_of_workers(processes: int) -> None:
    pool = WorkerPool(processes, echo, 30)
    assert outcomes_of(pool) == {job.name: Done(job, b"done " + job.data) for job in jobs_of()}
    assert pool.waiting == ()


def test_an_answer_is_any_bytes_of_any_length() -> None:
    data = bytes(range(256)) * 40_000
    pool = WorkerPool(1, lambda worker: lambda told: told[::-1], 30)
    (outcome,) = pool.do([Job("ada", data)])
    assert isinstance(outcome, Done) and outcome.answer == data[::-1]


def test_workers_know_their_numbers() -> None:
    outcomes = outcomes_of(WorkerPool(2, lambda worker: lambda data: str(worker).encode(), 30))
    assert {outcome.answer for outcome in outcomes.values() if isinstance(outcome, Done)} <= {b"0", b"1"}


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("misdeed", "seconds", "reason"),
    [
        (raises, 30, "RuntimeError: the reference is broken"),
        (leaves, 30, "the judging process died"),
        (dies, 30, "the judging process died"),
        (overruns, 1, "grading took longer than it may"),
    ],
)
def test_a_job_that_no_worker_survives_is_a_failure_and_the_others_are_done(
    toy: Toy,
    tmp_path: Path,
    processes: int,
    misdeed: Callable[[], None],
    seconds: float,
    reason: str,
) -> None:
    outcomes = outcomes_of(WorkerPool(processes, toy(misdeed), seconds))
    failed = outcomes.pop("chi")
    assert isinstance(failed, Failure) and failed.reason == reason
    assert all(isinstance(outcome, Done) for outcome in outcomes.values())
    assert (tmp_path / "tries of chi").stat().st_size == TRIES


@pytest.mark.parametrize(("misdeed", "seconds"), [(raises, 30), (dies, 30), (overruns, 1)])
def test_a_second_try_may_succeed(toy: Toy, misdeed: Callable[[], None], seconds: float) -> None:
    outcomes = outcomes_of(WorkerPool(2, toy(misdeed, times=1), seconds))
    assert all(isinstance(outcome, Done) for outcome in outcomes.values())


def test_many_dying_workers_lose_no_hand_in(toy: Toy) -> None:
    names = [f"student{number}" for number in range(30)]
    bad = names[::2]
    outcomes = outcomes_of(WorkerPool(3, toy(dies, bad), 30), names)
    assert {name for name, outcome in outcomes.items() if isinstance(outcome, Failure)} == set(bad)


def test_a_worker_that_died_between_two_jobs_is_replaced() -> None:
    found = []
    for outcome in WorkerPool(1, own_id, 30).do(jobs_of()):
        assert isinstance(outcome, Done)
        found.append(outcome.job.name)
        if len(found) == 2:
            idle = int(outcome.answer)
            os.kill(idle, signal.SIGKILL)
            ended_soon(idle)
    assert sorted(found) == list(NAMES)


def test_a_worker_goes_on_while_its_answer_is_taken_in(tmp_path: Path) -> None:
    def touch(worker: int) -> Work:
        return lambda data: (tmp_path / data.decode()).write_bytes(data) and data

    ahead = []
    for outcome in WorkerPool(1, touch, 30).do(jobs_of(("ada", "bo"))):
        if outcome.job.name == "ada":
            ahead.append(soon((tmp_path / "bo").exists))
    assert ahead == [True]


def test_grading_goes_on_after_the_server_has_gone(toy: Toy) -> None:
    pool = WorkerPool(2, toy(finds_no_server, times=1), 30)
    found: list[str] = []
    with pytest.raises(ServerGone, match="the server is gone"):
        found.extend(outcome.job.name for outcome in pool.do(jobs_of()))
    waiting = {job.name for job in pool.waiting}
    assert "chi" in waiting and not waiting & set(found)
    found.extend(outcome.job.name for outcome in pool.resume())
    assert sorted(found) == list(NAMES)


def test_a_hand_in_that_brings_the_server_down_is_tried_again_after_the_others(toy: Toy) -> None:
    pool = WorkerPool(1, toy(finds_no_server, bad=("ada",)), 30)
    found: list[str] = []
    working = pool.do(jobs_of())
    for _ in range(2):
        with pytest.raises(ServerGone):
            found.extend(outcome.job.name for outcome in working)
        working = pool.resume()
    assert found == ["bo", "chi", "dot", "eli"]
    assert [job.name for job in pool.waiting] == ["ada"]


def test_workers_end_when_the_main_process_is_killed(tmp_path: Path) -> None:
    def work_and_idle() -> None:
        working = WorkerPool(1, own_id, 30).do(jobs_of())  # kept, as its end would end the workers
        outcome = next(working)
        assert isinstance(outcome, Done)
        (tmp_path / "unfinished").write_bytes(outcome.answer)
        (tmp_path / "unfinished").rename(tmp_path / "worker")
        time.sleep(60)

    main = multiprocessing.get_context("fork").Process(target=work_and_idle)
    main.start()
    assert soon((tmp_path / "worker").exists)
    worker = int((tmp_path / "worker").read_text())
    main.kill()
    main.join()
    try:
        assert ended_soon(worker)
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)


def ended_soon(pid: int) -> bool:
    """Whether a process ends, or is a zombie that nobody has waited for, within seconds."""

    def has_ended() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    return soon(has_ended)


def soon(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
