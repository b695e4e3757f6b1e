"""One question of one hand-in again: what was asked, what came back, and what the check says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.batch.archive import Blobs, StoreArchive
from grader.batch.engine import with_checks
from grader.batch.marking import submission_from
from grader.batch.regrade import trained_as_before
from grader.errors import Exit, GraderError
from grader.judge import JudgePlugin, NotRecorded, Student
from grader.judge.grading import student_limits
from grader.judge.grounds import student_side
from grader.judge.tape import Heard, Tape
from grader.results import CriterionResult, Result, Verdict
from grader.sandbox import SandboxServer, StudentFault, StudentProcess, reply_value, unpack_request
from grader.store import StoreReader
from grader.store.recording import LOADING
from grader.submission import Submission


class CannotReplay(GraderError):  # noqa: N818 - what happened
    """There is nothing to replay; the message says what to do."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Said:
    """A request, and its value or the sentence of its fault."""

    request: Mapping[str, Any]
    value: Any
    fault: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """A criterion judged again. before: as it stands in the result; None where the rubric has changed."""

    criterion: str
    before: CriterionResult | None
    verdict: Verdict
    said: tuple[Said, ...]

    @property
    def is_as_before(self) -> bool:
        """Whether the verdict is the one that stands."""
        before, now = self.before, self.verdict
        return before is not None and (before.outcome, before.message, before.details) == (
            now.outcome,
            now.message,
            now.details,
        )


class Replay:
    """A hand-in of a batch's folder, by name. Raises CannotReplay and StoreError."""

    def __init__(self, assignment: Assignment, folder: Path, name: str) -> None:
        self._store = StoreReader(folder)
        row = self._store.result(name)
        if row is None:
            raise CannotReplay(f"No hand-in {name!r} was graded in {folder}: check the name.")
        self.assignment = trained_as_before(assignment, row.device)
        self.result = Result.model_validate_json(row.json)
        content = self._store.hand_in(row.hand_in)
        if content is None or content.submission is None:
            raise CannotReplay(
                f"Nothing of {name!r} was run: {self.result.problem or 'the grader failed on it'}"
            )
        self.submission: Submission = submission_from(self._store.blob(content.submission), name)
        self.is_confined = self._store.last_level() != "none"
        self._archive = StoreArchive(
            self._store,
            Blobs(self._store),
            row.hand_in,
            student_side(assignment, confined=self.is_confined),
        )

    def question(self, question: str, server: SandboxServer | None) -> tuple[Replayed, ...]:
        """Judge a question's checks again: from the recording, or with a server by running the code.

        Raises CannotReplay where a check asks what was not recorded and there is no server.
        """
        heard: list[Heard] = []
        verdicts: dict[str, Verdict] = {}

        def work(judge: JudgePlugin) -> None:
            with self.student(server, Tape(None if server else self._archive, heard.append)) as student:
                try:
                    verdicts.update(judge.judge(student, (question,)))
                except NotRecorded:
                    raise CannotReplay(
                        "The check asks what was not recorded: it has changed since, or its replies were too "
                        "large to keep. Add --live to run the code."
                    ) from None

        with_checks(self.assignment, work)
        before = {f"{q.id}/{c.id}": c for q in self.result.questions for c in q.criteria}
        return tuple(
            Replayed(
                name,
                before.get(name),
                verdict,
                tuple(_said(one) for one in heard if one.criterion == name != LOADING),
            )
            for name, verdict in verdicts.items()
            if name.partition("/")[0] == question
        )

    def student(self, server: SandboxServer | None, tape: Tape | None = None) -> Student:
        """The hand-in as checks see it; with a server, to ask it anything."""
        return Student(self.assignment, self.submission, lambda: _fork(self.assignment, server), tape)


def _fork(assignment: Assignment, server: SandboxServer | None) -> StudentProcess:
    if server is None:
        raise NotRecorded
    return server.client(0).fork(student_limits(assignment))


def _said(heard: Heard) -> Said:
    value, fault = None, None
    if heard.reply is None:
        fault = "no answer" if heard.fault is None else f"{heard.fault.kind} {heard.fault.text}".strip()
    else:
        try:
            value = reply_value(heard.reply)
        except StudentFault as problem:
            fault = str(problem)
    return Said(unpack_request(heard.frame), value, fault, heard.seconds)
