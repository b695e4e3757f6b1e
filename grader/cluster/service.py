"""What marks hand-ins on a worker: `python -m grader.cluster.service DESCRIPTOR`, a process of its own.

A Dask worker runs tasks in threads; the fork server must be started, and its judging be done, by a process
that has one. The service loads torch, collects the checks and starts the sandbox once, and then marks one
parcel after the other until the worker hangs up.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

from grader.assignment import load_assignment
from grader.batch.engine import isolation_of, with_checks
from grader.batch.marking import Bases, Marker
from grader.cluster.messages import Charge, Hello, Parcel, Reply
from grader.errors import GraderError
from grader.judge import JudgePlugin
from grader.sandbox import SandboxError, SandboxServer
from grader.training import check_device

DIFFERENT = (
    "Its grader, its checks or its versions of torch, numpy, sympy or Python are others than here: install "
    "the same there."
)


def serve(pipe: Connection) -> None:
    """Read the charge, say hello, answer parcels. Ends with the other side, or when the sandbox is gone."""
    charge = Charge.model_validate_json(pipe.recv_bytes())
    try:
        assignment = load_assignment(charge.assignment)
        if charge.device is not None:
            check_device(charge.device)
            assignment = assignment.training_on(charge.device)
        with SandboxServer.start(charge.wanted) as server:
            isolation = isolation_of(server)

            def work(judge: JudgePlugin) -> None:
                bases = Bases.of(assignment, judge, confined=isolation.level != "none")
                marker = Marker(assignment, judge, bases, server.client(0))
                hello = Hello(bases=bases.digest.hex(), isolation=isolation)
                pipe.send_bytes(Reply("done", hello.model_dump_json().encode()).pack())
                answer_all(pipe, hello, lambda parcel: mark(marker, parcel, hello))

            with_checks(assignment, work)
    except (SandboxError, BrokenPipeError):
        return  # the worker starts another service, or is gone itself
    except GraderError as error:
        pipe.send_bytes(Reply("refused", str(error).encode()).pack())


def answer_all(pipe: Connection, hello: Hello, marked: Callable[[Parcel], bytes]) -> None:
    """Answer parcels until the worker hangs up. Raises SandboxError when the sandbox has ended."""
    while True:
        try:
            parcel = Parcel.unpack(pipe.recv_bytes())
        except EOFError:
            return
        try:
            same = parcel.bases == hello.bases
            reply = Reply("done", marked(parcel)) if same else Reply("refused", DIFFERENT.encode())
        except SandboxError:
            raise
        except Exception as error:
            reply = Reply("failed", f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
        pipe.send_bytes(reply.pack())


def mark(marker: Marker, parcel: Parcel, hello: Hello) -> bytes:
    """What came of a hand-in, packed. Raises SandboxError."""
    return marker.mark(parcel.submission, parcel.order, hello.isolation).pack()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the batch's to handle
    serve(Connection(int(sys.argv[1])))
