"""`pytest path/to/assignment --submission PATH`: an assignment's checks under plain pytest.

Installed as a pytest plugin. Without `--submission` it does nothing at all, so that it costs other pytest
runs in the same environment nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from grader.judge.student import Student
    from grader.sandbox import SandboxServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("grader")
    group.addoption("--submission", metavar="PATH", help="judge this hand-in with the assignment's checks")
    group.addoption("--no-sandbox", action="store_true", help="run the hand-in's code without confinement")


def pytest_configure(config: pytest.Config) -> None:
    """Judge the hand-in when one is given."""
    submission = config.getoption("--submission", default=None)
    if submission is not None:
        config.pluginmanager.register(_interactive_judge(config, Path(submission)))


def _interactive_judge(config: pytest.Config, path: Path) -> object:
    from grader.assignment import AssignmentError, load_assignment
    from grader.judge.grading import student_limits
    from grader.judge.plugin import JudgePlugin
    from grader.judge.student import Student
    from grader.results import Outcome
    from grader.results.exhibits import ForStaff
    from grader.sandbox import SandboxServer
    from grader.submission import SubmissionError, open_submission

    class InteractiveJudge(JudgePlugin):
        """Runs each check once, as a test that fails with the verdict's message."""

        server: SandboxServer
        _student: Student

        def pytest_sessionstart(self) -> None:
            """Open the hand-in and start the sandbox."""
            files = self._assignment.files
            try:
                submission = open_submission(
                    path,
                    notebook_patterns=files.notebook,
                    writeup_patterns=files.writeup,
                    asked_names=self._assignment.asked_names,
                )
            except SubmissionError as problem:
                raise pytest.UsageError(str(problem)) from problem
            self.server = SandboxServer.start(
                "none" if config.getoption("--no-sandbox") else "auto", preload="single"
            )
            limits = student_limits(self._assignment)
            self._student = Student(self._assignment, submission, lambda: self.server.client(0).fork(limits))

        def pytest_sessionfinish(self) -> None:
            """End the student's process and the sandbox."""
            self._student.close()
            self._checkers.close()
            self.server.close()

        def pytest_runtestloop(self, session: pytest.Session) -> None:  # type: ignore[override]
            """Let pytest run the tests itself."""
            if self.problem is not None:
                raise pytest.UsageError(str(self.problem))

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
            """Fail with the message of a verdict that is not full marks."""
            super().pytest_pyfunc_call(pyfuncitem)
            verdict = self.verdict_on(pyfuncitem)
            if verdict.outcome is not Outcome.CORRECT:
                staff = [shown.text for shown in verdict.exhibits if isinstance(shown, ForStaff)]
                lines = [f"{verdict.outcome}: {verdict.message}", *verdict.details, *filter(None, staff)]
                text = "\n".join(lines)
                pytest.fail(text, pytrace=False)
            return True

    folder = Path(config.args[0]).resolve()
    try:
        assignment = load_assignment(folder if folder.is_dir() else folder.parent)
    except AssignmentError as problem:
        raise pytest.UsageError(str(problem)) from problem
    return InteractiveJudge(assignment, work=lambda judge: None)
