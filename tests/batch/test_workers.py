"""Judging processes with toy graders: what becomes of each hand-in when they fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from grader.batch.workers import TRIES, Failure, GradeOne, ServerGone, WorkerPool
from grader.results import Result
from grader.sandbox import SandboxError
from grader.submission import HandIn

MakeResult = Callable[..., Result]
NAMES = ("ada", "bo", "chi", "dot", "eli")


def hand_ins(folder: Path, names: Sequence[str] = NAMES) -> list[HandIn]:
    return [HandIn(name, folder / name) for name in names]


def outcomes_of(pool: WorkerPool, folder: Path, names: Sequence[str] = NAMES) -> dict[str, Result | Failure]:
    """The outcome of each hand-in, which must be exactly one."""
    found = [(name_of(outcome), outcome) for outcome in pool.grade(hand_ins(folder, names))]
    assert sorted(name for name, _ in found) == sorted(names)
    return dict(found)


def name_of(outcome: Result | Failure) -> str:
    return outcome.hand_in.name if isinstance(outcome, Failure) else outcome.submission


@pytest.fixture
def toy(make_result: MakeResult, tmp_path: Path) -> Callable[..., Callable[[int], GradeOne]]:
    """A grader that does `misdeed` at the `bad` hand-ins on their first `times` tries."""

    def grader(
        misdeed: Callable[[], None], bad: Sequence[str] = ("chi",), times: int = 99
    ) -> Callable[[int], GradeOne]:
        def grade(path: Path, name: str, only: Sequence[str]) -> Result:
            assert path.name == name
            if name in bad:
                with (tmp_path / f"tries of {name}").open("a") as tries:
                    tries.write("x")
                if (tmp_path / f"tries of {name}").stat().st_size <= times:
                    misdeed()
            return make_result(name)

        return lambda worker: grade

    return grader


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


@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_each_hand_in_is_graded_once_with_any_number_of_workers(
    make_result: MakeResult, tmp_path: Path, jobs: int
) -> None:
    pool = WorkerPool(jobs, lambda worker: lambda path, name, only: make_result(name), 30)
    assert outcomes_of(pool, tmp_path) == {name: make_result(name) for name in NAMES}
    assert pool.waiting == ()


def test_the_order_of_hand_ins_changes_no_result(make_result: MakeResult, tmp_path: Path) -> None:
    pool = WorkerPool(2, lambda worker: lambda path, name, only: make_result(name), 30)
    assert outcomes_of(pool, tmp_path) == outcomes_of(pool, tmp_path, NAMES[::-1])


def test_workers_know_their_numbers(make_result: MakeResult, tmp_path: Path) -> None:
    def grader_of(worker: int) -> GradeOne:
        return lambda path, name, only: make_result(name, notebook=str(worker))

    outcomes = outcomes_of(WorkerPool(2, grader_of, 30), tmp_path)
    assert {outcome.notebook for outcome in outcomes.values() if isinstance(outcome, Result)} <= {"0", "1"}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("misdeed", "seconds", "reason"),
    [
        (raises, 30, "RuntimeError: the reference is broken"),
        (leaves, 30, "the judging process died"),
        (dies, 30, "the judging process died"),
        (overruns, 1, "grading took longer than it may"),
    ],
)
def test_a_hand_in_that_no_worker_survives_is_a_failure_and_the_others_are_graded(
    toy: Callable[..., Callable[[int], GradeOne]],
    tmp_path: Path,
    jobs: int,
    misdeed: Callable[[], None],
    seconds: float,
    reason: str,
) -> None:
    outcomes = outcomes_of(WorkerPool(jobs, toy(misdeed), seconds), tmp_path)
    failed = outcomes.pop("chi")
    assert isinstance(failed, Failure) and failed.reason == reason
    assert all(isinstance(outcome, Result) for outcome in outcomes.values())
    assert (tmp_path / "tries of chi").stat().st_size == TRIES


@pytest.mark.parametrize(("misdeed", "seconds"), [(raises, 30), (dies, 30), (overruns, 1)])
def test_a_second_try_may_succeed(
    toy: Callable[..., Callable[[int], GradeOne]], tmp_path: Path, misdeed: Callable[[], None], seconds: float
) -> None:
    outcomes = outcomes_of(WorkerPool(2, toy(misdeed, times=1), seconds), tmp_path)
    assert all(isinstance(outcome, Result) for outcome in outcomes.values())


def test_many_dying_workers_lose_no_hand_in(
    toy: Callable[..., Callable[[int], GradeOne]], tmp_path: Path
) -> None:
    names = [f"student{number}" for number in range(30)]
    bad = names[::2]
    outcomes = outcomes_of(WorkerPool(3, toy(dies, bad), 30), tmp_path, names)
    assert {name for name, outcome in outcomes.items() if isinstance(outcome, Failure)} == set(bad)


def test_a_worker_that_died_between_two_hand_ins_is_replaced(make_result: MakeResult, tmp_path: Path) -> None:
    def grader_of(worker: int) -> GradeOne:
        return lambda path, name, only: make_result(name, notebook=str(os.getpid()))

    found = []
    for outcome in WorkerPool(1, grader_of, 30).grade(hand_ins(tmp_path)):
        assert isinstance(outcome, Result) and outcome.notebook
        found.append(outcome.submission)
        if len(found) == 2:
            idle = int(outcome.notebook)
            os.kill(idle, signal.SIGKILL)
            ended_soon(idle)
    assert sorted(found) == list(NAMES)


def test_grading_goes_on_after_the_server_has_gone(
    toy: Callable[..., Callable[[int], GradeOne]], tmp_path: Path
) -> None:
    pool = WorkerPool(2, toy(finds_no_server, times=1), 30)
    found: list[str] = []
    with pytest.raises(ServerGone, match="the server is gone"):
        found.extend(map(name_of, pool.grade(hand_ins(tmp_path))))
    waiting = {hand_in.name for hand_in in pool.waiting}
    assert "chi" in waiting and not waiting & set(found)
    found.extend(map(name_of, pool.resume()))
    assert sorted(found) == list(NAMES)


def test_a_hand_in_that_brings_the_server_down_is_tried_again_after_the_others(
    toy: Callable[..., Callable[[int], GradeOne]], tmp_path: Path
) -> None:
    pool = WorkerPool(1, toy(finds_no_server, bad=("ada",)), 30)
    found: list[str] = []
    grading = pool.grade(hand_ins(tmp_path))
    for _ in range(2):
        with pytest.raises(ServerGone):
            found.extend(map(name_of, grading))
        grading = pool.resume()
    assert found == ["bo", "chi", "dot", "eli"]
    assert [hand_in.name for hand_in in pool.waiting] == ["ada"]


def test_workers_end_when_the_main_process_is_killed(make_result: MakeResult, tmp_path: Path) -> None:
    def grade_and_idle() -> None:
        pool = WorkerPool(
            1, lambda worker: lambda path, name, only: make_result(name, notebook=str(os.getpid())), 30
        )
        grading = pool.grade(hand_ins(tmp_path))  # kept, as its end would end the workers
        outcome = next(grading)
        assert isinstance(outcome, Result)
        (tmp_path / "unfinished").write_text(outcome.notebook or "")
        (tmp_path / "unfinished").rename(tmp_path / "worker")
        time.sleep(60)

    main = multiprocessing.get_context("fork").Process(target=grade_and_idle)
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
