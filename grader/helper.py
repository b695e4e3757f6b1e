"""A process of ours beside this one: `python -m MODULE DESCRIPTOR ...`, asked by bytes through a pipe."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Self

LONGEST_ANSWER = 1 << 30
"""Bytes; one that says more is lost."""


class HelperLost(Exception):  # noqa: N818 - what happened
    """A helper has died, or is given up. overran: it gave no answer in time."""

    def __init__(self, *, overran: bool) -> None:
        super().__init__("it took longer than it may" if overran else "it died")
        self.overran = overran


class Helper:
    """A running helper, which ends with its pipe. After HelperLost it is of no more use."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe

    @classmethod
    def start(cls, module: str, *arguments: str, quiet: bool = False) -> Self:
        """Start a module of ours; it finds its end of the pipe under the number in its first argument.

        quiet: what it or its libraries print is nobody's to read.
        """
        ours, theirs = Pipe()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(theirs.fileno()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL if quiet else None,
                pass_fds=(theirs.fileno(),),
            )
        return cls(process, ours)

    def ask(self, data: bytes, seconds: float) -> bytes:
        """Its answer. Raises HelperLost."""
        try:
            self._pipe.send_bytes(data)
        except OSError:
            self.end()
            raise HelperLost(overran=False) from None
        return self.hear(seconds)

    def hear(self, seconds: float) -> bytes:
        """What it says next. Raises HelperLost."""
        try:
            overran = not self._pipe.poll(seconds)
            if not overran:
                return self._pipe.recv_bytes(LONGEST_ANSWER)
        except (EOFError, OSError):
            overran = False
        self.end()
        raise HelperLost(overran=overran)

    def end(self) -> None:
        """Hang up; what it is doing is given up."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()
