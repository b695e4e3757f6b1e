"""Marking one stored hand-in again, in a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader.assignment import Assignment
from grader.batch.archive import Blobs, StoreArchive
from grader.batch.engine import isolation_of
from grader.batch.marking import Bases, Marker, submission_from
from grader.batch.wire import Graded, Order
from grader.judge import JudgePlugin, NotRecorded, read_hand_in, unreadable_result
from grader.results import Isolation
from grader.sandbox import SandboxServer
from grader.store import Recording, StoredResult, StoreReader
from grader.submission import Submission

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
        rows: Mapping[str, StoredResult],
        server: SandboxServer | None,
        worker: int,
    ) -> None:
        self._assignment = assignment
        self._bases = bases
        self._rows = rows
        self._store = StoreReader(folder)
        self._blobs = Blobs(self._store)
        self._marker = Marker(assignment, judge, bases, server.client(worker) if server else None)
        self._isolation = isolation_of(server) if server else None

    def work(self, data: bytes) -> bytes:
        """A worker's job: the packed Graded of a packed Order, or NEEDS_SANDBOX. Raises SandboxError."""
        try:
            return self.mark(Order.unpack(data)).pack()
        except NotRecorded:
            return NEEDS_SANDBOX

    def mark(self, order: Order) -> Graded:
        """Mark a hand-in again. Raises NotRecorded and SandboxError."""
        name = order.hand_in.name
        old = json.loads(self._rows[name].json)
        isolation = self._isolation or Isolation.model_validate(old["isolation"])
        stored = self._store.hand_in(order.digest)
        assert stored is not None  # looked up before the order was given
        if stored.submission is None:
            result = unreadable_result(self._assignment, name, old["problem"], isolation)
            return Graded(result, stored, (), Recording({}, {}), frozenset(), frozenset(), is_whole=True)
        known = self._store.verdicts(order.digest, self._bases.of_criteria)
        archive = StoreArchive(self._store, self._blobs, order.digest, self._bases.side)
        submission = self._content(order, stored.submission)
        return self._marker.mark(submission, replace(order, known=known), isolation, archive)

    def _content(self, order: Order, digest: bytes) -> Submission:
        hand_in = order.hand_in
        if hand_in.path != STORED:
            return read_hand_in(self._assignment, hand_in.path, hand_in.name)
        return submission_from(self._store.blob(digest), hand_in.name)
