"""Work in a process of its own, with a deadline: it may die, hang, or be told to stop, and we go on."""

from __future__ import annotations

import os
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_LARGEST = 16 << 20
_LOG_KEPT = 2000
_CHUNK = 1 << 16
_MARGIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Ended:
    """What the work gave; or None, why not, and the end of what it wrote to stderr."""

    data: bytes | None
    reason: str = ""
    log: str = ""


class _Stopped(Exception):  # noqa: N818 - what happened, and nobody's error
    """A signal told us to stop."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Signals that would end us wait for `supervised`, which stops its work, or for the end of the block."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise _Stopped(signal.Signals(number).name)

    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN)  # what was held back has been answered
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
            signal.signal(number, handler)


def supervised(work: Callable[[], bytes], deadline: float, in_child: Callable[[], None]) -> Ended:
    """Do the work in a fork of this process until `deadline` (time.monotonic), inside `undisturbed`.

    in_child: called there first, to let go of what it must not have. Afterwards nothing of it runs any more.
    """
    if deadline <= time.monotonic():
        return Ended(None, "there was no time")
    data_end, data_in = os.pipe()
    log_end, log_in = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _be_the_child(work, data_in, log_in, deadline, in_child)
        except BaseException:
            with suppress(OSError):
                os.write(log_in, traceback.format_exc()[-_LOG_KEPT:].encode("utf-8", "backslashreplace"))
        finally:
            os._exit(1)
    os.close(data_in)
    os.close(log_in)
    data, log = bytearray(), bytearray()
    reason = ""
    try:
        _collect(child, {data_end: data, log_end: log}, deadline)
    except TimeoutError:
        reason = "it took longer than it may"
    except _Stopped as stopped:
        reason = f"it was told to stop ({stopped})"
    except OverflowError:
        reason = "its result is too large"
    finally:
        status = _end(child)
        os.close(data_end)
        os.close(log_end)
    if not reason and status != 0:
        reason = f"its process ended with {_how(status)}"
    return Ended(None if reason else bytes(data), reason, log.decode("utf-8", "replace"))


def _be_the_child(
    work: Callable[[], bytes], data_in: int, log_in: int, deadline: float, in_child: Callable[[], None]
) -> NoReturn:
    """In a session of its own, with an alarm that ends it should the parent not be there to do so."""
    os.setsid()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(max(0.0, deadline - time.monotonic())) + _MARGIN_SECONDS)
    os.dup2(log_in, 2)
    in_child()
    data = memoryview(work())
    while data:
        data = data[os.write(data_in, data) :]
    os._exit(0)


def _collect(child: int, into: dict[int, bytearray], deadline: float) -> None:
    """Read until the child has ended; its own children may hold the pipes open and do not count."""
    handle = os.pidfd_open(child)
    try:
        poll = select.poll()
        for descriptor in (*into, handle):
            poll.register(descriptor, select.POLLIN)
        for descriptor in into:
            os.set_blocking(descriptor, False)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for descriptor in _ready(poll, left):
                if descriptor == handle:
                    for pipe, kept in into.items():
                        _drain(pipe, kept)
                    return
                if not _take(descriptor, into[descriptor]):
                    poll.unregister(descriptor)
            _check_sizes(into)
    finally:
        os.close(handle)


def _ready(poll: select.poll, seconds: float) -> list[int]:
    """The descriptors with something to read; here, and only here, a signal is listened to."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    try:
        return [descriptor for descriptor, _ in poll.poll(seconds * 1000)]
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def _check_sizes(into: dict[int, bytearray]) -> None:
    data, log = into.values()
    if len(data) > _LARGEST:
        raise OverflowError
    del log[:-_LOG_KEPT]


def _take(descriptor: int, kept: bytearray) -> bool:
    """One piece; False at the end."""
    with suppress(BlockingIOError):
        piece = os.read(descriptor, _CHUNK)
        kept += piece
        return bool(piece)
    return True


def _drain(descriptor: int, kept: bytearray) -> None:
    """What an ended process has left, at most what a pipe holds and some."""
    with suppress(BlockingIOError):
        for _ in range(32):
            piece = os.read(descriptor, _CHUNK)
            if not piece:
                return
            kept += piece


def _end(child: int) -> int:
    """Kill what is left of the child's session, wait for it, and give its exit code."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)  # it may not have its session yet
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _how(status: int) -> str:
    return f"exit code {status}" if status > 0 else signal.Signals(-status).name
