"""Grading one hand-in: open it, judge it, and make its result."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.assignment import Assignment, Criterion
from grader.judge.plugin import JudgePlugin
from grader.judge.settle import grader_error
from grader.judge.student import Student
from grader.results import (
    CriterionResult,
    Isolation,
    Outcome,
    QuestionResult,
    Result,
    Verdict,
    needs_person,
)
from grader.sandbox import Client, Limits, StudentProcess
from grader.submission import Submission, SubmissionError, open_submission


class Grader:
    """Grades hand-ins for one assignment, one after another, with one sandbox client."""

    def __init__(
        self, assignment: Assignment, judge: JudgePlugin, client: Client, isolation: Isolation
    ) -> None:
        self._assignment = assignment
        self._judge = judge
        self._client = client
        self._isolation = isolation

    def grade(self, path: Path, name: str | None = None) -> Result:
        """Grade the folder or file at `path`; a hand-in that cannot be read gets a result that says so."""
        started = time.monotonic()
        try:
            submission = self._open(path, name)
        except SubmissionError as problem:
            return unreadable_result(self._assignment, name or path.name, str(problem), self._isolation)
        with Student(self._assignment, submission, self._fork) as student:
            verdicts = self._judge.judge(student)
        return make_result(
            self._assignment, submission, verdicts, self._isolation, time.monotonic() - started
        )

    def _open(self, path: Path, name: str | None) -> Submission:
        return open_submission(
            path,
            notebook_patterns=self._assignment.files.notebook,
            writeup_patterns=self._assignment.files.writeup,
            asked_names=self._assignment.asked_names,
            name=name,
        )

    def _fork(self) -> StudentProcess:
        return self._client.fork(student_limits(self._assignment))


def student_limits(assignment: Assignment) -> Limits:
    """What a student's process may use, as the assignment says."""
    limits = assignment.limits
    return Limits(memory=limits.memory_megabytes << 20, cpu_seconds=int(limits.total_seconds) + 1)


def make_result(
    assignment: Assignment,
    submission: Submission,
    verdicts: Mapping[str, Verdict],
    isolation: Isolation,
    seconds: float,
) -> Result:
    """Put verdicts into the rubric; a criterion for a person, or one without a verdict, stays pending."""
    notebook = submission.notebook
    is_whole = notebook or (submission.writeup and assignment.files.writeup_alone)
    problem = None if is_whole else "There is no notebook in the hand-in."
    return _result(
        assignment,
        submission.name,
        verdicts,
        isolation,
        problem=problem,
        notebook=notebook.path.name if notebook else None,
        notices=submission.notices,
        seconds=seconds,
    )


def unreadable_result(assignment: Assignment, name: str, problem: str, isolation: Isolation) -> Result:
    """The result of a hand-in that could not be read at all."""
    verdict = Verdict(Outcome.UNREADABLE, 0.0, problem)
    return _result(assignment, name, _for_every_check(assignment, verdict), isolation, problem=problem)


def failed_result(assignment: Assignment, name: str, reason: str, isolation: Isolation) -> Result:
    """The result of a hand-in on which the grader itself failed: every automatic mark is pending."""
    verdict = grader_error(reason)
    return _result(
        assignment, name, _for_every_check(assignment, verdict), isolation, problem=verdict.message
    )


def _for_every_check(assignment: Assignment, verdict: Verdict) -> dict[str, Verdict]:
    return {f"{q.id}/{c.id}": verdict for q, c in assignment.criteria() if c.by == "check"}


def _result(
    assignment: Assignment,
    name: str,
    verdicts: Mapping[str, Verdict],
    isolation: Isolation,
    *,
    problem: str | None,
    notebook: str | None = None,
    notices: tuple[str, ...] = (),
    seconds: float = 0.0,
) -> Result:
    questions = []
    for question in assignment.questions:
        criteria = [
            CriterionResult.of(
                criterion.id,
                criterion.title,
                criterion.marks,
                _verdict_on(criterion, verdicts.get(f"{question.id}/{criterion.id}")),
            )
            for criterion in question.criteria
        ]
        questions.append(QuestionResult.of(question.id, question.title, question.marks, criteria))
    return Result.of(
        questions,
        assignment=assignment.id,
        assignment_title=assignment.title,
        submission=name,
        notebook=notebook,
        problem=problem,
        notices=notices,
        isolation=isolation,
        versions=dict(tool_versions()),
        seed=assignment.seed,
        seconds=round(seconds, 1),
    )


def _verdict_on(criterion: Criterion, verdict: Verdict | None) -> Verdict:
    """The verdict that counts: what a person decides waits for one, unless it is worth no marks."""
    if criterion.by == "person":
        verdict = needs_person("A person reads this part.")
    elif verdict is None:
        verdict = grader_error("its check gave no verdict")
    if verdict.outcome is Outcome.NEEDS_PERSON and not criterion.marks:
        return Verdict(Outcome.NOT_CHECKED, 0.0, "Worth no marks, so nobody marks it.")
    return verdict


@cache
def tool_versions() -> tuple[tuple[str, str], ...]:
    """Versions that a verdict may depend on."""
    found = [("python", platform.python_version())]
    for package in ("nn-course-grader", "torch", "numpy"):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            found.append((package, "not installed as a package"))
    return tuple(found)
