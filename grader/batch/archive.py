"""One hand-in's recording in the store, as a tape reads it."""

from __future__ import annotations

from collections import OrderedDict

from grader.judge.tape import Exchanges
from grader.store import StoreReader

MOST_CACHED = 64 << 20


class Blobs:
    """Blobs of a store; those used last, up to 64 MB, stay in memory, as right hand-ins reply alike."""

    def __init__(self, store: StoreReader) -> None:
        self._store = store
        self._cached: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0

    def get(self, digest: bytes) -> bytes:
        """The bytes of a digest."""
        if digest in self._cached:
            self._cached.move_to_end(digest)
            return self._cached[digest]
        data = self._cached[digest] = self._store.blob(digest)
        self._size += len(data)
        while self._size > MOST_CACHED:
            _, dropped = self._cached.popitem(last=False)
            self._size -= len(dropped)
        return data


class StoreArchive:
    """What the store holds of a hand-in's requests and replies."""

    def __init__(self, store: StoreReader, blobs: Blobs, hand_in: bytes, side: bytes) -> None:
        self._store = store
        self._blobs = blobs
        self._hand_in = hand_in
        self._side = side

    def exchanges(self, criterion: str) -> Exchanges:
        """What a check had asked."""
        return self._store.exchanges(self._hand_in, self._side, criterion)

    def blob(self, digest: bytes) -> bytes:
        """The bytes of a digest."""
        return self._blobs.get(digest)
