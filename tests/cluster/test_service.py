"""A service and the worker's end of its pipe."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.assignment import Assignment, load_assignment
from grader.batch.wire import Graded, Order
from grader.cluster.errors import ServiceLost
from grader.cluster.link import Service
from grader.cluster.messages import Charge, Hello, Parcel
from grader.judge import read_hand_in
from grader.results import Result
from grader.submission import HandIn

from ..batch.course import RIGHT, Course

SLOW = "import time\ndef double(x):\n    time.sleep(60)\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = Course(tmp_path_factory.mktemp("course"))
    course.hand_in("ada", RIGHT)
    course.hand_in("slow", SLOW)
    return course


@pytest.fixture(scope="module")
def assignment(course: Course) -> Assignment:
    return load_assignment(course.assignment)


@pytest.fixture(scope="module")
def service(assignment: Assignment) -> Iterator[Service]:
    started = Service.start(Charge.of(assignment, "auto"))
    if started.hello.kind != "done":
        pytest.skip(started.hello.sentence)
    yield started
    started.end()


@pytest.fixture
def parcel(course: Course, assignment: Assignment, service: Service) -> Callable[..., bytes]:
    hello = Hello.model_validate_json(service.hello.content)

    def make(name: str, bases: str = hello.bases) -> bytes:
        path = course.class_folder / name
        return Parcel(Order(HandIn(name, path)), read_hand_in(assignment, path, name), bases).pack()

    return make


def test_it_marks_one_parcel_after_the_other(service: Service, parcel: Callable[..., bytes]) -> None:
    for name in ("ada", "ada"):
        reply = service.mark(parcel(name), 60)
        assert reply.kind == "done", reply.sentence
        result = Result.model_validate_json(Graded.unpack(reply.content).json)
        assert (result.submission, result.awarded) == (name, 5)


def test_it_marks_nothing_that_rests_on_other_checks(service: Service, parcel: Callable[..., bytes]) -> None:
    reply = service.mark(parcel("ada", bases="00"), 60)
    assert reply.kind == "refused" and "install the same there" in reply.sentence


def test_what_cannot_be_started_is_refused_with_its_reason(tmp_path: Path) -> None:
    service = Service.start(Charge(assignment=str(tmp_path / "none"), wanted="auto"))
    assert service.hello.kind == "refused" and "There is no assignment" in service.hello.sentence
    service.end()


def test_a_device_that_is_not_there_is_refused(assignment: Assignment) -> None:
    service = Service.start(Charge.of(assignment.training_on("cuda:99"), "auto"))
    assert service.hello.kind == "refused" and "no cuda:99" in service.hello.sentence
    service.end()


def test_one_that_takes_too_long_is_lost(assignment: Assignment, parcel: Callable[..., bytes]) -> None:
    service = Service.start(Charge.of(assignment, "auto"))
    with pytest.raises(ServiceLost, match="longer than it may"):
        service.mark(parcel("slow"), 0.5)
    with pytest.raises(ServiceLost, match="died"):
        service.mark(parcel("ada"), 0.5)


def test_it_ends_with_its_worker(assignment: Assignment) -> None:
    """As a worker that is killed leaves it: nobody ends it, its pipe is closed by the kernel."""
    pid = os.fork()
    if not pid:
        Service.start(Charge.of(assignment, "auto"))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    deadline = time.monotonic() + 30
    while (left := services()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left


def services() -> list[int]:
    """Service processes that nobody is the parent of any more."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
        except OSError:
            continue
        if b"grader.cluster.service" in command and int(status.rpartition(")")[2].split()[1]) == 1:
            found.append(int(folder.name))
    return found
