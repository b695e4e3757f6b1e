"""The hook as MarkUs' autotester starts it: whatever becomes of the grading, one whole table or none.

The grading here is a toy that misbehaves (`misbehaving.py`), so that each case takes a fraction of a second;
whole runs with student code are in test_hook_whole.py.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.errors import Exit
from grader.markus.reports import FAILED, NEEDS_PERSON

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("misbehaving.py")
CHECKS, NETWORK, PERSON = "Question 1 (checks)", "Question 2", "Question 1 (person)"


@dataclass(frozen=True)
class Desk:
    """The autotester's machine: a working directory with the hand-in, and /tmp."""

    handed_in: Path
    temporary: Path
    assignment: Path
    asked: Path

    @property
    def times_asked(self) -> int:
        return len(self.asked.read_text()) if self.asked.exists() else 0

    def command(
        self,
        misdeed: str = "none",
        criterion: str | None = CHECKS,
        seconds: float = 30,
        verdicts: Mapping[str, str] | None = None,
        **more: Any,
    ) -> list[str]:
        order = {
            "assignment": str(self.assignment),
            "criterion": criterion,
            "seconds": seconds,
            "misdeed": misdeed,
            "verdicts": verdicts or {},
            "asked": str(self.asked),
        }
        return [sys.executable, "-I", str(PROGRAM), str(ROOT), json.dumps(order | more)]

    def start(self, *command: str, **options: Any) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.temporary),
            "MARKUS_GROUP": "group 1",
            "REDIS_URL": "redis://secret",
        }
        return subprocess.Popen(
            command,
            cwd=self.handed_in,
            stdin=subprocess.DEVNULL,
            env=environment | options.pop("env", {}),
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options),
        )

    def run(self, *arguments: Any, options: Mapping[str, Any] | None = None, **order: Any) -> Run:
        process = self.start(*self.command(*arguments, **order), **(options or {}))
        stdout, stderr = process.communicate(timeout=60)
        return Run(process.returncode, stdout or b"", stderr or b"")


@dataclass(frozen=True)
class Run:
    code: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def desk(toy: ModuleType, tmp_path: Path) -> Iterator[Desk]:
    for name in ("hand-in", "assignment"):
        (tmp_path / name).mkdir()
    (tmp_path / "hand-in" / "a2_code.py").write_text("def double(x): return 2 * x\n")
    toy.toy_in(tmp_path / "assignment")
    with tempfile.TemporaryDirectory(prefix="grader-tests-") as temporary:
        yield Desk(tmp_path / "hand-in", Path(temporary), tmp_path / "assignment", tmp_path / "asked")


@pytest.fixture
def stored(autotester: ModuleType) -> Callable[..., Any]:
    """Reads a run's output as MarkUs does."""
    return lambda run: autotester.stored(run.stdout, run.stderr)


def test_a_criterion_has_a_line_for_each_of_its_parts_zeros_included(
    desk: Desk, stored: Callable[..., Any]
) -> None:
    run = desk.run(verdicts={"1/limit": "wrong"})
    kept = stored(run)
    assert [(test["name"], test["marks_earned"], test["status"]) for test in kept.tests] == [
        ("1 step: One step", 2, "pass"),
        ("1 limit: The limit", 0, "fail"),
    ]
    assert (kept.share, kept.tags, run.stderr, run.code) == (2 / 3, [], b"", Exit.DONE)


def test_without_a_criterion_everything_that_is_settled_is_in_one_table(
    desk: Desk, stored: Callable[..., Any]
) -> None:
    kept = stored(desk.run(criterion=None, verdicts={"1/limit": "person"}))
    assert [test["name"] for test in kept.tests] == ["1 step: One step", "2 net: The network of figure 2"]


@pytest.mark.parametrize(("kind", "tag"), [("person", NEEDS_PERSON), ("failed", FAILED)])
def test_a_criterion_with_a_pending_part_is_left_untouched(
    desk: Desk, stored: Callable[..., Any], kind: str, tag: str
) -> None:
    run = desk.run(verdicts={"1/limit": kind})
    kept = stored(run)
    assert (kept.tests, kept.share, kept.tags) == ([], None, [tag])
    assert b"Question 1 (checks) is left to a person: 1/limit has no mark yet." in run.stderr
    assert run.code == (Exit.DONE if kind == "person" else Exit.GRADER_ERROR)
    assert stored(desk.run(criterion=NETWORK, verdicts={"1/limit": kind})).share == 1, "the others are not"


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        ("hangs", "it took longer than it may"),
        ("is killed", "its process ended with SIGKILL"),
        ("kills its group", "its process ended with SIGKILL"),
        ("raises", "its process ended with exit code 1"),
        ("eats memory", "its process ended with exit code 1"),
        ("exits", "the grading process gave no result"),
    ],
)
def test_grading_that_does_not_end_well_sets_no_mark_and_says_why(
    desk: Desk, stored: Callable[..., Any], misdeed: str, reason: str
) -> None:
    run = desk.run(misdeed, seconds=3 if misdeed == "hangs" else 30)
    kept = stored(run)
    assert (kept.tests, kept.share, kept.tags) == ([], None, [FAILED])
    assert reason.encode() in run.stderr
    assert run.code == Exit.GRADER_ERROR


@pytest.mark.parametrize("misdeed", ["floods", "lies", "writes noise", "leaves a child"])
def test_what_the_grading_prints_never_reaches_markus(
    desk: Desk, stored: Callable[..., Any], misdeed: str
) -> None:
    run = desk.run(misdeed)
    assert [test["name"] for test in stored(run).tests] in (["1 step: One step", "1 limit: The limit"], [])
    assert b"forged" not in run.stdout and len(run.stdout) < 2000 and len(run.stderr) < 10_000


def test_a_tiny_time_limit_gives_the_empty_table_at_once(desk: Desk, stored: Callable[..., Any]) -> None:
    begun = time.monotonic()
    kept = stored(desk.run("hangs", seconds=0.1))
    assert (kept.share, kept.tags) == (None, [FAILED])
    assert time.monotonic() - begun < 30, "and not after the minute that the grading would take"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_stop_gives_the_empty_table(
    desk: Desk, stored: Callable[..., Any], number: signal.Signals
) -> None:
    process = desk.start(*desk.command("hangs", seconds=50))
    until(desk.asked.exists)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)
    kept = stored(Run(process.returncode, stdout, stderr))
    assert (kept.tests, kept.tags) == ([], [FAILED])
    assert f"it was told to stop ({number.name})".encode() in stderr


def test_nothing_of_the_grading_is_left_running_or_lying_about(desk: Desk) -> None:
    desk.run("leaves a child")
    desk.run("hangs", seconds=2)
    until(lambda: not processes_with(str(desk.asked)))
    left = [path.name for path in desk.temporary.iterdir()]
    assert left in ([], [f"grader-markus-{os.geteuid()}"])


@pytest.mark.parametrize(
    "options",
    [
        {"preexec_fn": lambda: os.close(1)},
        {"preexec_fn": lambda: (os.close(0), os.close(1), os.close(2))},
        {"stdout": -1, "preexec_fn": lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 1)},
    ],
    ids=["closed stdout", "all closed", "a full disk behind stdout"],
)
def test_without_anybody_to_write_to_it_ends_quietly(desk: Desk, options: dict[str, Any]) -> None:
    run = desk.run(options=options)
    assert run.code == Exit.SERVER
    assert run.stdout == b""


def test_a_reader_that_hangs_up_does_not_hold_it(desk: Desk) -> None:
    process = desk.start(*desk.command())
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == Exit.SERVER


def test_on_a_full_disk_the_table_is_whole(desk: Desk, stored: Callable[..., Any]) -> None:
    run = desk.run(options={"preexec_fn": no_files}, report="grader_report.html", asked="/dev/null")
    assert stored(run).share == 1
    assert run.stderr == b"grader_report.html could not be written.\n"


def test_without_a_place_for_temporary_files_the_table_is_whole(
    desk: Desk, stored: Callable[..., Any]
) -> None:
    run = desk.run(options={"env": {"TMPDIR": "/proc"}, "preexec_fn": no_files}, asked="/dev/null")
    assert stored(run).share == 1


def test_long_outputs_are_shortened_until_the_table_fits_a_pipe(
    desk: Desk, stored: Callable[..., Any]
) -> None:
    run = desk.run(criterion=None, verdicts={"1/step": "long", "1/limit": "long", "2/net": "long"})
    assert len(run.stdout) <= 60_000
    assert [test["output"].endswith("[shortened]") for test in stored(run).tests] == [True] * 3


def test_the_next_test_group_takes_the_result_of_the_one_before(
    desk: Desk, stored: Callable[..., Any]
) -> None:
    assert stored(desk.run(report="grader_report.html")).share == 1
    (desk.handed_in / "__pycache__").mkdir()
    (desk.handed_in / "__pycache__" / "grader_markus_02.pyc").write_bytes(b"x")
    assert stored(desk.run(criterion=NETWORK, report="grader_report.html")).share == 1
    assert desk.times_asked == 1


@pytest.mark.parametrize("change", ["hand-in", "group", "assignment", "failed"])
def test_another_hand_in_group_or_assignment_is_graded_anew_and_so_is_a_failure(
    desk: Desk, change: str
) -> None:
    desk.run(verdicts={"1/step": "failed"} if change == "failed" else {})
    environment = {}
    if change == "hand-in":
        (desk.handed_in / "a2_code.py").write_text("def double(x): return x + x\n")
    elif change == "group":
        environment = {"MARKUS_GROUP": "group 2"}
    elif change == "assignment":
        (desk.assignment / "test_more.py").write_text("# a check\n")
    desk.run(options={"env": environment})
    assert desk.times_asked == 2


@pytest.mark.parametrize("trap", ["of others", "a link", "a file", "a link for the result"])
def test_a_place_that_others_can_reach_keeps_nothing_and_is_not_believed(
    desk: Desk, stored: Callable[..., Any], trap: str, tmp_path: Path
) -> None:
    place = desk.temporary / f"grader-markus-{os.geteuid()}"
    if trap == "of others":
        place.mkdir(mode=0o777)
        place.chmod(0o777)
    elif trap == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "elsewhere")
    elif trap == "a file":
        place.write_text("")
    else:
        desk.run()
        (kept,) = place.iterdir()
        kept.rename(tmp_path / "kept")
        kept.symlink_to(tmp_path / "kept")
    asked = desk.times_asked
    assert stored(desk.run()).share == 1
    assert desk.times_asked == asked + 1


def test_the_page_is_written_over_a_students_and_through_no_link(desk: Desk, tmp_path: Path) -> None:
    page = desk.handed_in / "grader_report.html"
    page.write_text("full marks!" * 10_000)
    desk.run(report=page.name)
    assert page.read_text().startswith("<!doctype html>") and "full marks" not in page.read_text()
    page.unlink()
    page.symlink_to(tmp_path / "elsewhere")
    run = desk.run(report=page.name)
    assert b"could not be written" in run.stderr and not (tmp_path / "elsewhere").exists()
    page.unlink()
    desk.run("is killed", report=page.name, options={"env": {"MARKUS_GROUP": "another"}})
    assert "could not be graded" in page.read_text()


def test_the_grading_sees_none_of_the_servers_settings(desk: Desk) -> None:
    run = desk.run("tells its environment")
    told = run.stderr.decode()
    assert "PATH=" in told and "redis" not in told and "MARKUS_GROUP" not in told


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ({"assignment": "csc999"}, "There is no assignment 'csc999'"),
        ({"criterion": "Question 9"}, "toy has no MarkUs criterion 'Question 9': it has"),
    ],
)
def test_a_wrong_setting_sets_no_mark_and_is_told_to_staff(
    desk: Desk, stored: Callable[..., Any], order: dict[str, str], sentence: str
) -> None:
    run = desk.run(**order)
    assert stored(run).share is None and sentence.encode() in run.stderr


def test_a_folder_in_the_hand_in_is_not_taken_for_the_assignment(desk: Desk) -> None:
    (desk.handed_in / "mine").mkdir()
    (desk.handed_in / "mine" / "assignment.toml").write_text(
        (desk.assignment / "assignment.toml").read_text()
    )
    run = desk.run(assignment="mine")
    assert b"There is no assignment 'mine'" in run.stderr and desk.times_asked == 0


def test_it_refuses_to_import_from_the_hand_in(desk: Desk, stored: Callable[..., Any]) -> None:
    command = desk.command()
    command[3] = f"{desk.handed_in}"
    (desk.handed_in / "grader").symlink_to(ROOT / "grader")
    (desk.handed_in / "reference").symlink_to(ROOT / "reference")
    process = desk.start(*command)
    stdout, stderr = process.communicate(timeout=60)
    assert stored(Run(process.returncode, stdout, stderr)).share is None
    assert b"python -I" in stderr and desk.times_asked == 0


def no_files() -> None:
    """No file can grow: what a process sees on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.02)


def processes_with(text: str) -> list[int]:
    """Processes that have the text on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if text.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
