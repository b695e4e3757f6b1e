"""One student process, as the judge sees it: a request, its deadline, its value or its fault."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from grader.sandbox.channel import Channel
from grader.sandbox.errors import (
    Crashed,
    ProtocolViolation,
    SandboxError,
    StudentRaised,
    TimedOut,
)
from grader.sandbox.worker import frames
from grader.sandbox.worker.limits import Limits

_START_SECONDS = 30.0
_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What an ended process used. `exit` is its exit code, or minus the number of the signal that killed it;
    `max_rss` (bytes) includes the libraries it shared with its server.
    """

    exit: int
    cpu_seconds: float
    max_rss: int


class StudentProcess:
    """A confined process that runs one student's code. Use as a context manager; `Client.fork` makes them.

    After `TimedOut`, `Crashed` or `ProtocolViolation` it is dead (`alive` is False); fork another.
    """

    def __init__(self, channel: Channel, pid: int, handle: int | None, limits: Limits) -> None:
        self._channel = channel
        self._pid = pid
        self._handle = handle
        self._limits = limits
        self._closed = False
        self.usage: Usage | None = None

    @property
    def alive(self) -> bool:
        return not self._closed

    @property
    def stdout(self) -> str:
        """The kept part of what it printed. Never read this for meaning."""
        return self._channel.stdout.text

    @property
    def stderr(self) -> str:
        return self._channel.stderr.text

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        """Ask for one operation (`worker/operations.py`); arrays in its value are read-only numpy arrays.

        `deadline` is in seconds, for sending, running and receiving together. Raises `StudentFault`, or
        `SandboxError` when it is not the student's.
        """
        frame = pack_request(request)
        try:
            return reply_value(self.exchange(frame, deadline))
        except ProtocolViolation:
            self.close()
            raise

    def exchange(self, frame: bytes, deadline: float) -> bytes:
        """As `request`, with a packed request and the body of the reply, which may be malformed."""
        if self._closed:
            raise SandboxError("This student process has ended; fork another one.")
        try:
            return self._channel.exchange(frame, deadline)
        except (TimedOut, ProtocolViolation):
            self.close()
            raise
        except Crashed:
            raise Crashed(self._how_it_ended()) from None

    def start(self) -> None:
        """Wait until the process is confined. Nothing of a student's has run before this returns."""
        try:
            reply = frames.decode(self._channel.receive(_START_SECONDS))
        except (TimedOut, Crashed, ProtocolViolation, frames.FrameError) as error:
            self.close()
            raise SandboxError(f"A student process did not start: {error}.") from None
        if "failed" in reply:
            self.close()
            raise SandboxError(f"A student process could not be confined: {reply['failed']}.")

    def close(self) -> None:
        """Kill the process and wait for its end; `usage` tells what it used."""
        if self._closed:
            return
        self._kill()
        self._finish()

    def _finish(self) -> None:
        self._closed = True
        report = self._channel.wait_for_end(_END_SECONDS)
        if report is not None:
            self.usage = Usage(**frames.decode(report))
        self._channel.close()
        if self._handle is not None:
            os.close(self._handle)

    def _how_it_ended(self) -> str:
        """Wait a moment for its own end, else kill it; say what happened."""
        ended = self._channel.has_ended(1.0)
        if not ended:
            self._kill()
        self._finish()
        if self.usage is None:
            raise SandboxError("The sandbox server ended while student code was running. Start it again.")
        if not ended:
            return "it closed its connection to the grader"
        return _describe(self.usage, self._limits)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            elif not self._channel.has_ended(0.0):  # without a handle: its id may be another's by now
                os.kill(self._pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def pack_request(request: Mapping[str, Any]) -> bytes:
    """A request as the process takes it. Raises `FrameError` when a value has no place in a frame."""
    return frames.pack(dict(request))


def unpack_request(frame: bytes) -> Any:
    """The request of `pack_request`, with arrays as numpy arrays."""
    return frames.decode(frame[frames.HEADER.size :])


def reply_value(body: bytes) -> Any:
    """What a reply says: its value, or `StudentRaised`; `ProtocolViolation` where it is malformed."""
    try:
        return _value(frames.decode(body))
    except frames.FrameError as error:
        raise ProtocolViolation(f"the reply is malformed: {error}") from None


def _value(reply: Any) -> Any:
    """The value of a good reply. What the process says of its own errors is only ever shown."""
    if not isinstance(reply, dict) or not isinstance(reply.get("ok"), bool):
        raise frames.FrameError("it says neither that it went well nor that it did not")
    if reply["ok"]:
        return reply.get("value")
    error = reply.get("error")
    if not isinstance(error, dict):
        raise frames.FrameError("it tells no error")
    raise StudentRaised(
        _text(error.get("type"), 100) or "Exception",
        _text(error.get("message"), 2000),
        _number(error.get("cell")),
        _number(error.get("line")),
        _text(error.get("traceback"), 20_000),
    )


def _text(value: Any, limit: int) -> str:
    return value[:limit] if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 31 else None


def _describe(usage: Usage, limits: Limits) -> str:
    if usage.exit >= 0:
        return f"it exited with code {usage.exit}"
    if usage.cpu_seconds >= limits.cpu_seconds:
        return f"it used up its {limits.cpu_seconds} s of processor time"
    if -usage.exit == signal.SIGKILL:
        return "the system killed it, most likely for want of memory"
    names = {known.value: known.name for known in signal.Signals}  # of real-time signals only two have one
    return f"signal {names.get(-usage.exit, -usage.exit)}"
