"""A class on a cluster gets what it gets here; what a lost worker had in hand is marked again, once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import dask
import psutil
import pytest
from distributed import Client

from grader.batch.machines import ThisMachine
from grader.cluster import machines as module
from grader.cluster.errors import ClusterError
from grader.cluster.machines import DaskMachines
from grader.results import Result

from ..batch.course import NEARLY, NETWORK, RIGHT, WRONG, Course, Seen

pytestmark = pytest.mark.slow  # processes that load torch are started for every batch

SLOWLY = "import time\ntime.sleep(0.4)\n"


@pytest.fixture
def on_cluster(cluster: Client, monkeypatch: pytest.MonkeyPatch) -> DaskMachines:
    """The machines of the tests' cluster, which goes on after the batch."""

    @contextmanager
    def connected(where: str) -> Iterator[Client]:
        yield cluster

    monkeypatch.setattr(module, "connected", connected)
    return DaskMachines("the tests' cluster", patience=2)


def timeless(seen: Seen) -> dict[str, str]:
    """The results as text, without how long they took."""
    return {
        name: result.model_copy(update={"seconds": 0.0}).model_dump_json()
        for name, result in seen.results.items()
    }


def test_a_class_gets_what_it_gets_here(course: Course, on_cluster: DaskMachines) -> None:
    for number, code in enumerate((RIGHT, NEARLY, WRONG, "def double(x:\n", RIGHT)):
        course.hand_in(f"student {number}", code)
    (course.class_folder / "unreadable").mkdir()
    there = course.grade(machines=on_cluster)
    assert course.grade(machines=on_cluster).graded == []
    course.regrade()  # the recordings are there, so that no code has to be run
    here = course.grade(machines=ThisMachine(1), again=True)
    assert len(there.graded) == 6 and timeless(there) == timeless(here)


def test_networks_are_trained_there_as_here(course: Course, on_cluster: DaskMachines) -> None:
    course.add_training()
    course.hand_in("ada", RIGHT + NETWORK)
    there = course.grade(machines=on_cluster, device="cpu")
    here = course.grade(machines=ThisMachine(1), device="cpu", again=True)
    assert "1/learns" in criteria_of(there.results["ada"]) and timeless(there) == timeless(here)


def criteria_of(result: Result) -> set[str]:
    return {f"{q.id}/{c.id}" for q in result.questions for c in q.criteria}


def test_hand_ins_of_a_killed_worker_are_marked_again(course: Course, on_cluster: DaskMachines) -> None:
    names = [f"student {number:02}" for number in range(12)]
    for name in names:
        course.hand_in(name, SLOWLY + RIGHT)
    killed: list[int] = []

    def kill_one(result: Result) -> None:
        if not killed:
            killed.append(workers()[0])
            os.kill(killed[0], signal.SIGKILL)

    seen = course.grade(machines=on_cluster, on_result=kill_one)
    assert killed and seen.graded == names
    assert {result.awarded for result in seen.results.values()} == {5}
    with course.store() as store:
        assert [len(store.history(name)) for name in names] == [1] * 12


def test_without_the_scheduler_the_batch_ends_with_what_was_graded(course: Course) -> None:
    names = [f"student {number:02}" for number in range(8)]
    for name in names:
        course.hand_in(name, SLOWLY + RIGHT)
    address = f"tcp://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "dask"]
    with (
        running(*command, "scheduler", "--port", address.rpartition(":")[2], "--no-dashboard") as scheduler,
        running(*command, "worker", address, "--nthreads", "1", "--no-dashboard"),
        dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        pytest.raises(ClusterError, match="scheduler is lost"),
    ):
        course.grade(machines=DaskMachines(address), on_result=lambda result: scheduler.kill())
    kept = [path.stem for path in (course.out / "results").iterdir()]
    assert 0 < len(kept) < len(names)


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def workers() -> list[int]:
    """The processes of the cluster's workers, each the child of its nanny here."""
    return [
        child.pid
        for child in psutil.Process().children()
        if "spawn_main" in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE
    ]


def test_workers_with_other_checks_are_refused(
    course: Course, on_cluster: DaskMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.hand_in("ada", RIGHT)
    monkeypatch.setattr("grader.batch.marking.student_side", lambda assignment, confined: b"another")
    with pytest.raises(ClusterError, match="are others than here"):
        course.grade(machines=on_cluster)
