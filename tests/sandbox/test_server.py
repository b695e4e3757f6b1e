"""The server's life: several judging processes, deaths on either side, restarts, refusals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import sandbox
from grader.sandbox import (
    Crashed,
    Limits,
    NoConfinement,
    SandboxError,
    SandboxServer,
    StudentProcess,
    StudentRaised,
    TimedOut,
)


def run(process: StudentProcess, source: str, deadline: float = 5.0) -> None:
    process.request({"op": "run", "source": source, "filename": "<cell 1>"}, deadline)


def gone(pid: int) -> bool:
    """Whether the process ends within a few seconds (a zombie counts)."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def server() -> Callable[[], SandboxServer]:
    return lambda: SandboxServer.start(preload="single", clients=2)


def test_the_isolation_reached_is_told_in_a_sentence(confined: SandboxServer) -> None:
    isolation = confined.isolation
    assert {"landlock", "seccomp", "rlimits"} <= set(isolation.layers)
    assert ("namespaces" in isolation.layers) == (isolation.level == "full")
    assert f"ABI {isolation.landlock_abi}" in isolation.detail and isolation.detail.endswith(".")


def test_without_confinement_the_sentence_says_so(server_for: Callable[[str], SandboxServer]) -> None:
    isolation = server_for("none").isolation
    assert isolation.layers == ("rlimits",) and "keeps nothing from it" in isolation.detail


def test_a_machine_without_landlock_is_refused_with_what_to_do() -> None:
    with pytest.raises(NoConfinement, match="On your own machine, for your own code"):
        SandboxServer.start(landlock_abi=0)


def test_a_time_out_ends_the_process_and_the_next_fork_is_fresh(confined: SandboxServer) -> None:
    client = confined.client(0)
    with client.fork() as process:
        run(process, "x = 1")
        with pytest.raises(TimedOut) as late:
            run(process, "while True: pass", deadline=0.2)
        assert late.value.seconds == 0.2 and not process.alive
        with pytest.raises(SandboxError, match="fork another"):
            run(process, "x")
    with client.fork() as fresh, pytest.raises(StudentRaised, match="NameError"):
        run(fresh, "x")


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("import os; os._exit(3)", "code 3"),
        ("import os; os.abort()", "SIGABRT|SIGSEGV"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os, time; os.close(3); time.sleep(60)", "closed its connection"),
    ],
)
def test_a_crash_says_how(source: str, how: str, process: StudentProcess) -> None:
    with pytest.raises(Crashed, match=how):
        run(process, source)
    assert not process.alive and process.usage is not None


def test_a_real_time_signal_is_told_by_its_number(server_for: Callable[[str], SandboxServer]) -> None:
    with server_for("landlock").client(0).fork() as process, pytest.raises(Crashed, match="signal 40"):
        run(
            process, "import signal; signal.raise_signal(40)"
        )  # with namespaces it is pid 1, which ignores it


def test_the_usage_of_a_closed_process_is_told(process: StudentProcess) -> None:
    run(process, "import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass")
    process.close()
    assert process.usage is not None
    assert process.usage.exit == -signal.SIGKILL
    assert 0.1 <= process.usage.cpu_seconds < 5 and process.usage.max_rss > 1 << 20


def test_an_unsolicited_reply_is_caught_at_the_next_request(process: StudentProcess) -> None:
    late = "import threading, os\nthreading.Timer(0.1, os.write, (3, b'\\1' + bytes(7) + b'\\xc0')).start()"
    run(process, late)
    time.sleep(0.3)
    with pytest.raises(Exception, match="nothing asked for"):
        run(process, "pass")
    assert not process.alive


def test_memory_beyond_the_limit_is_an_error_of_the_students(confined: SandboxServer) -> None:
    with confined.client(0).fork(Limits(memory=256 << 20)) as process:
        with pytest.raises(StudentRaised, match="MemoryError"):
            run(process, "x = bytearray(512 << 20)")
        with pytest.raises(StudentRaised, match="RuntimeError"):
            run(process, "import torch; torch.ones(1 << 28)")
        run(process, "x = bytearray(16 << 20)")


def test_a_reply_beyond_the_limit_is_refused(server_for: Callable[[str], SandboxServer]) -> None:
    with server_for("none").client(0).fork(Limits(reply=1 << 20)) as process:
        run(process, "import torch\ndef f(): return torch.zeros(1 << 20)")
        with pytest.raises(Exception, match="too large"):
            process.request({"op": "call", "name": "f"}, 5.0)


def test_a_large_request_arrives_whole(process: StudentProcess) -> None:
    import numpy as np

    run(process, "def f(x): return float(x.sum())")
    assert process.request({"op": "call", "name": "f", "args": [np.ones(8 << 20)]}, 20.0) == float(8 << 20)


def test_two_judging_processes_share_one_server(server: Callable[[], SandboxServer]) -> None:
    with server() as shared:
        judge = os.fork()
        if judge == 0:
            code = 1
            try:
                with shared.client(1).fork() as theirs:
                    run(theirs, "y = 2")
                    code = 0
            finally:
                os._exit(code)
        for _ in range(5):
            with shared.client(0).fork() as ours:
                run(ours, "x = 1")
        assert os.waitpid(judge, 0)[1] == 0


def test_a_judging_process_that_dies_takes_its_students_along(server: Callable[[], SandboxServer]) -> None:
    with server() as shared:
        reader, writer = os.pipe()
        judge = os.fork()
        if judge == 0:
            try:
                student = shared.client(1).fork()
                os.write(writer, str(student._pid).encode())
                run(student, "while True: pass", deadline=60.0)
            finally:
                os._exit(0)
        pid = int(os.read(reader, 100))
        os.kill(judge, signal.SIGKILL)
        os.waitpid(judge, 0)
        if shared.isolation.level == "landlock":
            assert gone(pid)
        with shared.client(0).fork() as ours:  # the server goes on
            run(ours, "x = 1")


@pytest.mark.parametrize("level", ["full", "landlock"])
def test_a_dead_server_is_our_error_and_can_be_restarted(level: str) -> None:
    try:
        started = SandboxServer.start(isolation=level, preload="single")  # type: ignore[arg-type]
    except NoConfinement as refusal:
        pytest.skip(str(refusal))
    with started as server:
        process = server.client(0).fork()
        server._running.process.kill()
        with pytest.raises(SandboxError, match="server"):
            run(process, "while True: pass", deadline=30.0)
        with pytest.raises(SandboxError, match="has gone"):
            server.client(0).fork()
        server._running.process.wait(10)  # its sockets close a moment before it has ended
        assert not server.alive
        server.restart()
        with server.client(0).fork() as again:
            run(again, "x = 1")


def test_the_server_and_its_students_end_with_the_process_that_started_them() -> None:
    program = """
import time
from pathlib import Path
from grader.sandbox import SandboxServer
server = SandboxServer.start(preload="single")
student = server.client(0).fork()
server_pid = server._running.process.pid
children = []
def below(pid):
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        children.append(child)
        below(child)
below(server_pid)
print(server._running.scratch, server_pid, *children, flush=True)
student.request({"op": "run", "source": "while True: pass", "filename": "<cell 1>"}, 60.0)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        scratch, *pids = starter.stdout.readline().split()
        starter.kill()
    assert len(pids) >= 2 and all(gone(int(pid)) for pid in pids)
    shutil.rmtree(scratch)  # nobody is left to remove it


def test_nothing_loads_torch_before_the_server_is_confined() -> None:
    """What is loaded before the fork into new namespaces stays in memory twice."""
    program = "import sys, worker.start, worker.confine.confined; print('torch' in sys.modules)"
    environment = {"PYTHONPATH": str(Path(sandbox.__file__).parent)}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def test_a_closed_server_leaves_no_directory_behind(server: Callable[[], SandboxServer]) -> None:
    with server() as shared:
        scratch = shared._running.scratch
        with shared.client(0).fork() as process:
            run(process, "open('file', 'w').close()")
            assert Path(scratch).is_dir()
    assert not Path(scratch).exists()
