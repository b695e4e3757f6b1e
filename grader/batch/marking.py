"""Marking one hand-in in a worker: read it, judge it with a tape running, and say what came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.assignment import Assignment
from grader.batch.wire import Graded, Order
from grader.judge import Grader, JudgePlugin, make_result, read_hand_in, unreadable_result
from grader.judge.grounds import grounds, reading, student_side
from grader.judge.tape import Archive, Tape
from grader.results import Isolation, Outcome, Result, Verdict, needs_person
from grader.results.model import showable
from grader.sandbox import Client
from grader.store import Recording, StoredHandIn, StoredVerdict
from grader.store.digest import digest
from grader.store.reader import verdict_as_text
from grader.store.recording import packed
from grader.submission import Submission, SubmissionError

_SUBMISSION = TypeAdapter(Submission)

NOT_ASKED = needs_person("Not graded yet: the last run asked for other questions only.")


@dataclass(frozen=True, slots=True)
class Bases:
    """What everything rests on, computed once: see judge.grounds."""

    side: bytes
    reading: bytes
    of_criteria: Mapping[str, bytes]

    @classmethod
    def of(cls, assignment: Assignment, judge: JudgePlugin, *, confined: bool) -> Bases:
        """For checks that were collected."""
        side = student_side(assignment, confined=confined)
        return cls(side, reading(assignment), grounds(assignment, judge.checks, side))

    @property
    def digest(self) -> bytes:
        """Of all of it."""
        each = (part for name in sorted(self.of_criteria) for part in (name.encode(), self.of_criteria[name]))
        return digest(self.side, self.reading, *each)


class Marker:
    """Marks hand-ins of one assignment, in one process. Without a client, nothing but what was recorded."""

    def __init__(
        self,
        assignment: Assignment,
        judge: JudgePlugin,
        bases: Bases,
        client: Client | None,
    ) -> None:
        self._assignment = assignment
        self._grader = Grader(assignment, judge, client)
        self._bases = bases
        self._sent: set[bytes] = set()

    def mark_files(self, order: Order, isolation: Isolation) -> Graded:
        """Read the files of an order and judge them. Raises SandboxError."""
        hand_in = order.hand_in
        try:
            submission = read_hand_in(self._assignment, hand_in.path, hand_in.name)
        except SubmissionError as problem:
            return unreadable(self._assignment, order, problem, isolation, self._bases)
        return self.mark(submission, order, isolation)

    def mark(
        self,
        submission: Submission,
        order: Order,
        isolation: Isolation,
        archive: Archive | None = None,
        stored: StoredHandIn | None = None,
    ) -> Graded:
        """Judge what was read, and play back what `archive` holds.

        stored: what the store has of the hand-in, where that is where it was read from.
        Raises SandboxError, and NotRecorded where there is no client.
        """
        started = time.monotonic()
        tape = Tape(archive)
        known = order.known or {}
        verdicts = self._grader.decide(submission, order.hand_in.only, tape, known)
        made = {name: verdict for name, verdict in verdicts.items() if verdict is not known.get(name)}
        result = make_result(
            self._assignment,
            submission,
            {**known, **verdicts},
            isolation,
            time.monotonic() - started,
            missing=NOT_ASKED if order.hand_in.only else None,
        )
        recording = tape.recording(self._sent)
        self._sent.update(recording.blobs)
        content: Mapping[bytes, bytes] = {}
        if stored is None:
            text = submission_as_bytes(submission)
            stored = StoredHandIn(order.digest, self._bases.reading, digest(text))
            content = {digest(text): packed(text)}
        return Graded(
            result.model_dump_json(),
            stored,
            tuple(self._rows(made)),
            replace(recording, blobs={**recording.blobs, **content}),
            played=frozenset(made.keys() - tape.asked),
            asked=frozenset(made.keys() & tape.asked),
            is_whole=is_whole(result),
        )

    def _rows(self, verdicts: Mapping[str, Verdict]) -> list[StoredVerdict]:
        """What is worth keeping: no failure of ours, which is tried again, nothing that was not checked."""
        passing = (Outcome.GRADER_ERROR, Outcome.NOT_CHECKED)
        return [
            StoredVerdict(name, self._bases.of_criteria[name], verdict_as_text(verdict))
            for name, verdict in verdicts.items()
            if verdict.outcome not in passing
        ]


def unreadable(
    assignment: Assignment, order: Order, problem: SubmissionError, isolation: Isolation, bases: Bases
) -> Graded:
    """What came of a hand-in whose files cannot be read."""
    result = unreadable_result(assignment, order.hand_in.name, str(problem), isolation)
    stored = StoredHandIn(order.digest, bases.reading, None)
    return nothing_marked(result, stored)


def nothing_marked(result: Result, stored: StoredHandIn) -> Graded:
    """What came of a hand-in of which no check was run."""
    nothing = frozenset[str]()
    return Graded(result.model_dump_json(), stored, (), Recording({}, {}), nothing, nothing, is_whole=True)


def is_whole(result: Result) -> bool:
    """Whether there is nothing that another run of the same command would add."""
    criteria = [criterion for question in result.questions for criterion in question.criteria]
    return not any(
        criterion.outcome is Outcome.GRADER_ERROR or criterion.message == NOT_ASKED.message
        for criterion in criteria
    )


def submission_as_bytes(submission: Submission) -> bytes:
    """What was read of a hand-in as JSON, without its name and without the folders that it lay in."""
    notebook, writeup = submission.notebook, submission.writeup
    bare = replace(
        submission,
        name="",
        notebook=replace(notebook, path=_bare(notebook.path)) if notebook else None,
        writeup=_bare(writeup) if writeup else None,
    )
    return json.dumps(_SUBMISSION.dump_python(bare, mode="json"), sort_keys=True).encode()


def _bare(path: Path) -> Path:
    """The file's name; bytes of it that are no text are escaped, as results escape them."""
    return Path(str(showable(path.name)))


def submission_from(data: bytes, name: str) -> Submission:
    """The submission of `submission_as_bytes`."""
    fields: dict[str, Any] = json.loads(data) | {"name": name}
    return _SUBMISSION.validate_python(fields)
