"""Bytes to and from one student process, by a deadline: its frames, what it prints, and how it ended."""

from __future__ import annotations

import os
import select
import socket
import time

from grader.sandbox.errors import Crashed, ProtocolViolation, TimedOut
from grader.sandbox.worker import frames
from grader.sandbox.worker.limits import Limits

_PART = 1 << 18


class Output:
    """One captured stream: what is kept of it, and how many bytes were dropped."""

    def __init__(self, descriptor: int, kept: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.dropped = 0
        self._kept = kept
        self._content = bytearray()

    def read(self) -> bool:
        """Take what is there; False at the end of the stream."""
        try:
            part = os.read(self.descriptor, _PART)
        except BlockingIOError:
            return True
        room = max(0, self._kept - len(self._content))
        self._content += part[:room]
        self.dropped += len(part[room:])
        return bool(part)

    def drain(self) -> None:
        """Take all that a dead process left in the pipe."""
        while select.select([self.descriptor], [], [], 0)[0] and self.read():
            continue

    @property
    def text(self) -> str:
        return self._content.decode("utf-8", "replace")


class Channel:
    """The grader's ends of a student process's descriptors. What waits keeps reading the output."""

    def __init__(self, requests: socket.socket, stdout: int, stderr: int, ended: int, limits: Limits) -> None:
        self._requests = requests
        self._requests.setblocking(False)
        self._ended = ended
        self._limits = limits
        self._received = bytearray()
        self.stdout = Output(stdout, limits.kept_output)
        self.stderr = Output(stderr, limits.kept_output)
        self._outputs = {stdout: self.stdout, stderr: self.stderr}
        self._poll = select.poll()
        self._poll.register(requests, select.POLLIN)
        for descriptor in (stdout, stderr, ended):
            self._poll.register(descriptor, select.POLLIN)

    def exchange(self, request: bytes, seconds: float) -> bytes:
        """Send a frame and return the body of the reply, both within `seconds`.

        Raises `TimedOut`, `Crashed` or `ProtocolViolation`.
        """
        end = time.monotonic() + seconds
        self._refuse_unsolicited()
        waiting = memoryview(request)
        while waiting:
            try:
                waiting = waiting[self._requests.send(waiting) :]
            except BlockingIOError:
                self._wait(end, seconds, sending=True)
            except (BrokenPipeError, ConnectionResetError):
                raise Crashed("it closed the connection") from None
        return self._frame(end, seconds)

    def receive(self, seconds: float) -> bytes:
        """The body of the next frame."""
        return self._frame(time.monotonic() + seconds, seconds)

    def _refuse_unsolicited(self) -> None:
        self._read_requests()
        if self._received:
            raise ProtocolViolation("the process sent a reply that nothing asked for")

    def _frame(self, end: float, seconds: float) -> bytes:
        header = frames.HEADER.size
        self._fill(header, end, seconds)
        (length,) = frames.HEADER.unpack(self._received[:header])
        if length > self._limits.reply:
            raise ProtocolViolation(f"the reply is too large: {length} bytes of {self._limits.reply}")
        self._fill(header + length, end, seconds)
        body = bytes(self._received[header : header + length])
        del self._received[: header + length]
        return body

    def _fill(self, length: int, end: float, seconds: float) -> None:
        while len(self._received) < length:
            self._wait(end, seconds)

    def _wait(self, end: float, seconds: float, sending: bool = False) -> None:
        """Read what comes; return after something has."""
        left = end - time.monotonic()
        if left <= 0:
            raise TimedOut(seconds)
        self._poll.modify(self._requests, select.POLLIN | (select.POLLOUT if sending else 0))
        ready = {descriptor for descriptor, _ in self._poll.poll(left * 1000)}
        for descriptor, output in self._outputs.items():
            if descriptor in ready and not output.read():
                self._poll.unregister(descriptor)
        if self.stdout.dropped + self.stderr.dropped > self._limits.output_flood:
            raise ProtocolViolation("the process printed without end")
        if self._requests.fileno() in ready:
            if not self._read_requests():
                raise Crashed("it closed the connection")
        elif self._ended in ready:
            raise Crashed("it ended")

    def _read_requests(self) -> bool:
        """Plain `recv`: the kernel drops descriptors that a process tries to pass to us. False at the end."""
        try:
            part = self._requests.recv(_PART)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        self._received += part
        return bool(part)

    def has_ended(self, seconds: float) -> bool:
        """Whether the process, or its server, ends within `seconds`."""
        return bool(select.select([self._ended], [], [], seconds)[0])

    def wait_for_end(self, seconds: float) -> bytes | None:
        """The server's report of how the process ended; None when the server ended or was too late."""
        if not self.has_ended(seconds):
            return None
        report = os.read(self._ended, 4096)
        return report[frames.HEADER.size :] or None

    def close(self) -> None:
        """Take the rest of the output and close all. The process has ended."""
        self._requests.close()
        os.close(self._ended)
        for output in self._outputs.values():
            output.drain()
            os.close(output.descriptor)
