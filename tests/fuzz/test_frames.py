"""Bytes from a hostile process: decoded to plain values, or refused with the fault that says so."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import hypothesis.strategies as st
import msgpack
import numpy as np

from grader.sandbox import Crashed, Limits, ProtocolViolation, StudentProcess, StudentRaised, TimedOut
from grader.sandbox.channel import Channel
from grader.sandbox.worker import frames

from .edits import VALUES, Edit, edited_bytes, edited_tree, tree_edits
from .replies import NO_SUCH_PROCESS, arrays
from .trial import Fuzz

ERROR = {"type": "ValueError", "message": "no", "cell": 3, "line": 2, "traceback": "Traceback"}
REPLIES: Sequence[Any] = (
    {"ok": True, "value": None},
    {"ok": True, "value": [1, 2.5, "text", b"bytes", {"a": [True]}]},
    {"ok": True, "value": {"w": np.arange(6.0).reshape(2, 3), "b": np.ones(3, "f4")}},
    {"ok": False, "error": ERROR},
)
BODIES = [frames.pack(reply)[frames.HEADER.size :] for reply in REPLIES]
PATIENCE = 0.03
SMALL = Limits(reply=100_000, kept_output=1_000, output_flood=20_000)


def test_bytes_of_frames(fuzz: Fuzz) -> None:
    def example(body: bytes) -> str:
        try:
            value = frames.decode(body)
        except frames.FrameError:
            return "refused"
        assert_plain(value)
        return "read"

    bombs = st.sampled_from(
        [b"\xdd\x00\x01\x00\x00", b"\x91" * 60_000, b"\xdf\xff\xff\xff\xff", b"\xc7\xff\x01"]
    )
    cases = (
        edited_bytes(BODIES) | st.builds(bytes.__add__, bombs, edited_bytes(BODIES)) | st.binary(max_size=60)
    )
    assert {"read", "refused"} <= set(fuzz.run("frames, bytes", cases, example).outcomes)


def test_values_in_frames(fuzz: Fuzz) -> None:
    trees = [msgpack.unpackb(body) for body in BODIES]

    def example(case: tuple[int, list[Edit]]) -> str:
        try:
            body = msgpack.packb(edited_tree(trees[case[0]], case[1]))
        except (ValueError, OverflowError, UnicodeEncodeError):
            return "not msgpack"
        with child(body, seconds=5.0) as process:
            return reply_of(process, seconds=5.0)

    cases = st.tuples(st.integers(0, len(trees) - 1), tree_edits(VALUES | arrays()))
    figures = fuzz.run("frames, values", cases, example)
    assert {"a value", "StudentRaised", "ProtocolViolation"} <= set(figures.outcomes)


def test_bytes_in_the_channel(fuzz: Fuzz) -> None:
    honest = [frames.pack(reply) for reply in REPLIES]
    headers = [frames.HEADER.pack(length) for length in (0, 1, 99_999, 100_001, 1 << 40, (1 << 64) - 1)]

    def example(case: tuple[list[bytes], bytes, bool]) -> str:
        parts, printed, hangs_up = case
        with child(*parts, printed=printed, hangs_up=hangs_up) as process:
            first = reply_of(process)
            return first if not process.alive else f"{first}, then {reply_of(process)}"

    parts = st.lists(st.sampled_from(honest + headers) | edited_bytes(honest, most=2), max_size=3)
    printed = st.sampled_from([b"", b"\x1b[2J", b"x" * 30_000, b"\xff\0" * 900])
    figures = fuzz.run("frames, in the channel", st.tuples(parts, printed, st.booleans()), example)
    assert {"Crashed", "TimedOut", "ProtocolViolation"} <= set(figures.outcomes)


def reply_of(process: StudentProcess, seconds: float = PATIENCE) -> str:
    """What asking once gives."""
    try:
        assert_plain(process.request({"op": "call"}, seconds))
    except (StudentRaised, TimedOut, ProtocolViolation, Crashed) as fault:
        return type(fault).__name__
    finally:
        assert len(process.stdout) <= SMALL.kept_output
    return "a value"


class _NoProcess(StudentProcess):
    """Only the grader's ends: what is killed is no process."""

    def __init__(self, channel: Channel, ends: int) -> None:
        super().__init__(channel, NO_SUCH_PROCESS, None, SMALL)
        self._ends: int | None = ends

    def end(self) -> None:
        """Report the end as the server does."""
        if self._ends is not None:
            os.write(self._ends, frames.pack({"exit": 0, "cpu_seconds": 0.0, "max_rss": 1}))
            self._ends = None

    _kill = end


@contextmanager
def child(
    *parts: bytes, printed: bytes = b"", hangs_up: bool = False, seconds: float = PATIENCE
) -> Iterator[StudentProcess]:
    """A process whose other end waits for a request, prints, sends the parts, and may hang up."""
    ours, theirs = socket.socketpair()
    pipes = [os.pipe() for _ in ("stdout", "stderr", "ended")]
    (stdout, prints), (stderr, _), (ended, ends) = pipes
    os.set_blocking(prints, False)
    theirs.settimeout(seconds + 2.0)

    def answer() -> None:
        try:
            if theirs.recv(1 << 16):
                os.write(prints, printed)
                theirs.sendall(
                    b"".join(frames.HEADER.pack(len(p)) + p if seconds > PATIENCE else p for p in parts)
                )
                if hangs_up:
                    theirs.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the grader has hung up first

    other_end = threading.Thread(target=answer)
    other_end.start()
    process = _NoProcess(Channel(ours, stdout, stderr, ended, SMALL), ends)
    if hangs_up:
        process.end()
    try:
        yield process
    finally:
        process.close()
        other_end.join()
        theirs.close()
        for _, end in pipes:
            os.close(end)


def assert_plain(value: Any) -> None:
    """Nothing but what frames carry; arrays cannot be written to."""
    if isinstance(value, list):
        for item in value:
            assert_plain(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            assert type(key) is str
            assert_plain(item)
    elif isinstance(value, np.ndarray):
        assert not value.flags.writeable and value.dtype.kind in "biufc"
    else:
        assert value is None or type(value) in (bool, int, float, str, bytes)
