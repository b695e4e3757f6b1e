"""A judging process's line to the fork server."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from grader.sandbox.channel import Channel
from grader.sandbox.errors import SandboxError
from grader.sandbox.process import StudentProcess
from grader.sandbox.worker import frames
from grader.sandbox.worker.limits import Limits

_FORK_SECONDS = 30.0


class Client:
    """Forks student processes. One for each judging process or thread; it may be used after `os.fork()`."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._control.settimeout(_FORK_SECONDS)

    def fork(self, limits: Limits | None = None) -> StudentProcess:
        """A fresh confined process, about 10 ms. Raises `SandboxError` when the server is gone or refuses."""
        limits = limits or Limits()
        with ExitStack() as on_failure:
            ours, theirs = socket.socketpair()
            on_failure.callback(ours.close)
            pipes = [os.pipe() for _ in ("stdout", "stderr", "ended")]
            for read, _ in pipes:
                on_failure.callback(os.close, read)
            try:
                reply, handle = self._ask(limits, [theirs.fileno(), *(write for _, write in pipes)])
            finally:
                theirs.close()
                for _, write in pipes:
                    os.close(write)
            on_failure.pop_all()
        stdout, stderr, ended = (read for read, _ in pipes)
        channel = Channel(ours, stdout, stderr, ended, limits)
        process = StudentProcess(channel, reply["pid"], handle, limits)
        process.start()
        return process

    def _ask(self, limits: Limits, descriptors: list[int]) -> tuple[dict[str, Any], int | None]:
        name = secrets.randbits(48)
        try:
            request = frames.pack({"request": name, "limits": asdict(limits)})
            socket.send_fds(self._control, [request], descriptors)
            reply, handle = self._answer()
            while reply["request"] != name:  # meant for a judging process that died before it could read it
                if handle is not None:
                    os.close(handle)
                reply, handle = self._answer()
        except OSError as error:
            self._control.close()
            raise SandboxError(f"The sandbox server has gone ({error}). Start it again.") from None
        if "failed" in reply:
            raise SandboxError(f"The sandbox server could not fork a student process: {reply['failed']}.")
        return reply, handle

    def _answer(self) -> tuple[dict[str, Any], int | None]:
        message, handles, _, _ = socket.recv_fds(self._control, 1 << 12, 1)
        if not message:
            raise ConnectionError("it hung up")
        return frames.decode(message[frames.HEADER.size :]), handles[0] if handles else None
