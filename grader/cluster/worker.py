"""What runs in a Dask worker: a plugin that keeps its warm services, and the tasks that use it."""

from __future__ import annotations

import queue
from typing import Any

from distributed import WorkerPlugin, get_worker

from grader.cluster.errors import ServiceLost
from grader.cluster.link import Service
from grader.cluster.messages import Charge, Reply


class Grading(WorkerPlugin):  # type: ignore[misc]
    """Keeps one warm service for each thread that a worker runs tasks in; one thread is what serves best.

    seconds_each: how long one hand-in may take.
    """

    def __init__(self, charge: Charge, seconds_each: float) -> None:
        self._charge = charge
        self._seconds_each = seconds_each

    def setup(self, worker: Any) -> None:
        """Called by Dask on every worker, on those that come later too."""
        self._idle: queue.SimpleQueue[Service] = queue.SimpleQueue()

    def teardown(self, worker: Any) -> None:
        """Called by Dask when the batch is over or the worker is told to end."""
        while not self._idle.empty():
            self._idle.get().end()

    def hello(self) -> Reply:
        """How a service of this worker introduces itself. Raises ServiceLost."""
        service = self._take()
        self._idle.put(service)
        return service.hello

    def mark(self, parcel: bytes) -> Reply:
        """The reply to a parcel. Raises ServiceLost."""
        service = self._take()
        if service.hello.kind != "done":
            service.end()
            return service.hello
        reply = service.mark(parcel, self._seconds_each)
        self._idle.put(service)
        return reply

    def _take(self) -> Service:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return Service.start(self._charge)


def hello(plugin: str) -> bytes:
    """A task: introduce a service."""
    return _reply(plugin, None)


def mark(plugin: str, parcel: bytes) -> bytes:
    """A task: mark a hand-in."""
    return _reply(plugin, parcel)


def _reply(plugin: str, parcel: bytes | None) -> bytes:
    """A packed reply that says which worker gave it, where it is not the one asked for."""
    worker = get_worker()
    grading: Grading = worker.plugins[plugin]
    try:
        reply = grading.hello() if parcel is None else grading.mark(parcel)
    except ServiceLost as lost:
        reply = Reply("failed", str(lost).encode())
    if reply.kind == "refused":
        reply = Reply("refused", f"The worker {worker.address} cannot be used: {reply.sentence}".encode())
    return reply.pack()
