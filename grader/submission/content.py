"""The address of a hand-in's content: a digest of its files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from grader.submission.errors import SubmissionError
from grader.submission.files import IGNORED_FOLDERS, matches
from grader.submission.reading import open_regular

DIGEST_BYTES = 20
MOST_ENTRIES = 5_000
MOST_READ = 100_000_000
"""Bytes read of one file; of a larger one the size counts."""

_PART = 1 << 20


def content_digest(path: Path, patterns: Sequence[str]) -> bytes:
    """Of the names and sizes of all files below `path`, and of the contents of those that match a pattern.

    Files of no pattern (data sets, pictures) are neither graded nor shown to the person who marks. Nothing
    that cannot be read is an error here: opening the hand-in says what is wrong with it.
    """
    hasher = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for name, file in islice(_files(path), MOST_ENTRIES):
        hasher.update(f"{len(os.fsencode(name))} ".encode() + os.fsencode(name))
        if file == path or any(matches(file, pattern) for pattern in patterns):
            _add(hasher, file)
        else:
            with suppress(OSError):
                hasher.update(f"{file.lstat().st_size} ".encode())
    return hasher.digest()


def last_change(path: Path) -> float:
    """When a file of the hand-in was last changed, in seconds since 1970; 0 where there is none."""
    times = [0.0]
    for _, file in islice(_files(path), MOST_ENTRIES):
        with suppress(OSError):
            times.append(file.lstat().st_mtime)
    return max(times)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder, hidden ones aside, with its relative name; a lone file's does not count."""
    if path.is_symlink() or not path.is_dir():
        if path.is_symlink() or path.exists():
            yield "", path
        return
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not _is_passed_over(name))
        for name in sorted(names):
            if not _is_passed_over(name):
                file = Path(folder, name)
                yield str(file.relative_to(path)), file


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in IGNORED_FOLDERS


def _add(hasher: hashlib.blake2b, file: Path) -> None:
    try:
        descriptor = open_regular(file)
    except SubmissionError as problem:
        hasher.update(f"unreadable {type(problem).__name__}".encode())
        return
    with os.fdopen(descriptor, "rb") as source:
        size = os.fstat(descriptor).st_size
        hasher.update(f"{size} ".encode())
        if size <= MOST_READ:
            while part := source.read(_PART):
                hasher.update(part)
