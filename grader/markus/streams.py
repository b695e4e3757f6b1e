"""The standard output that MarkUs reads: taken away at the start, written once at the end.

Whatever lands on it counts as results, from whoever it comes. So its descriptor is moved where no library and
no child finds it, and /dev/null put in its place.
"""

from __future__ import annotations

import fcntl
import os
import select
import sys
import time
from dataclasses import dataclass
from typing import TextIO

_OUT_OF_THE_WAY = 10
_LONGEST_REMARK = 4000
_READER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Streams:
    """The real stdout and stderr as descriptors of ours; None where there is none to write to."""

    out: int | None
    err: int | None

    @classmethod
    def taken(cls) -> Streams:
        """Take both away; from now on everything else writes to /dev/null."""
        nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        out, err = _moved(1, sys.stdout, nowhere), _moved(2, sys.stderr, nowhere)
        os.dup2(nowhere, 0)
        os.close(nowhere)
        return cls(out, err)

    def close(self) -> None:
        """In a child: have no way to them."""
        for descriptor in (self.out, self.err):
            if descriptor is not None:
                os.close(descriptor)

    def write_table(self, table: str) -> bool:
        """Write the table to stdout; False if nobody takes it. To be called once."""
        return self.out is not None and _write(self.out, table.encode("ascii"))

    def remark(self, text: str) -> None:
        """A remark on stderr, which MarkUs shows to staff: ASCII, as one bad byte loses the whole table."""
        if self.err is not None:
            shown = text.replace("\0", "").encode("ascii", "backslashreplace")
            _write(self.err, shown[:_LONGEST_REMARK].rstrip() + b"\n")


def _moved(number: int, stream: TextIO | None, nowhere: int) -> int | None:
    """A stream that was closed when Python started has no object; its number may be another file's by now."""
    if stream is None:
        return None
    try:
        stream.flush()
        ours = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY)
    except OSError:
        return None
    os.dup2(nowhere, number)
    return ours


def _write(descriptor: int, data: bytes) -> bool:
    """All of it, in as few pieces as the reader lets; it has some seconds to take the next one."""
    end = time.monotonic() + _READER_SECONDS
    try:
        while data:
            if not select.select([], [descriptor], [], max(0.0, end - time.monotonic()))[1]:
                return False
            data = data[os.write(descriptor, data) :]
    except BlockingIOError:
        return _write(descriptor, data) if time.monotonic() < end else False
    except OSError:
        return False
    return True
