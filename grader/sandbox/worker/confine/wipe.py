"""Empty a directory that hostile code has filled."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator


def wipe(directory: str) -> None:
    """Remove everything below `directory`, following no link. Nothing may be writing there any more.

    Deep nesting costs neither recursion nor long paths: what lies in a subdirectory is first moved up to the
    top.
    """
    top = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fresh = (name for name in map("wiped-{}".format, itertools.count()) if not _exists(name, top))
        while names := os.listdir(top):  # noqa: PTH208 -- a descriptor
            for name in names:
                _remove(name, top, fresh)
    finally:
        os.close(top)


def _remove(name: str, top: int, fresh: Iterator[str]) -> None:
    if not _is_directory(name, top):
        os.unlink(name, dir_fd=top)
        return
    directory = _open(name, top)
    try:
        for entry in os.listdir(directory):  # noqa: PTH208 -- a descriptor
            if _is_directory(entry, directory):
                os.chmod(entry, 0o700, dir_fd=directory)
                os.rename(entry, next(fresh), src_dir_fd=directory, dst_dir_fd=top)
            else:
                os.unlink(entry, dir_fd=directory)
    finally:
        os.close(directory)
    os.rmdir(name, dir_fd=top)


def _open(name: str, parent: int) -> int:
    os.chmod(name, 0o700, dir_fd=parent)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)


def _is_directory(name: str, parent: int) -> bool:
    return stat.S_ISDIR(os.lstat(name, dir_fd=parent).st_mode)


def _exists(name: str, parent: int) -> bool:
    try:
        os.lstat(name, dir_fd=parent)
    except FileNotFoundError:
        return False
    return True
