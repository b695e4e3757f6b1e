"""Reading a file that someone else made: regular files only, and never more than a cap."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from grader.submission.errors import NotARegularFile, NotFound, TooLarge, Unreadable

MEGABYTE = 1_000_000

# O_NONBLOCK: opening a FIFO must not wait for a writer. The flags that a system lacks count as 0.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def open_regular(path: Path) -> int:
    """A file descriptor for reading a regular file; links, devices, pipes and folders are refused."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise NotFound(path) from None
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise NotARegularFile(path, "a symbolic link") from None
        raise Unreadable(path, error.strerror or type(error).__name__) from None
    except ValueError:  # a NUL in the path
        raise NotFound(path) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotARegularFile(path, "a folder, a pipe or a device")
    return descriptor


def read_capped(path: Path, limit: int, remedy: str) -> bytes:
    """The bytes of a regular file of at most `limit` bytes, else TooLarge with the size and the remedy."""
    descriptor = open_regular(path)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        if size <= limit:
            try:
                data = file.read(limit + 1)
            except OSError as error:
                raise Unreadable(path, error.strerror or type(error).__name__) from None
            if len(data) <= limit:
                return data
            size = len(data)
    raise TooLarge(path, f"has {size / MEGABYTE:.1f} MB", f"{limit // MEGABYTE} MB", remedy)
