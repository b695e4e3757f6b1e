"""Temporary folders of the grader: made, held while in use, and removed when whoever held them was killed."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.sandbox.worker.confine.wipe import wipe

SANDBOX, CLASS = "grader-sandbox-", "grader-class-"


class Scratch:
    """A temporary folder. The kernel's lock on it ends with the process that made it. Close it in the end."""

    def __init__(self, prefix: str) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=prefix))
            self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._lock, fcntl.LOCK_SH)
            if self.path.exists():  # not taken, before it was held, for one left behind
                return
            os.close(self._lock)

    def close(self) -> None:
        """Remove it. Students' processes die a moment after their server and may be writing until then."""
        os.close(self._lock)
        for _ in range(100):
            if _is_removed(self.path):
                return
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def remove_left_behind() -> None:
    """Remove what graders that were killed have left; folders in use, and other people's, stay.

    Judging processes inherit a grader's hold and lose it when they end, a moment after the grader.
    """
    top = Path(tempfile.gettempdir())
    for path in (path for prefix in (SANDBOX, CLASS) for path in top.glob(f"{prefix}*")):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if os.fstat(descriptor).st_uid == os.geteuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _is_removed(path)
            finally:
                os.close(descriptor)


def _is_removed(directory: Path) -> bool:
    try:
        wipe(str(directory))
        directory.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
