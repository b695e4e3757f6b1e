"""Marking one stored hand-in again, and comparing it with what counts, in a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.batch.archive import Blobs, StoreArchive
from grader.batch.engine import isolation_of
from grader.batch.marking import Bases, Marker, nothing_marked, submission_from
from grader.batch.moves import Difference, difference
from grader.batch.publish import marked
from grader.batch.wire import Graded, GradedAgain, Order
from grader.judge import JudgePlugin, NotRecorded, read_hand_in, unreadable_result
from grader.results import Isolation
from grader.sandbox import SandboxServer
from grader.store import StoredResult, StoreReader
from grader.store.marks import by_name

NEEDS_SANDBOX = b""
"""A worker's answer where code has to be run and there is no sandbox."""

STORED = Path()
"""In an order, the place of a hand-in whose content comes from the store."""


class Remarker:
    """Marks hand-ins from what the store has of them; with a server, runs their code for what is new."""

    def __init__(
        self,
        assignment: Assignment,
        judge: JudgePlugin,
        bases: Bases,
        folder: Path,
        server: SandboxServer | None,
        worker: int,
    ) -> None:
        self._assignment = assignment
        self._bases = bases
        self._store = StoreReader(folder)
        self._marks = by_name(self._store.marks())
        self._blobs = Blobs(self._store)
        self._marker = Marker(assignment, judge, bases, server.client(worker) if server else None)
        self._isolation = isolation_of(server) if server else None

    def work(self, data: bytes) -> bytes:
        """A worker's job: the packed GradedAgain of a packed Order, or NEEDS_SANDBOX. Raises SandboxError."""
        order = Order.unpack(data)
        row = self._store.result(order.hand_in.name)
        assert row is not None  # looked up before the order was given
        old = json.loads(row.json)
        try:
            graded = self._mark(order, old)
        except NotRecorded:
            return NEEDS_SANDBOX
        is_alike = old["questions"] == json.loads(graded.json)["questions"]
        return GradedAgain(graded, Difference() if is_alike else self._difference(row, graded)).pack()

    def _difference(self, row: StoredResult, graded: Graded) -> Difference:
        """Between the result that counts and the new one, with persons' marks."""
        marks = self._marks.get(row.name, ())
        return difference(marked(row, marks), marked(replace(row, json=graded.json), marks), graded.asked)

    def _mark(self, order: Order, old: Mapping[str, Any]) -> Graded:
        """Mark a hand-in again. old: the result that counts. Raises NotRecorded and SandboxError."""
        hand_in = order.hand_in
        isolation = self._isolation or Isolation.model_validate(old["isolation"])
        stored = self._store.hand_in(order.digest)
        assert stored is not None  # looked up before the order was given
        if stored.submission is None:
            result = unreadable_result(self._assignment, hand_in.name, old["problem"], isolation)
            return nothing_marked(result, stored)
        order = replace(order, known=self._store.verdicts(order.digest, self._bases.of_criteria))
        archive = StoreArchive(self._store, self._blobs, order.digest, self._bases.side)
        if hand_in.path == STORED:
            submission = submission_from(self._store.blob(stored.submission), hand_in.name)
            return self._marker.mark(submission, order, isolation, archive, stored)
        submission = read_hand_in(self._assignment, hand_in.path, hand_in.name)
        return self._marker.mark(submission, order, isolation, archive)
