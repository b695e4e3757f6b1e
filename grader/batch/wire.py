"""What main process and workers tell each other about a hand-in, packed with msgpack."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack
from pydantic import TypeAdapter

from grader.batch.moves import Difference
from grader.results import Verdict
from grader.store import Exchange, Fault, Recording, StoredHandIn, StoredVerdict
from grader.store.reader import verdict_as_text, verdict_from
from grader.submission import HandIn

_DIFFERENCE = TypeAdapter(Difference)

SURROGATES = "surrogatepass"  # a file's name need not be UTF-8


@dataclass(frozen=True, slots=True)
class Order:
    """A hand-in to grade.

    digest: of its content. known: verdicts on it that stand.
    """

    hand_in: HandIn
    digest: bytes = b""
    known: Mapping[str, Verdict] | None = None

    def pack(self) -> bytes:
        """As bytes."""
        known = {name: verdict_as_text(verdict) for name, verdict in (self.known or {}).items()}
        hand_in = self.hand_in
        return _pack([os.fsencode(hand_in.path), hand_in.name, hand_in.only, self.digest, known])

    @classmethod
    def unpack(cls, data: bytes) -> Order:
        """The order of `pack`."""
        path, name, only, digest, known = _unpack(data)
        verdicts = {criterion: verdict_from(text) for criterion, text in known.items()}
        return cls(HandIn(name, Path(os.fsdecode(path)), tuple(only)), digest, verdicts)


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of a hand-in.

    json: the result. stored: what the store is to know of the content. verdicts: those made now. played,
    asked: the criteria judged from recorded replies alone, and those for which the student's code was run.
    is_whole: whether no check of the assignment was left out or failed.
    """

    json: str
    stored: StoredHandIn
    verdicts: tuple[StoredVerdict, ...]
    recording: Recording
    played: frozenset[str]
    asked: frozenset[str]
    is_whole: bool

    def pack(self) -> bytes:
        """As bytes."""
        recording = self.recording
        return _pack(
            [
                self.json,
                [self.stored.digest, self.stored.reading, self.stored.submission],
                [(row.criterion, row.grounds, row.json) for row in self.verdicts],
                {name: [_row(e) for e in rows] for name, rows in recording.exchanges.items()},
                list(recording.blobs.items()),
                *map(sorted, (recording.too_large, self.played, self.asked)),
                self.is_whole,
            ]
        )

    @classmethod
    def unpack(cls, data: bytes) -> Graded:
        """The value of `pack`."""
        json, stored, verdicts, exchanges, blobs, too_large, played, asked, is_whole = _unpack(data)
        return cls(
            json,
            StoredHandIn(*stored),
            tuple(StoredVerdict(*row) for row in verdicts),
            Recording(
                {name: tuple(map(_exchange, rows)) for name, rows in exchanges.items()},
                dict(blobs),
                frozenset(too_large),
            ),
            frozenset(played),
            frozenset(asked),
            is_whole,
        )


@dataclass(frozen=True, slots=True)
class GradedAgain:
    """What came of marking a hand-in again, and how that differs from the result that counts."""

    graded: Graded
    difference: Difference

    def pack(self) -> bytes:
        """As bytes."""
        return _pack([self.graded.pack(), _DIFFERENCE.dump_json(self.difference)])

    @classmethod
    def unpack(cls, data: bytes) -> GradedAgain:
        """The value of `pack`."""
        graded, difference = _unpack(data)
        return cls(Graded.unpack(graded), _DIFFERENCE.validate_json(difference))


def _row(exchange: Exchange) -> list[Any]:
    fault = exchange.fault
    told = None if fault is None else [fault.kind, fault.text, fault.seconds]
    return [exchange.history, exchange.request, exchange.reply, told, exchange.seconds]


def _exchange(row: list[Any]) -> Exchange:
    history, request, reply, fault, seconds = row
    return Exchange(history, request, reply, None if fault is None else Fault(*fault), seconds)


def _pack(value: object) -> bytes:
    packed: bytes = msgpack.packb(value, unicode_errors=SURROGATES)
    return packed


def _unpack(data: bytes) -> Any:
    return msgpack.unpackb(data, unicode_errors=SURROGATES)
