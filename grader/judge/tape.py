"""Recording what checks ask of a hand-in, and playing it back.

A check is a plain function of the hand-in's replies, so it can be judged again from those recorded, as long
as it asks the same. Where it asks anything else it has to be run again from its start: a later request may
depend on what the process did for an earlier one.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Callable, Container, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

from grader.store.digest import digest
from grader.store.recording import ROOT, Exchange, Fault, Recording, packed

MOST_KEPT = 8 << 20
"""Bytes of requests and replies kept of one check; beyond, a regrade runs the student's code again."""

Exchanges = Mapping[tuple[bytes, bytes], Exchange]
"""By history and request."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request and what came of it, packed, as it passes: the frame, and the reply's body or a fault."""

    criterion: str
    frame: bytes
    reply: bytes | None
    fault: Fault | None
    seconds: float


Listener = Callable[[Heard], None]


class Diverged(BaseException):
    """A check that was played back asks what was never recorded. No check's `except Exception` sees it."""


class Archive(Protocol):
    """What was recorded of a hand-in."""

    def exchanges(self, criterion: str) -> Exchanges:
        """What a check had asked."""

    def blob(self, digest: bytes) -> bytes:
        """The bytes of a digest."""


class Track:
    """One check's requests, in order: those found in its earlier recording, and new ones."""

    def __init__(
        self, archive: Archive | None, criterion: str, root: bytes, listener: Listener | None
    ) -> None:
        self._archive = archive
        self._criterion = criterion
        self._listener = listener
        self._known = archive.exchanges(criterion) if archive else {}
        self._history = root
        self._has_played = False
        self._size = 0
        self.kept: list[Exchange] = []
        self.blobs: dict[bytes, bytes] = {}

    def find(self, frame: bytes) -> tuple[Exchange, bytes | None] | None:
        """What came of this packed request when it was made before, and the reply; None if it has to be made.

        Raises Diverged when earlier ones of the check were played back.
        """
        exchange = self._known.get((self._history, digest(frame))) if self._known else None
        if exchange is None:
            if self._has_played:
                raise Diverged
            self._known = {}
            return None
        assert self._archive is not None
        self._has_played = True
        self._advance(exchange)
        reply = None if exchange.reply is None else self._archive.blob(exchange.reply)
        self._tell(frame, reply, exchange)
        return exchange, reply

    def keep(self, frame: bytes, reply: bytes | None, fault: Fault | None, seconds: float) -> None:
        """Record a request that was made, and what came of it."""
        named = {digest(data): data for data in (frame, reply) if data is not None}
        request, *replied = named
        exchange = Exchange(self._history, request, replied[0] if replied else None, fault, seconds)
        self._advance(exchange)
        self._tell(frame, reply, exchange)
        self.kept.append(exchange)
        self._size += sum(map(len, named.values()))
        if self.is_too_large:
            self.blobs.clear()
            return
        self.blobs.update(named)

    @property
    def is_too_large(self) -> bool:
        """Whether the check has asked for more than is kept."""
        return self._size > MOST_KEPT

    def _tell(self, frame: bytes, reply: bytes | None, exchange: Exchange) -> None:
        if self._listener is not None:
            self._listener(Heard(self._criterion, frame, reply, exchange.fault, exchange.seconds))

    def _advance(self, exchange: Exchange) -> None:
        outcome = exchange.reply
        if outcome is None:
            assert exchange.fault is not None
            outcome = json.dumps(asdict(exchange.fault)).encode()
        self._history = digest(exchange.history, exchange.request, outcome)


class Tape:
    """One hand-in's recording: plays what `archive` holds, keeps what is new, tells a listener of both."""

    def __init__(self, archive: Archive | None = None, listener: Listener | None = None) -> None:
        self._archive = archive
        self._listener = listener
        self._tracks: dict[str, Track] = {}

    def track(self, criterion: str, root: bytes = ROOT, *, afresh: bool = False) -> Track:
        """A check's track from its beginning.

        root: digest of the cells that were read. afresh: nothing of an earlier recording is played back.
        """
        archive = None if afresh else self._archive
        track = self._tracks[criterion] = Track(archive, criterion, root, self._listener)
        return track

    def seconds_of(self, criterion: str) -> float:
        """What a check's recording cost of the time that all calls of the hand-in share."""
        recorded = self._archive.exchanges(criterion) if self._archive else {}
        return sum(exchange.seconds for exchange in recorded.values())

    @property
    def asked(self) -> frozenset[str]:
        """The criteria for which something was asked of the process itself."""
        return frozenset(criterion for criterion, track in self._tracks.items() if track.kept)

    def recording(self, has: Container[bytes] = ()) -> Recording:
        """All that is new, less the checks that asked for too much to keep.

        has: digests whose bytes are there already. Packing those again would take longer than all the rest.
        """
        small = {name: track for name, track in self._tracks.items() if not track.is_too_large}
        return Recording(
            {name: tuple(track.kept) for name, track in small.items() if track.kept},
            {
                name: packed(data)
                for name, data in ChainMap(*(track.blobs for track in small.values())).items()
                if name not in has
            },
            frozenset(self._tracks.keys() - small.keys()),
        )
