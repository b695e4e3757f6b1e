"""Replies as real student processes gave them, and a process that gives them again, changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
import msgpack
from hypothesis.strategies import SearchStrategy

from grader.compare.formula.worker import Checkers
from grader.judge import Student
from grader.sandbox import Client, Limits, StudentFault, StudentProcess
from grader.sandbox.channel import Channel
from grader.sandbox.worker import frames
from grader.submission import Submission, open_submission

from .checks import checks, verdict_on
from .edits import SCALARS, VALUES, Edit, byte_edits, edited, edited_tree, tree_edits
from .seeds import CLASS, a2

Change = Callable[[int, bytes], bytes]
"""From the number of a reply and its body to the body that is given instead."""

HAND_INS = ("ada_okafor", "quentin_roy", "lena_fischer")
"""A right one and two with other networks and functions; all of them have functions for most questions."""
NO_SUCH_PROCESS = 1 << 30
_SHAPES = [
    [],
    [0],
    [1],
    [3],
    [7],
    [2, 1],
    [1, 7],
    [2, 7, 32, 32],
    [2, 7, 0, 32],
    [40, 5, 8, 12],
    [1] * 8,
    [1 << 39, 0],
]
_DTYPES = ["f4", "f8", "f2", "bf16", "i8", "u1", "b1", "c8"]
_FILLINGS = [b"\0", b"\xff", b"\x7f", b"\0\0\x80\x7f", b"\0\0\xc0\x7f", b"\0\0\x80?"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One hand-in with the replies its process gave to each check, by operation, in order."""

    submission: Submission
    replies: Mapping[str, Mapping[str, Sequence[bytes]]]


@dataclass(slots=True)
class _Recorder:
    """A student process whose replies are kept."""

    process: StudentProcess
    kept: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        return self.process.alive

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        try:
            value = self.process.request(request, deadline)
            reply = {"ok": True, "value": value}
        except StudentFault as fault:
            told = {
                "type": "ValueError",
                "message": str(fault),
                "cell": 3,
                "line": 2,
                "traceback": "Traceback",
            }
            self._keep(request, {"ok": False, "error": told})
            raise
        self._keep(request, reply)
        return value

    def _keep(self, request: Mapping[str, Any], reply: object) -> None:
        self.kept.setdefault(request["op"], []).append(frames.pack(reply)[frames.HEADER.size :])

    def close(self) -> None:
        self.process.close()


def record(name: str, client: Client, checkers: Checkers) -> Recorded:
    """Run every check that asks a process on an example hand-in, in a fresh process each."""
    submission = open_submission(
        CLASS / name, notebook_patterns=a2().files.notebook, asked_names=a2().asked_names
    )
    replies = {}
    for criterion in checks():
        recorders: list[_Recorder] = []

        def fork(recorders: list[_Recorder] = recorders) -> Any:
            recorders.append(_Recorder(client.fork()))
            return recorders[-1]

        with Student(a2(), submission, fork) as student:
            verdict_on(criterion, student, checkers)
        if recorders:
            replies[criterion] = recorders[0].kept
    return Recorded(submission, replies)


class ChangedChannel(Channel):
    """The channel of a process that answers as recorded, after a change, and ends when it is told to."""

    def __init__(self, replies: Mapping[str, Sequence[bytes]], change: Change) -> None:
        self._replies = replies
        self._change = change
        self._asked: dict[str, int] = {}
        self._number = 0

    def exchange(self, request: bytes, seconds: float) -> bytes:
        operation = msgpack.unpackb(request[frames.HEADER.size :], strict_map_key=False)["op"]
        asked = self._asked[operation] = self._asked.get(operation, -1) + 1
        known = self._replies.get(operation) or [
            frames.pack({"ok": True, "value": None})[frames.HEADER.size :]
        ]
        body = self._change(self._number, known[asked % len(known)])
        self._number += 1
        return body

    def has_ended(self, seconds: float) -> bool:
        return True

    def wait_for_end(self, seconds: float) -> bytes:
        return frames.pack({"exit": -9, "cpu_seconds": 0.1, "max_rss": 1})[frames.HEADER.size :]

    def close(self) -> None:
        return None


def changed_process(replies: Mapping[str, Sequence[bytes]], change: Change) -> StudentProcess:
    """A `StudentProcess` in front of such a channel: decoding and faults are the real ones."""
    return StudentProcess(ChangedChannel(replies, change), pid=NO_SUCH_PROCESS, handle=None, limits=Limits())


def arrays() -> SearchStrategy[dict[str, Any]]:
    """Arrays on the wire; most of them honest in form, with values and shapes that nobody asked for."""

    def build(dtype: str, shape: list[int], filling: bytes, kind: str) -> dict[str, Any]:
        size = {"bf16": 2}.get(dtype) or int(dtype[1:])
        for length in shape:
            size *= length
        data = (filling * (size // len(filling) + 1))[:size] if size < 1 << 22 else filling
        return {"__t__": dtype, "s": list(shape), "b": data, "k": kind}

    shapes = st.sampled_from(_SHAPES) | st.lists(st.integers(0, 12), max_size=5)
    kinds = st.sampled_from(["torch", "numpy"])
    return st.builds(build, st.sampled_from(_DTYPES), shapes, st.sampled_from(_FILLINGS), kinds)


WHAT_COMES = VALUES | arrays() | st.lists(SCALARS | arrays(), max_size=4)


class _Leaf:
    """An array on the wire, as a whole."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        vars(self).update(fields)

    def __len__(self) -> int:
        return len(vars(self)["b"])


def _as_leaf(fields: dict[str, Any]) -> Any:
    return _Leaf(fields) if "__t__" in fields else fields


@dataclass(frozen=True, slots=True)
class ChangedReply:
    """How the reply of a number is changed: its value, the whole of it, or its bytes."""

    number: int
    value: list[Edit]
    whole: list[Edit]
    raw: list[Edit]

    def __call__(self, number: int, body: bytes) -> bytes:
        if number != self.number:
            return body
        try:
            if self.value:
                reply = msgpack.unpackb(body, object_hook=_as_leaf)
                reply["value"] = edited_tree(reply.get("value"), self.value)
                body = msgpack.packb(reply, default=vars)
            if self.whole:
                body = msgpack.packb(edited_tree(msgpack.unpackb(body), self.whole))
        except (ValueError, OverflowError, RecursionError, UnicodeEncodeError):
            return b"\xc1"  # no byte of msgpack
        return edited(body, self.raw)


UNCHANGED = ChangedReply(-1, [], [], [])


def changes() -> SearchStrategy[ChangedReply]:
    """Mostly of the value, so that it reaches the check."""
    nothing: SearchStrategy[list[Edit]] = st.just([])
    numbers, trees = st.integers(0, 200), tree_edits(WHAT_COMES, most=2)
    of_value = st.builds(ChangedReply, numbers, trees, nothing, nothing)
    of_all = st.builds(ChangedReply, numbers, nothing, trees, nothing)
    of_bytes = st.builds(ChangedReply, numbers, nothing, nothing, byte_edits())
    return st.one_of([of_value] * 6 + [of_all, of_bytes])
