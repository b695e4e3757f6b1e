"""The pytest plugin: checks are collected once and judged for many submissions.

The plugin takes a check's verdict itself, so a wrong answer costs no traceback rendering, and a check that
raises becomes `grader_error` instead of a failed session.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pytest
import torch
from _pytest.runner import runtestprotocol

from grader.assignment import Assignment, AssignmentError
from grader.compare.formula.tabulate import Tabulate
from grader.compare.formula.worker import Checkers
from grader.errors import Exit, GraderError
from grader.judge.criterion import CriterionMark
from grader.judge.keys import check_keys
from grader.judge.line import INTERRUPTIONS
from grader.judge.settle import grader_error, settle
from grader.judge.student import Student
from grader.judge.tape import Diverged
from grader.judge.written import Written
from grader.results import Outcome, Verdict
from grader.sandbox import SandboxError
from grader.training import Trainer

UNWANTED_PLUGINS = (
    "terminal",
    "capture",
    "logging",
    "cacheprovider",
    "junitxml",
    "faulthandler",
    "pastebin",
    "stepwise",
)

Verdicts = dict[str, Verdict]
Work = Callable[["JudgePlugin"], None]


class JudgePlugin:
    """Collects an assignment's checks, then gives itself to `work`, which judges as many as it likes."""

    def __init__(self, assignment: Assignment, work: Work) -> None:
        self._assignment = assignment
        self._work = work
        self._items: list[pytest.Item] = []
        self._student: Student | None = None
        self._verdicts: Verdicts = {}
        self._checkers = Checkers()
        self._trainer: Trainer | None = None
        if assignment.device is not None:
            limits = assignment.training
            self._trainer = Trainer(assignment.device, limits.seconds, limits.memory_megabytes)
        self.problem: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the processes that decide formulas and train networks."""
        self._checkers.close()
        if self._trainer is not None:
            self._trainer.close()

    def judge(
        self, student: Student, only: Collection[str] = (), known: Mapping[str, Verdict] | None = None
    ) -> Verdicts:
        """Run the checks on one student; verdicts by `question/criterion`. Raises SandboxError.

        only: the questions whose checks to run, with the checks that these need; every one if it is empty.
        known: verdicts that stand, so that their checks need not be run.
        """
        self._student, self._verdicts = student, {}
        known = known or {}
        items = self._items_of(only) if only else self._items
        to_run = [item for item in items if mark_of(item).criterion not in known]
        following: dict[pytest.Item, pytest.Item | None] = dict.fromkeys(to_run) | dict(pairwise(to_run))
        for item in items:
            criterion = mark_of(item).criterion
            if item in following:
                self._judge_one(item, following[item])
            else:
                student.line.skip(criterion)
                self._verdicts[criterion] = self._not_checked(item) or known[criterion]
        return self._verdicts

    def _judge_one(self, item: pytest.Item, following: pytest.Item | None) -> None:
        """Run a check, and once more from its start where it asks what was not recorded."""
        assert self._student is not None
        line, criterion = self._student.line, mark_of(item).criterion
        for again in (False, True):
            line.begin(criterion, again=again)
            reports = runtestprotocol(item, log=False, nextitem=following)
            if not isinstance(line.interruption, Diverged):
                break
        if line.interruption is not None:
            item.session._setupstate.teardown_exact(None)  # the next hand-in begins with another check
            raise line.interruption
        for report in reports:
            if report.failed:
                self._verdicts[criterion] = grader_error(report.longreprtext)

    def _not_checked(self, item: pytest.Item) -> Verdict | None:
        """The verdict where a criterion that this one needs earned nothing."""
        failed = [name for name in mark_of(item).needs if not self._verdicts[name].credit]
        if not failed:
            return None
        return Verdict(Outcome.NOT_CHECKED, 0.0, f"Not checked, because {failed[0]} earned nothing.")

    def _items_of(self, questions: Collection[str]) -> Sequence[pytest.Item]:
        wanted: set[str] = set()
        for mark in map(mark_of, reversed(self._items)):  # what a check needs stands before it
            if mark.criterion in wanted or mark.criterion.partition("/")[0] in questions:
                wanted |= {mark.criterion, *mark.needs}
        return [item for item in self._items if mark_of(item).criterion in wanted]

    @property
    def checks(self) -> Mapping[str, pytest.Item]:
        """The collected checks by criterion."""
        return {mark_of(item).criterion: item for item in self._items}

    def verdict_on(self, item: pytest.Item) -> Verdict:
        """What the check said of the student judged last."""
        return self._verdicts[mark_of(item).criterion]

    @pytest.fixture
    def student(self) -> Student:
        """The hand-in being judged."""
        assert self._student is not None
        return self._student

    @pytest.fixture
    def written(self, request: pytest.FixtureRequest) -> Written:
        """The hand-in's answer cells, judged by the assignment's keys."""
        assert self._student is not None
        own = None if "assignment" in request.fixturenames else mark_of(request.node).criterion
        return Written(self._assignment, self._student, self._checkers.check, own)

    @pytest.fixture
    def tabulate(self) -> Tabulate:
        """Evaluates what a student wrote as a formula of numbers, in a process that can be killed."""
        return self._checkers.tabulate

    @pytest.fixture
    def trainer(self) -> Trainer:
        """Trains networks on the device that was named; only training checks are run with it."""
        assert self._trainer is not None
        return self._trainer

    @pytest.fixture
    def assignment(self) -> Assignment:
        """The assignment being judged."""
        return self._assignment

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers from the assignment's seed and the criterion only: a regrade repeats them."""
        name = mark_of(request.node).criterion
        return np.random.default_rng([self._assignment.seed, zlib.crc32(name.encode())])

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare our marker."""
        config.addinivalue_line("markers", "criterion(mark): the criterion that a check decides")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check file that cannot be imported is the assignment's fault."""
        if report.failed and self.problem is None:
            self.problem = AssignmentError(
                f"{report.nodeid}: the checks cannot be loaded:\n{report.longreprtext}"
            )

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Every automatic criterion has exactly one check, and every check a criterion."""
        try:
            checked = [mark_of(item).criterion for item in items]
        except AssignmentError as problem:
            self.problem = self.problem or problem
            return
        wanted = [f"{q.id}/{c.id}" for q, c in self._assignment.criteria() if c.by == "check"]
        known = {*wanted, *self._assignment.training_checks}
        unknown = sorted(set(checked) - known)
        missing = sorted(known - set(checked))
        twice = sorted({name for name in checked if checked.count(name) > 1})
        for names, complaint in (
            (unknown, "have a check but are not automatic criteria of assignment.toml"),
            (missing, "have no check in a test_*.py of the assignment's folder"),
            (twice, "have more than one check"),
        ):
            if names and self.problem is None:
                self.problem = AssignmentError(f"{self._assignment.id}: {', '.join(names)} {complaint}.")
        items[:] = [item for item in items if mark_of(item).criterion in wanted]  # training may not be wanted
        self._items = (
            sorted(items, key=lambda item: wanted.index(mark_of(item).criterion)) if not self.problem else []
        )

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running each item once, hand over to the work."""
        if self.problem is None:
            try:
                self._work(self)
            except (Exception, KeyboardInterrupt) as problem:
                self.problem = (
                    problem
                    if isinstance(problem, Exception)
                    else Interrupted("Interrupted; what was graded is kept.")
                )
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Take the check's verdict."""
        verdict = self._not_checked(pyfuncitem)
        if verdict is None:
            names = pyfuncitem._fixtureinfo.argnames
            arguments: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in names}
            try:
                notebook = self._student.submission.notebook if self._student else None
                verdict = settle(lambda: pyfuncitem.obj(**arguments), notebook)
            except INTERRUPTIONS as interruption:
                assert self._student is not None
                self._student.line.interruption = interruption
                if isinstance(interruption, SandboxError):
                    raise
                return True  # pytest would take its time to render a failure
        self._verdicts[mark_of(pyfuncitem).criterion] = verdict
        return True


class Interrupted(GraderError):  # noqa: N818 - what happened, and nobody's error
    """The person who runs the grader pressed Ctrl-C."""

    exit_code = Exit.INTERRUPTED


def mark_of(item: pytest.Item) -> CriterionMark:
    """The criterion of a collected check; AssignmentError if the test is no check."""
    mark = item.get_closest_marker("criterion")
    if mark is None:
        raise AssignmentError(f"{item.nodeid} is not tied to a criterion: put @criterion(...) above it.")
    return mark.args[0]  # type: ignore[no-any-return]


@contextmanager
def _modules_of_its_own(folder: Path) -> Iterator[None]:
    """Forget the check modules in the end: another assignment's have the same names."""
    try:
        yield
    finally:
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(f"{folder}{os.sep}"):
                del sys.modules[name]


@contextmanager
def _quiet_environment() -> Iterator[None]:
    """No options, plugins or plug-in discovery from the environment of whoever runs the grader."""
    ours = {"PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    kept = {name: os.environ.get(name) for name in ours}
    _set_environment(ours)
    try:
        yield
    finally:
        _set_environment(kept)


@contextmanager
def _plain_arithmetic() -> Iterator[None]:
    """As in a student's process (worker/preload.py): no code compiled for each shape of a small network."""
    kept = torch.backends.mkldnn.enabled
    torch.backends.mkldnn.enabled = False
    try:
        yield
    finally:
        torch.backends.mkldnn.enabled = kept


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def run(assignment: Assignment, work: Work) -> None:
    """Collect the assignment's checks and do the work with them.

    Nothing outside the assignment's folder is read: no ini file, no conftest of the current directory, no
    installed plugin, no environment option. Raises AssignmentError if the checks do not fit the assignment,
    and what `work` raises.
    """
    check_keys(assignment)
    plugin = JudgePlugin(assignment, work)
    folder = str(assignment.folder)
    options = ["--import-mode=importlib", "--rootdir", folder, "--confcutdir", folder, "-c", "/dev/null"]
    options += [f"--ignore={inner}" for inner in assignment.hand_in_folders]
    without = [f"-pno:{name}" for name in UNWANTED_PLUGINS]
    with plugin, _quiet_environment(), _plain_arithmetic(), _modules_of_its_own(assignment.folder):
        code = pytest.main([folder, *options, *without], plugins=[plugin])
    if plugin.problem is not None:
        raise plugin.problem
    if code == pytest.ExitCode.INTERRUPTED:
        raise Interrupted("Interrupted; what was graded is kept.")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssignmentError(
            f"{assignment.id}: pytest could not run the checks in {folder} (exit code {int(code)})."
        )
