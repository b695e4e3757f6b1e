"""One writer at a time for an output folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.store.errors import StoreError

LOCK_NAME = ".batch.lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder, made if need be, until the end of the block; StoreError while another process does.

    The lock is the kernel's and ends with the process. Processes forked from it do not hold it (POSIX record
    locks are not inherited), so one that outlives a killed grader keeps nobody out.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"Cannot write to {folder} ({error.strerror}): choose another folder with --out."
        ) from error
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"Another grader is writing to {folder}: wait until it has ended.") from None
        yield
    finally:
        os.close(descriptor)
