"""Grading one hand-in: open it, judge it, and make its result."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.assignment import Assignment, Criterion
from grader.judge.grounds import tool_versions
from grader.judge.line import NotRecorded
from grader.judge.plugin import JudgePlugin, Verdicts
from grader.judge.reading import for_a_person
from grader.judge.settle import grader_error
from grader.judge.student import Student
from grader.judge.tape import Tape
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

UNCONFINED = Isolation(level="none")


class Grader:
    """Grades hand-ins for one assignment, one after another, with one sandbox client.

    Without a client, whatever needs a student process raises NotRecorded.
    """

    def __init__(
        self,
        assignment: Assignment,
        judge: JudgePlugin,
        client: Client | None,
        isolation: Isolation = UNCONFINED,
    ) -> None:
        """isolation: for results to record; `decide` gives verdicts alone."""
        self._assignment = assignment
        self._judge = judge
        self._client = client
        self._isolation = isolation

    def grade(self, path: Path, name: str | None = None, only: Sequence[str] = ()) -> Result:
        """Grade the folder or file at `path`; a hand-in that cannot be read gets a result that says so.

        only: the questions to grade; the result has no others.
        """
        started = time.monotonic()
        asked = self._assignment.limited_to(only)
        try:
            submission = read_hand_in(self._assignment, path, name)
        except SubmissionError as problem:
            return unreadable_result(asked, name or path.name, str(problem), self._isolation)
        verdicts = self.decide(submission, only)
        return make_result(asked, submission, verdicts, self._isolation, time.monotonic() - started)

    def decide(
        self,
        submission: Submission,
        only: Sequence[str] = (),
        tape: Tape | None = None,
        known: Mapping[str, Verdict] | None = None,
    ) -> Verdicts:
        """The verdicts on a hand-in that was read, by `question/criterion`.

        only: questions, as above. tape: see Student. known: verdicts that stand. Raises SandboxError.
        """
        with Student(self._assignment, submission, self._fork, tape) as student:
            return self._judge.judge(student, only, known)

    def _fork(self) -> StudentProcess:
        if self._client is None:
            raise NotRecorded
        return self._client.fork(student_limits(self._assignment))


def read_hand_in(assignment: Assignment, path: Path, name: str | None = None) -> Submission:
    """Read a folder or file as the assignment says; nothing is executed. Raises SubmissionError."""
    return open_submission(
        path,
        notebook_patterns=assignment.files.notebook,
        writeup_patterns=assignment.files.writeup,
        asked_names=assignment.asked_names,
        name=name,
    )


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
    missing: Verdict | None = None,
) -> Result:
    """Put verdicts into the rubric; a criterion for a person, or one without a verdict, stays pending.

    missing: stands for verdicts that are not there; by default that is a failure of the grader's.
    """
    notebook = submission.notebook
    is_whole = notebook or (submission.writeup and assignment.files.writeup_alone)
    problem = None if is_whole else "There is no notebook in the hand-in."
    return _result(
        assignment,
        submission.name,
        for_a_person(assignment, submission, verdicts),
        isolation,
        problem=problem,
        notebook=notebook.path.name if notebook else None,
        notices=submission.notices,
        seconds=seconds,
        missing=missing,
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
    missing: Verdict | None = None,
) -> Result:
    missing = missing or grader_error("its check gave no verdict")
    questions = []
    for question in assignment.questions:
        criteria = [
            CriterionResult.of(
                criterion.id,
                criterion.title,
                criterion.marks,
                _verdict_on(criterion, verdicts.get(f"{question.id}/{criterion.id}"), missing),
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


def _verdict_on(criterion: Criterion, verdict: Verdict | None, missing: Verdict) -> Verdict:
    """The verdict that counts: what a person decides waits for one, unless it is worth no marks."""
    if verdict is None and criterion.by == "check":
        return missing
    verdict = verdict or needs_person("A person reads this part.")
    if verdict.outcome is Outcome.NEEDS_PERSON and not criterion.marks:
        return Verdict(Outcome.NOT_CHECKED, 0.0, "Worth no marks, so nobody marks it.")
    return verdict
