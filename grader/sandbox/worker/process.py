"""What the server must know of itself; through a descriptor, because a jail has no /proc."""

from __future__ import annotations

import os
import resource
from contextlib import suppress


class OwnProcess:
    """This process's /proc directory, opened before the jail is entered. Without /proc all is unknown."""

    def __init__(self) -> None:
        try:
            self._directory = os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            self._directory = -1

    def threads(self) -> int:
        """How many threads run; 1 where unknown."""
        for line in self._read("status").splitlines():
            if line.startswith("Threads:"):
                return int(line.split()[1])
        return 1

    def address_space(self) -> int:
        """Bytes mapped; 0 where unknown."""
        pages = self._read("statm").split()
        return int(pages[0]) * resource.getpagesize() if pages else 0

    def use_huge_pages(self) -> None:
        """Back the heap with huge pages: a fork then copies a hundred table entries, not fifty thousand.

        MADV_COLLAPSE (Linux 6.1) as far as the kernel will: a speed-up, never a condition.
        """
        from .confine import kernel

        collapse, huge = 25, 2 << 20
        for line in self._read("maps").splitlines():
            span, mode, *_, place = line.split(maxsplit=5) + [""] * (6 - len(line.split(maxsplit=5)))
            if mode[1] != "w" or mode[3] != "p" or (place and place != "[heap]"):
                continue
            first, last = (int(bound, 16) for bound in span.split("-"))
            first, last = -(-first // huge) * huge, last // huge * huge
            if last > first:
                with suppress(OSError):
                    kernel.madvise(first, last - first, collapse)

    def _read(self, name: str) -> str:
        if self._directory < 0:
            return ""
        file = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._directory)
        with os.fdopen(file, encoding="ascii", errors="replace") as stream:
            return stream.read()
