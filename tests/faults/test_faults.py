"""Whatever is killed, full or unwritable: given again, the same command leaves every hand-in exactly one
result, equal to that of an undisturbed run.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from grader.errors import Exit

Bench = Any  # the one of conftest.py


def count_of(out: Path) -> int:
    """How many hand-ins the store has results of."""
    if not (out / "batch.sqlite").exists():
        return 0
    with closing(sqlite3.connect(out / "batch.sqlite")) as store, suppress(sqlite3.OperationalError):
        (count,) = store.execute("SELECT count(*) FROM results WHERE is_current").fetchone()
        return int(count)
    return 0  # its tables are not made yet


def wait_for(process: subprocess.Popen[str], out: Path, count: int, tools: Any) -> bool:
    """Wait until so many results are stored; whether the command still runs then."""
    assert tools.soon(lambda: process.poll() is not None or count_of(out) >= count, 120)
    return process.poll() is None


def check_one_result_each(bench: Bench, out: Path, undisturbed: dict[str, Any]) -> None:
    assert bench.results(out) == undisturbed
    with closing(sqlite3.connect(out / "batch.sqlite")) as store:
        rows = store.execute("SELECT name, count(*) FROM results WHERE is_current GROUP BY name").fetchall()
        assert dict(rows) == dict.fromkeys(undisturbed, 1)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not [path for path in out.rglob(".*") if path.name != ".batch.lock"]


def main_process(process: subprocess.Popen[str]) -> list[int]:
    return [process.pid]


def a_worker(process: subprocess.Popen[str]) -> list[int]:
    """One of the processes forked from the grader that run the same program as it does."""
    own = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    return [pid for pid in _children(process.pid) if _command(pid) == own]


def the_server(process: subprocess.Popen[str]) -> list[int]:
    """The fork server."""
    return [pid for pid in _children(process.pid) if b"sandbox/worker" in _command(pid)]


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@pytest.mark.parametrize(
    "victim",
    [main_process, a_worker, pytest.param(the_server, marks=pytest.mark.slow)],
    ids=lambda victim: victim.__name__,
)
def test_after_a_kill_the_same_command_completes_the_class(
    bench: Bench, undisturbed: dict[str, Any], tmp_path: Path, tools: Any, victim: Callable[..., list[int]]
) -> None:
    out = tmp_path / "marks"
    process = bench.start(out)
    if wait_for(process, out, 5, tools):
        for pid in victim(process)[:1]:
            tools.kill(pid)
    process.communicate(timeout=120)
    bench.finish(out)
    check_one_result_each(bench, out, undisturbed)
    assert not list(bench.scratch.glob("grader-*")), "what the killed grader left has been removed"


def test_ctrl_c_twice_ends_at_once_and_loses_nothing(
    bench: Bench, undisturbed: dict[str, Any], tmp_path: Path, tools: Any
) -> None:
    out = tmp_path / "marks"
    process = bench.start(out)
    if wait_for(process, out, 5, tools):
        process.send_signal(signal.SIGINT)
        time.sleep(0.005)
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED and "Traceback" not in errors
    bench.finish(out)
    check_one_result_each(bench, out, undisturbed)


def test_a_full_disk_is_one_sentence_and_the_command_goes_on_where_it_was(
    bench: Bench, undisturbed: dict[str, Any], tmp_path: Path, tools: Any
) -> None:
    out = tmp_path / "marks"
    bench.finish(out, "--student", "student_00[0-2]")
    limit = (out / "batch.sqlite").stat().st_size + 100_000

    def no_larger_files() -> None:
        """The system refuses what would make a file larger, as a full disk does."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = bench.start(out, preexec_fn=no_larger_files)
    _, errors = process.communicate(timeout=120)
    if process.returncode in (Exit.DONE, Exit.UNREADABLE):
        pytest.fail("the limit was not reached")
    assert process.returncode == Exit.USAGE, errors
    assert "make room" in errors and "Traceback" not in errors
    bench.finish(out)
    check_one_result_each(bench, out, undisturbed)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_small_disk_that_fills_up_and_is_emptied(
    bench: Bench, undisturbed: dict[str, Any], tmp_path: Path, tools: Any
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        (disk / "ballast").write_bytes(bytes(1_500_000))
        process = bench.start(disk / "marks")
        _, errors = process.communicate(timeout=120)
        assert process.returncode == Exit.USAGE and "make room" in errors and "Traceback" not in errors
        (disk / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        bench.finish(disk / "marks")
        check_one_result_each(bench, disk / "marks", undisturbed)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_an_output_folder_that_cannot_be_written_is_one_sentence(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    process = bench.start(tmp_path / "file" / "marks")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == Exit.USAGE
    assert "choose another folder with --out" in errors and "Traceback" not in errors


@pytest.mark.slow
def test_a_class_of_200_survives_kills_at_random_points(make_bench: Any, tmp_path: Path, tools: Any) -> None:
    bench = make_bench(200)
    bench.finish(tmp_path / "undisturbed")
    undisturbed = bench.results(tmp_path / "undisturbed")
    out, dice = tmp_path / "marks", random.Random(413)
    for _ in range(12):
        process = bench.start(out)
        kind = dice.choice([main_process, a_worker, the_server])
        if wait_for(process, out, count_of(out) + dice.randrange(1, 25), tools):
            time.sleep(dice.random() * 0.3)
            for pid in dice.sample(victims := kind(process), min(1, len(victims))):
                tools.kill(pid)
        if dice.random() < 0.5 and wait_for(process, out, count_of(out) + dice.randrange(1, 25), tools):
            tools.kill(process.pid)
        process.communicate(timeout=170)
    bench.finish(out)
    check_one_result_each(bench, out, undisturbed)
