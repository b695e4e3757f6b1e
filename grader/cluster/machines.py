"""`--dask`: the workers of a cluster as machines that mark."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from distributed import Client

from grader.assignment import Assignment
from grader.batch.engine import seconds_for
from grader.batch.machines import Crew
from grader.cluster import worker
from grader.cluster.connect import connected
from grader.cluster.crew import DaskCrew, reply_of
from grader.cluster.errors import ClusterError
from grader.cluster.messages import Charge, Hello
from grader.results import Isolation
from grader.sandbox.isolation import Wanted


@dataclass(frozen=True, slots=True)
class DaskMachines:
    """A cluster. where: as `connected` takes it. patience: seconds that a batch waits without a worker."""

    where: str
    patience: float = 300.0

    @property
    def facts(self) -> Mapping[str, int]:
        """What the log of a run says of it."""
        return {"on_a_cluster": 1}

    @contextmanager
    def crew(self, assignment: Assignment, wanted: Wanted, hand_ins: int) -> Iterator[Crew]:
        """Its workers, each with a warm service for this assignment. Raises ClusterError."""
        with connected(self.where) as client:
            name = f"grader-{uuid.uuid4().hex}"
            places = max(1, sum(client.nthreads().values()))
            plugin = worker.Grading(Charge.of(assignment, wanted), seconds_for(assignment, places))
            with _equipped(client, name, plugin):
                isolation = _first_to_be_ready(client, name)
                yield DaskCrew(client, name, assignment, isolation, self.patience)


@contextmanager
def _equipped(client: Client, name: str, plugin: worker.Grading) -> Iterator[None]:
    try:
        client.register_plugin(plugin, name=name)
    except Exception as error:
        raise ClusterError(
            f"The cluster's workers cannot load the grader ({type(error).__name__}: {error}): install "
            "nn-course-grader with the extra `cluster` there, in this version."
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):  # the scheduler may be gone, which was said already
            client.unregister_worker_plugin(name)


def _first_to_be_ready(client: Client, name: str) -> Isolation:
    reply = reply_of(client.submit(worker.hello, name, pure=False))
    if reply.kind != "done":
        raise ClusterError(f"No worker of the cluster can grade: {reply.sentence}")
    return Hello.model_validate_json(reply.content).isolation
