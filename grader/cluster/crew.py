"""The workers of a cluster as a crew: parcels go out a few at a time, and what is lost goes out again."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field

from distributed import Client, Future, KilledWorker, wait

from grader.assignment import Assignment
from grader.batch.engine import OnGraded, with_checks, with_known
from grader.batch.marking import Bases, unreadable
from grader.batch.wire import Graded, Order
from grader.batch.workers import TRIES, Failure, Job
from grader.cluster import worker
from grader.cluster.errors import ClusterError, SchedulerLost
from grader.cluster.messages import Parcel, Reply
from grader.judge import JudgePlugin, read_hand_in
from grader.results import Isolation
from grader.store import StoreReader
from grader.submission import SubmissionError

LOOK_SECONDS = 5.0
"""How long to wait for an answer before looking whether there are workers at all."""


@dataclass(frozen=True, slots=True)
class DaskCrew:
    """Workers that have the plugin of this name.

    isolation: of the first that was ready. patience: seconds without a worker after which a batch gives up.
    """

    client: Client
    plugin: str
    assignment: Assignment
    isolation: Isolation
    patience: float

    def mark(self, orders: Sequence[Order], store: StoreReader | None, on_graded: OnGraded) -> None:
        """As Crew.mark. Raises ClusterError where workers differ from here, or are gone and stay away."""

        def work(judge: JudgePlugin) -> None:
            bases = Bases.of(self.assignment, judge, confined=self.isolation.level != "none")
            _Batch(self, bases, on_graded, deque(with_known(orders, store, bases))).run()

        with_checks(self.assignment, work)


@dataclass(slots=True)
class _Batch:
    """Orders that wait or are under way. seen: when there was a worker last."""

    crew: DaskCrew
    bases: Bases
    on_graded: OnGraded
    waiting: deque[Order]
    under_way: dict[Future[bytes], Order] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)
    seen: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Until there is nothing left."""
        try:
            while self.waiting or self.under_way:
                self._send(self._places())
                for future in self._answered():
                    self._take(self.under_way.pop(future), future)
        finally:
            with suppress(OSError):  # the scheduler may be gone, which was said already
                self.crew.client.cancel(list(self.under_way), force=True)

    def _places(self) -> int:
        """Threads of workers that are there now. Raises ClusterError when there have been none for long."""
        try:
            places: int = sum(self.crew.client.nthreads().values())
        except OSError:
            raise SchedulerLost from None
        now = time.monotonic()
        if places:
            self.seen = now
        elif now - self.seen > self.crew.patience:
            raise ClusterError(
                f"The cluster has had no worker for {self.crew.patience:.0f} s; what was graded is kept. "
                "Start workers, and give the same command again to go on."
            )
        return places

    def _send(self, places: int) -> None:
        """Keep every worker busy and its next parcel at the door; more would only fill the scheduler."""
        while self.waiting and len(self.under_way) < 2 * places + 1:
            order = self.waiting.popleft()
            hand_in = order.hand_in
            try:
                submission = read_hand_in(self.crew.assignment, hand_in.path, hand_in.name)
            except SubmissionError as problem:
                told = unreadable(self.crew.assignment, order, problem, self.crew.isolation, self.bases)
                self.on_graded(order, told)
                continue
            parcel = Parcel(order, submission, self.bases.digest.hex()).pack()
            future = self.crew.client.submit(worker.mark, self.crew.plugin, parcel, pure=False)
            self.under_way[future] = order

    def _answered(self) -> Iterable[Future[bytes]]:
        """Those under way that ended; waits for the first, for a while."""
        if not self.under_way:
            return ()
        try:
            return set(wait(list(self.under_way), LOOK_SECONDS, "FIRST_COMPLETED").done)
        except TimeoutError:
            return ()

    def _take(self, order: Order, future: Future[bytes]) -> None:
        """Hand on what came of an order, or have it tried again."""
        reply = reply_of(future)
        if reply.kind == "refused":
            raise ClusterError(reply.sentence)
        if reply.kind == "done":
            self.on_graded(order, Graded.unpack(reply.content))
            return
        name = order.hand_in.name
        self.tries[name] += 1
        if self.tries[name] < TRIES:
            self.waiting.append(order)
        else:
            self.on_graded(order, Failure(Job(name), reply.sentence))


def reply_of(future: Future[bytes]) -> Reply:
    """What a worker said, or that it could not. Raises ClusterError when the scheduler is gone."""
    try:
        return Reply.unpack(future.result())
    except KilledWorker:
        return Reply("failed", b"the judging process died")
    except CancelledError:
        raise SchedulerLost from None
    except Exception as error:
        return Reply("failed", f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
