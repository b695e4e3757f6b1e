"""What MarkUs' autotester runs: one hand-in, one table of tests, written once and in time.

The grading happens in a child process; this one holds the real stdout, watches the clock, and decides. When
there is no result, or one of a criterion's marks is pending, there is no line for it: MarkUs then leaves the
criterion's mark untouched, where any line, even of 0 out of 0, would set it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from grader.assignment import Assignment, load_assignment
from grader.errors import Exit, GraderError
from grader.markus.criteria import MarkusCriterion, criterion_named
from grader.markus.feedback import feedback_page
from grader.markus.kept import Kept
from grader.markus.reports import FAILED, tags_of
from grader.markus.spec import UPLOADED
from grader.markus.streams import Streams
from grader.markus.supervise import supervised, undisturbed
from grader.results import Outcome, Result
from grader.results.markus import Graded, markus_table
from grader.results.rendering import Rendering

KEPT_VARIABLES = frozenset({"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"})
"""The autotester's environment has its own addresses and secrets; nothing of ours needs them."""
NOT_GRADED = (
    "<!doctype html>\n<title>Not graded</title>\n<p>This hand-in could not be graded automatically.</p>\n"
)

GradeOne = Callable[[Assignment, Path, str], Result]


@dataclass(frozen=True, slots=True)
class Order:
    """What one test group asks for.

    assignment: an id, or the absolute path of a folder. criterion: MarkUs' name of one; None for the whole
    rubric in one table. seconds: from the start of this process to the table. report: the name of the page to
    write into the hand-in's folder, None for none.
    """

    assignment: str
    criterion: str | None
    seconds: float
    report: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What is to be written to stdout, and to stderr for staff. result: for the page; None without one."""

    lines: str
    result: Result | None
    remark: str
    graded: bool


def run_hook(order: Order, grade: GradeOne) -> Exit:
    """Grade the current directory and write the table. `grade` runs in a child and may do as it likes."""
    streams = Streams.taken()
    deadline = time.monotonic() - _seconds_since_start() + order.seconds
    folder = Path.cwd()
    group = os.environ.get("MARKUS_GROUP", "")
    with undisturbed(), ExitStack() as afterwards:
        try:
            _leave(folder)
            temporary = afterwards.enter_context(_temporary_folder())
            table = _table_for(order, folder, group or folder.name, deadline, grade, streams, temporary)
        except GraderError as error:
            table = _not_graded(str(error))
        except Exception as error:
            table = _not_graded(f"{type(error).__name__}: {error}")
        written = streams.write_table(table.lines)
        if order.report is not None and not _write_page(folder / order.report, table.result):
            table = replace(table, remark=f"{table.remark} {order.report} could not be written.".strip())
        if table.remark:
            streams.remark(table.remark)
    if not written:
        return Exit.SERVER
    return Exit.DONE if table.graded else Exit.GRADER_ERROR


class Unprotected(GraderError):  # noqa: N818 - the family's name says that it is an error
    """Python looks for modules among the student's files."""


def _leave(folder: Path) -> None:
    """Away from the hand-in, so that no name of ours means a file in it, and from the server's settings."""
    entries = [Path(entry) for entry in sys.path]  # one that does not exist may be a hook's own word
    if any(entry.exists() and entry.resolve().is_relative_to(folder) for entry in entries):
        raise Unprotected(
            "Not graded: Python would import modules from the hand-in. Start it with python -I, as the files "
            "of `grader markus spec` do."
        )
    os.chdir("/")
    for name in set(os.environ) - KEPT_VARIABLES:
        del os.environ[name]


def _table_for(
    order: Order,
    folder: Path,
    group: str,
    deadline: float,
    grade: GradeOne,
    streams: Streams,
    temporary: str | None,
) -> Table:
    assignment = load_assignment(order.assignment)
    files = assignment.files
    ours = (*files.ignored, *UPLOADED, *([order.report] if order.report else []))
    assignment = assignment.model_copy(update={"files": files.model_copy(update={"ignored": ours})})
    criterion = criterion_named(assignment, order.criterion) if order.criterion is not None else None
    kept = Kept(folder, assignment, group)
    result = kept.find()
    if result is None:

        def work() -> bytes:
            tempfile.tempdir = temporary
            return grade(assignment, folder, group).model_dump_json().encode("utf-8", "replace")

        ended = supervised(work, deadline, streams.close)
        if ended.data is None:
            return _not_graded(f"Not graded: {ended.reason}.\n{ended.log}")
        try:
            result = Result.model_validate_json(ended.data)
        except ValidationError:
            return _not_graded("Not graded: the grading process gave no result.")
        kept.keep(result)
    return table_of(result, assignment, criterion)


def table_of(result: Result, assignment: Assignment, criterion: MarkusCriterion | None) -> Table:
    """The table on one criterion, or on everything.

    A criterion that checks decide, and that MarkUs takes its mark from, has all its lines or none.
    """
    everything = [(q, c) for q in result.questions for c in q.criteria]
    graded: list[Graded] = list(criterion.graded(result)) if criterion else everything
    waiting = [f"{q.id}/{c.id}" for q, c in graded if c.earned is None]
    remark = ""
    if criterion is not None and criterion.automatic and waiting:
        graded = []
        remark = f"{criterion.name} is left to a person: {', '.join(waiting)} has no mark yet."
    failures = [
        " ".join((f"{q.id}/{c.id}:", c.message, *c.details))
        for q, c in everything
        if c.outcome is Outcome.GRADER_ERROR
    ]
    return Table(
        lines=markus_table(graded, tags_of(result, assignment)),
        result=result,
        remark="\n".join(filter(None, (remark, *failures))),
        graded=not failures,
    )


def _not_graded(reason: str) -> Table:
    """No test line, so that no mark is set, and a tag by which a TA finds the group."""
    return Table(markus_table([], [FAILED]), None, reason.strip(), graded=False)


@contextmanager
def _temporary_folder() -> Iterator[str | None]:
    """For what a killed child leaves behind; None where there is no room for one."""
    try:
        folder = tempfile.mkdtemp(prefix="grader-markus-")
        Path(folder).chmod(0o711)  # students with users of their own pass through
    except OSError:
        yield None
        return
    try:
        yield folder
    finally:
        for _ in range(50):  # student processes die a moment after their server and may be writing until then
            shutil.rmtree(folder, ignore_errors=True)
            if not Path(folder).exists():
                break
            time.sleep(0.02)


def _write_page(path: Path, result: Result | None) -> bool:
    """Over a file of that name, which may not be ours to remove; not through a link or into a pipe."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
            page = feedback_page(Rendering(result)) if result else NOT_GRADED
            file.write(page.encode("utf-8", "replace"))
    except OSError:
        return False
    return True


def _seconds_since_start() -> float:
    """How long this process has run: the interpreter's start counts against the time limit, too (proc(5))."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
    except (OSError, ValueError, IndexError):
        return 0.0
