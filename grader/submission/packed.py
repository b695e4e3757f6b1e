"""A hand-in whose notebook lies in a zip: students pack what they were asked to upload as files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.submission.archive import Limits, unpack
from grader.submission.errors import shown
from grader.submission.files import FoundFiles
from grader.submission.reading import MEGABYTE

LIMITS = Limits(members=500, member_bytes=60 * MEGABYTE, total_bytes=200 * MEGABYTE)


Find = Callable[[Path], FoundFiles]
"""`find_files` with the patterns and names of an assignment."""


def find_packed(archive: Path, find: Find) -> FoundFiles:
    """The notebook in an archive, read; a write-up in it is known by the archive's path.

    Raises SubmissionError as `find` does, or where the archive must not be unpacked. An archive in the
    archive is not opened.
    """
    with tempfile.TemporaryDirectory(prefix="grader-hand-in-") as folder:
        inside = Path(folder) / "inside"
        unpack(archive, inside, LIMITS)
        found = find(inside)
    taken = found.notebook.path.name if found.notebook else "the write-up"
    notice = f"{shown(archive.name)} was opened, and {shown(taken)} in it taken."
    notebook = replace(found.notebook, path=archive / taken) if found.notebook else None
    return FoundFiles(notebook, archive if found.writeup else None, (notice, *found.notices))
