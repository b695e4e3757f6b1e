"""What is said between a batch and a service on a worker, as bytes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import msgpack

from grader.assignment import Assignment, known_assignments, load_assignment
from grader.batch.marking import submission_as_bytes, submission_from
from grader.batch.wire import SURROGATES, Order
from grader.results import Isolation
from grader.results.model import Frozen
from grader.sandbox.isolation import Wanted
from grader.submission import HandIn, Submission


class Charge(Frozen):
    """What a service is started for.

    assignment: an id, or a folder that the worker's machine has as well. device: where training checks run.
    """

    assignment: str
    wanted: Wanted
    device: str | None = None

    @classmethod
    def of(cls, assignment: Assignment, wanted: Wanted) -> Self:
        """For an assignment, by its id where that is enough to find it on another machine."""
        id, folder = assignment.id, assignment.folder
        is_known = id in known_assignments() and load_assignment(id).folder == folder
        return cls(assignment=id if is_known else str(folder), wanted=wanted, device=assignment.device)


class Hello(Frozen):
    """A service that is ready. bases: what its verdicts rest on (Bases.digest), in hexadecimal digits."""

    bases: str
    isolation: Isolation


@dataclass(frozen=True, slots=True)
class Parcel:
    """A hand-in on its way: its order, and what was read of its files. bases: those of whoever sends it."""

    order: Order
    submission: Submission
    bases: str

    def pack(self) -> bytes:
        """As bytes, without the folders that the hand-in lies in."""
        hand_in = self.order.hand_in
        order = replace(self.order, hand_in=HandIn(hand_in.name, Path(hand_in.path.name), hand_in.only))
        text = zlib.compress(submission_as_bytes(self.submission), 1)
        return msgpack_of([order.pack(), text, self.bases])

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """The parcel of `pack`."""
        packed, text, bases = from_msgpack(data)
        order = Order.unpack(packed)
        return cls(order, submission_from(zlib.decompress(text), order.hand_in.name), bases)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service says of a parcel. kind: `done`, with what `Graded.unpack` reads; `failed` or `refused`,
    with a sentence.
    """

    kind: str
    content: bytes

    @property
    def sentence(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")

    def pack(self) -> bytes:
        """As bytes."""
        return msgpack_of([self.kind, self.content])

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """The reply of `pack`."""
        return cls(*from_msgpack(data))


def msgpack_of(value: object) -> bytes:
    """Plain values as bytes."""
    packed: bytes = msgpack.packb(value, unicode_errors=SURROGATES)
    return packed


def from_msgpack(data: bytes) -> Any:
    """The value of `msgpack_of`."""
    return msgpack.unpackb(data, unicode_errors=SURROGATES)
