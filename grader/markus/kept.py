"""A result kept between the test groups of one run: MarkUs starts us once for each, on the same hand-in.

It lies in a folder that only this user can reach, under a name made of all that it depends on: nothing in a
hand-in is taken for one. MarkUs clears it away with the run.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import ValidationError

from grader.assignment import Assignment
from grader.results import Outcome, Result
from grader.submission.errors import SubmissionError
from grader.submission.files import files_of
from grader.submission.reading import open_regular

LONGEST_SECONDS = 3600.0
LARGEST_HAND_IN = 300 << 20
_LARGEST_RESULT = 16 << 20
_CHUNK = 1 << 20


class Kept:
    """The result for one hand-in, graded as `assignment` says, if there is a safe place for it."""

    def __init__(self, folder: Path, assignment: Assignment, group: str) -> None:
        name, place = name_of(folder, assignment, group), _place()
        self._path = place / name if name is not None and place is not None else None

    def find(self) -> Result | None:
        """What an earlier test group of this run has left."""
        if self._path is None:
            return None
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            fresh = time.time() - found.st_mtime < LONGEST_SECONDS
            if not (stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and fresh):
                return None
            with suppress(ValidationError, OSError):
                return Result.model_validate_json(file.read(_LARGEST_RESULT))
        return None

    def keep(self, result: Result) -> None:
        """For the next test group, unless a second try might do better or there is no place for it."""
        outcomes = {criterion.outcome for question in result.questions for criterion in question.criteria}
        if self._path is None or Outcome.GRADER_ERROR in outcomes:
            return
        with suppress(OSError):
            handle, temporary = tempfile.mkstemp(dir=self._path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(result.model_dump_json().encode("utf-8", "replace"))
                Path(temporary).replace(self._path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise


def _place() -> Path | None:
    """A folder of ours that nobody else can reach, made if need be; None where there can be none."""
    try:
        place = Path(tempfile.gettempdir(), f"grader-markus-{os.geteuid()}")
        with suppress(FileExistsError):
            place.mkdir(0o700)
        found = place.lstat()
    except OSError:
        return None
    private = not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return place if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and private else None


def name_of(folder: Path, assignment: Assignment, group: str) -> str | None:
    """A name that changes with hand-in, assignment, group and our version; None for too large a hand-in."""
    digest = hashlib.sha256()
    try:
        _add(digest, [group.encode("utf-8", "surrogateescape"), our_version().encode()])
        _add_files(digest, folder, files_of(folder, assignment.files.ignored))
        _add_files(digest, assignment.folder, sorted(files_of(assignment.folder)))
    except (OSError, SubmissionError, OverflowError):
        return None
    return digest.hexdigest()


def our_version() -> str:
    """The version of the grader, if it is installed as a package."""
    try:
        return version("nn-course-grader")
    except PackageNotFoundError:
        return "not installed"


def _add_files(digest: hashlib._Hash, root: Path, files: Sequence[Path]) -> None:
    room = LARGEST_HAND_IN
    for path in files:
        contents = hashlib.sha256()
        with os.fdopen(open_regular(root / path), "rb") as file:
            while piece := file.read(_CHUNK):
                room -= len(piece)
                if room < 0:
                    raise OverflowError
                contents.update(piece)
        _add(digest, [os.fsencode(path), contents.digest()])


def _add(digest: hashlib._Hash, values: Iterable[bytes]) -> None:
    """Each with its length, so that no two lists give the same bytes."""
    for value in values:
        digest.update(len(value).to_bytes(8, "little") + value)
