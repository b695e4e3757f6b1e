"""Where a class is marked: on this machine, or on others (grader.cluster)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from grader.assignment import Assignment
from grader.batch.engine import OnGraded, isolation_of, mark_many
from grader.batch.wire import Order
from grader.results import Isolation
from grader.sandbox import SandboxServer
from grader.sandbox.isolation import Wanted
from grader.store import StoreReader


class Crew(Protocol):
    """Processes that are ready to mark hand-ins of one assignment."""

    @property
    def isolation(self) -> Isolation:
        """How they confine student code."""

    def mark(self, orders: Sequence[Order], store: StoreReader | None, on_graded: OnGraded) -> None:
        """Mark every order, and tell what came of each as soon as it is there.

        Verdicts of `store` that stand are not made again. Raises AssignmentError if the checks cannot be run,
        Interrupted on Ctrl-C.
        """


class Machines(Protocol):
    """Where there are crews."""

    @property
    def facts(self) -> Mapping[str, int]:
        """What the log of a run says of them."""

    def crew(self, assignment: Assignment, wanted: Wanted, hand_ins: int) -> AbstractContextManager[Crew]:
        """A crew for as many hand-ins, which is sent home in the end. Raises NoConfinement."""


@dataclass(frozen=True, slots=True)
class ThisMachine:
    """This machine, with so many hand-ins judged at once."""

    jobs: int

    @property
    def facts(self) -> Mapping[str, int]:
        """What the log of a run says of it."""
        return {"jobs": self.jobs}

    @contextmanager
    def crew(self, assignment: Assignment, wanted: Wanted, hand_ins: int) -> Iterator[Crew]:
        """Judging processes around one sandbox server."""
        jobs = max(1, min(self.jobs, hand_ins))
        with SandboxServer.start(wanted, clients=jobs) as server:
            yield _LocalCrew(assignment, server, jobs)


@dataclass(frozen=True, slots=True)
class _LocalCrew:
    assignment: Assignment
    server: SandboxServer
    jobs: int

    @property
    def isolation(self) -> Isolation:
        return isolation_of(self.server)

    def mark(self, orders: Sequence[Order], store: StoreReader | None, on_graded: OnGraded) -> None:
        mark_many(self.assignment, orders, self.server, self.jobs, store, on_graded)
