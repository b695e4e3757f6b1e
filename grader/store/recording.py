"""What is recorded of a hand-in: each check's requests, what came of them, and how long that took."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["timed_out", "out_of_time", "crashed", "violation", "unloadable"]

LOADING = ""
"""In the place of a criterion: the request that reads the code cells, made once for the whole hand-in."""

ROOT = b""
"""The history of the first request, which reads the code cells. Those of checks begin with these cells."""

_SAMPLE = 4096
_WORTHWHILE = 0.8


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there was no reply. `seconds` is a time-out's deadline; `text` says how a process ended, and so on.

    A student's exception is no fault in this sense: the process lived to reply with it.
    """

    kind: FaultKind
    text: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a check and what came of it.

    history: digest of the code cells and of all that the check had asked and been told before.
    request, reply: digests of the packed request and of the reply's body; without a reply there is a `fault`.
    seconds: what it cost of the time that all calls of the hand-in share.
    """

    history: bytes
    request: bytes
    reply: bytes | None
    fault: Fault | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Recording:
    """New exchanges by criterion, in order, and the bytes that their digests stand for, packed.

    too_large: criteria of which nothing is kept, as their replies together are too large. A regrade runs the
    student's code again for them.
    """

    exchanges: Mapping[str, tuple[Exchange, ...]]
    blobs: Mapping[bytes, bytes]
    too_large: frozenset[str] = frozenset()


def packed(data: bytes) -> bytes:
    """The bytes behind a digest as zlib packs them; only wrapped where a sample hardly shrinks.

    Most of what is kept is floats of random weights and inputs, and to pack those took a tenth of the time
    that judging takes.
    """
    middle = max(0, (len(data) - _SAMPLE) // 2)
    sample = data[middle : middle + _SAMPLE]
    shrinks = len(zlib.compress(sample, 1)) < _WORTHWHILE * len(sample)
    return zlib.compress(data, 1 if shrinks else 0)
