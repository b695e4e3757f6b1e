"""A worker's end of the pipe to its service."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Self

from grader.cluster.errors import ServiceLost
from grader.cluster.messages import Charge, Reply

START_SECONDS = 300.0
"""The first import of torch from a network's disk takes its time."""


class Service:
    """A running service. `hello`: its answer to its charge, a Hello or why there is none."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: Connection, charge: Charge) -> None:
        self._process = process
        self._pipe = pipe
        self.hello = self._answer(charge.model_dump_json().encode(), START_SECONDS)

    @classmethod
    def start(cls, charge: Charge) -> Self:
        """Start a service and wait until it is ready. Raises ServiceLost."""
        ours, theirs = Pipe()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "grader.cluster.service", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        return cls(process, ours, charge)

    def mark(self, parcel: bytes, seconds: float) -> Reply:
        """Its reply to a packed parcel. Raises ServiceLost, and the service is of no use then."""
        return self._answer(parcel, seconds)

    def _answer(self, data: bytes, seconds: float) -> Reply:
        try:
            self._pipe.send_bytes(data)
            if self._pipe.poll(seconds):
                return Reply.unpack(self._pipe.recv_bytes())
        except (EOFError, OSError):
            self.end()
            raise ServiceLost("the judging process died") from None
        self.end()
        raise ServiceLost("grading took longer than it may")

    def end(self) -> None:
        """Hang up; what it is doing is given up."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()
