"""Level "none": resource limits and a directory, for one's own code on one's own machine. Any POSIX."""

from __future__ import annotations

import os
from pathlib import Path

from ..limits import Limits
from . import rlimits
from .wipe import wipe


class Unconfined:
    """Prepares, confines and cleans up after student processes. A *slot* is a number, one per live child."""

    layers: tuple[str, ...] = ("rlimits",)
    landlock_abi = 0

    def __init__(self, scratch: str) -> None:
        self._scratch = scratch

    def ready(self, loaded: int) -> None:
        """In the server, after its imports: `loaded` is its address space in bytes, 0 where unknown."""
        self._loaded = loaded

    def fork(self) -> int:
        return os.fork()

    def prepare(self, slot: int) -> None:
        """In the server, before a fork into `slot`."""
        Path(self._slot(slot)).mkdir(mode=0o700, exist_ok=True)

    def confine(self, slot: int, limits: Limits, server: int) -> str:
        """In the child: take every layer, change into the scratch directory and return its path."""
        scratch = self._slot(slot)
        os.umask(0o077)
        os.chdir(scratch)
        os.closerange(4, 1 << 16)
        rlimits.apply(limits, self._loaded, own_user=False)
        return scratch

    def clean(self, slot: int) -> None:
        """In the server, after the child in `slot` has ended: nothing it wrote is left for the next."""
        wipe(self._slot(slot))

    def _slot(self, slot: int) -> str:
        return f"{self._scratch}/{slot}"
