"""Marking a class again from what was recorded, and running students' code only for what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment
from grader.batch.engine import outcomes, seconds_for, with_checks
from grader.batch.marking import Bases
from grader.batch.moves import Move
from grader.batch.output import Output
from grader.batch.plan import Basis, content_digests, stored_name
from grader.batch.publish import publish
from grader.batch.remark import STORED, Remarker
from grader.batch.run_log import RunLog
from grader.batch.session import run_of
from grader.batch.wire import Graded, GradedAgain, Order
from grader.batch.workers import Done, Failure, Job, WorkerPool
from grader.errors import Exit, GraderError
from grader.judge import JudgePlugin
from grader.judge.grounds import reading
from grader.sandbox import SandboxServer
from grader.store import Store, StoredResult, StoreReader
from grader.submission import HandIn
from grader.training import DeviceMissing, check_device

WRITTEN_AT_ONCE = 100, 16 << 20
"""Hand-ins, and bytes of their recordings, that are gathered before they are written."""

OnMarked = Callable[[str, GradedAgain], None]


def trained_as_before(assignment: Assignment, device: str | None) -> Assignment:
    """With its training checks where there were any. Raises CannotRegrade where their device is missing."""
    try:
        if device is not None:
            check_device(device)
    except DeviceMissing:
        raise CannotRegrade(
            f"Networks were trained on {device}, which is not here: do this where it is, or grade the class "
            "again without --device first."
        ) from None
    return assignment.training_on(device)


class CannotRegrade(GraderError):  # noqa: N818 - what happened
    """The folder's results cannot be marked again like this; the message says what to do."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Remarked:
    """What a new result changes for a hand-in, with persons' marks.

    moves: the criteria of which marks or outcome change. is_reworded: only what is said changes.
    played, asked: criteria judged anew from recorded replies alone, and those for which its code was run.
    """

    name: str
    moves: tuple[Move, ...]
    is_reworded: bool
    played: frozenset[str]
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Regraded:
    """A class marked again. failed: the names of hand-ins that stay as they are, with the reason."""

    remarked: tuple[Remarked, ...]
    failed: tuple[tuple[str, str], ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """Everyone's."""
        return tuple(move for remarked in self.remarked for move in remarked.moves)


class Regrade:
    """Marks the hand-ins of a batch's folder again. Whoever uses it holds the folder's lock (store.lock)."""

    def __init__(
        self,
        assignment: Assignment,
        folder: Path,
        jobs: int,
        hand_ins: Sequence[HandIn] = (),
        *,
        unconfined: bool = False,
    ) -> None:
        """hand_ins: files to read again, where it matters how they are read; else the store's copy is used.

        unconfined: code may be run without confinement, if the class was. Raises CannotRegrade, StoreError.
        """
        self._folder = folder
        self._jobs = jobs
        self._unconfined = unconfined
        self._failed: dict[str, str] = {}
        with StoreReader(folder) as store:
            self._assignment = assignment = trained_as_before(assignment, store.training_device())
            results = store.without_json()
            graded = {name: results[name] for name in store.class_list() if name in results}
            self._was_confined = store.last_level() != "none"
            self._basis = Basis.of(assignment, unconfined=not self._was_confined)
            self._orders = dict(self._orders_for(graded, store, hand_ins))
        self._new: list[Graded] = []
        self._new_bytes = 0
        self._rows: dict[str, StoredResult] = {}
        self._level: str | None = None

    @property
    def total(self) -> int:
        """How many hand-ins there are to mark."""
        return len(self._orders)

    def run(self, on_done: Callable[[Remarked], None], *, to_accept: bool = False) -> Regraded:
        """Mark all. New verdicts and recordings are kept; the results that count stay as they are.

        to_accept: keep the new results for `accept`.
        """
        remarked: dict[str, Remarked] = {}

        def keep(name: str, again: GradedAgain) -> None:
            graded, changes = again.graded, again.difference
            self._keep(graded)
            if to_accept:
                digest = self._orders[name].digest
                self._rows[name] = self._basis.row(name, digest, graded.json, is_whole=graded.is_whole)
            remarked[name] = Remarked(name, changes.moves, changes.is_reworded, graded.played, graded.asked)
            on_done(remarked[name])

        log = RunLog(self._folder, tuple(self._orders))
        with log.run("regrade", self._assignment.id, hand_ins=self.total, jobs=self._jobs):
            with_checks(self._assignment, lambda judge: self._mark_all(judge, keep))
            self._write()
        for name, reason in self._failed.items():
            log.failure(name, reason)
        return Regraded(
            tuple(remarked[name] for name in sorted(remarked)), tuple(sorted(self._failed.items()))
        )

    def accept(self, also: Sequence[Output] = ()) -> None:
        """Make the new results those that count, all at once, and write the files, `also` included."""
        with Store(self._folder) as store:
            run = store.begin_run(run_of("regrade", self._assignment, self._level))
            store.replace_results(run, [self._rows[name] for name in sorted(self._rows)])
            publish(store, self._folder, also)

    def _orders_for(
        self, graded: dict[str, StoredResult], store: StoreReader, hand_ins: Sequence[HandIn]
    ) -> Iterator[tuple[str, Order]]:
        """What to mark. A hand-in of which the store has no content, or other content, stays as it is."""
        paths = {stored_name(hand_in): hand_in.path for hand_in in hand_ins}
        digests = content_digests(self._assignment, hand_ins)
        now = reading(self._assignment)
        for name, row in graded.items():
            content = store.hand_in(row.hand_in)
            if content is None:
                self._failed[name] = "it could not be graded before: `grader batch` tries again"
            elif hand_ins and digests.get(name) != row.hand_in:
                self._failed[name] = "its files are not those that were graded: `grader batch` grades them"
            elif content.reading != now and not hand_ins:
                raise CannotRegrade(
                    "How hand-ins are read has changed since: give the class's folder too, to read them "
                    "again."
                )
            else:
                yield name, Order(HandIn(name, paths.get(name, STORED)), row.hand_in)
        if not graded:
            raise CannotRegrade(f"{self._folder} holds no results yet: grade the class with `grader batch`.")

    def _mark_all(self, judge: JudgePlugin, keep: OnMarked) -> None:
        """First without a sandbox; what turns out to need one is done once one is there."""
        bases = Bases.of(self._assignment, judge, confined=self._was_confined)
        jobs = [Job(name, order.pack()) for name, order in self._orders.items()]
        pool = self._pool(judge, bases, self._jobs, None)
        left = list(self._take(pool.do(jobs), keep))
        if not left:
            return
        if not self._was_confined and not self._unconfined:
            raise CannotRegrade(
                f"The code of {len(left)} hand-ins has to be run again, and {self._folder} was graded "
                "without confinement: add --no-sandbox, or grade the class again with confinement."
            )
        processes = min(self._jobs, len(left))
        with SandboxServer.start("auto" if self._was_confined else "none", clients=processes) as server:
            self._level = server.isolation.level
            pool = self._pool(judge, bases, processes, server)
            assert not list(self._take(outcomes(pool, left, server), keep))

    def _pool(
        self, judge: JudgePlugin, bases: Bases, processes: int, server: SandboxServer | None
    ) -> WorkerPool:
        return WorkerPool(
            processes,
            lambda worker: Remarker(self._assignment, judge, bases, self._folder, server, worker).work,
            seconds_for(self._assignment, processes),
        )

    def _take(self, under_way: Iterator[Done | Failure], keep: OnMarked) -> Iterator[Job]:
        """Take in what comes; gives the jobs that need a sandbox."""
        for outcome in under_way:
            if isinstance(outcome, Failure):
                self._failed[outcome.job.name] = outcome.reason
            elif outcome.answer:
                keep(outcome.job.name, GradedAgain.unpack(outcome.answer))
            else:
                yield outcome.job

    def _keep(self, graded: Graded) -> None:
        if not graded.verdicts and not graded.recording.exchanges:
            return
        self._new.append(graded)
        self._new_bytes += sum(map(len, graded.recording.blobs.values()))
        most, most_bytes = WRITTEN_AT_ONCE
        if len(self._new) >= most or self._new_bytes > most_bytes:
            self._write()

    def _write(self) -> None:
        """Store what is new. The connection is closed again: none may be open when a worker is forked."""
        if self._new:
            with Store(self._folder) as store:
                for graded in self._new:
                    store.keep(graded.stored, self._basis.side, graded.verdicts, graded.recording, None)
            self._new.clear()
            self._new_bytes = 0
