"""What can be wrong with a hand-in, each with one sentence that says what to do about it.

Names of files come from students: a message shows them escaped, so that a name can neither break a line of a
report nor reverse its reading direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.errors import Exit, GraderError

SHOWN_NAME = 120
SHOWN_NAMES = 8


def shown(name: str | Path) -> str:
    """A file's name or path in quotes, at most 120 characters, what cannot be printed escaped."""
    text = str(name)
    if len(text) > SHOWN_NAME:
        text = text[: SHOWN_NAME // 2] + "…" + text[-SHOWN_NAME // 2 :]
    safe = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return '"' + "".join(safe) + '"'


def shown_list(names: Sequence[str | Path]) -> str:
    """Up to eight names, and how many more there are."""
    listed = ", ".join(shown(name) for name in names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return f"{listed} and {more} more" if more > 0 else listed


class SubmissionError(GraderError):
    """The hand-in cannot be used; the message names the file and the remedy."""

    exit_code = Exit.UNREADABLE


class NotFound(SubmissionError):  # noqa: N818 - the family's name says that it is an error
    """There is nothing at the path."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no file or folder {shown(path)}: check the path.")


class NoNotebook(SubmissionError):  # noqa: N818
    """Neither a notebook nor a write-up was found."""

    def __init__(self, folder: Path, patterns: Sequence[str], present: Sequence[str]) -> None:
        there = f"it holds {shown_list(present)}" if present else "it is empty"
        where, wanted = shown(folder.name or folder), ", ".join(patterns)
        super().__init__(f"No notebook in {where}: {there}. Hand in a file whose name matches {wanted}.")


class NotANotebook(SubmissionError):  # noqa: N818
    """A file with a notebook's name holds something else."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{shown(path.name)} is not a notebook: {reason}. {remedy}")


class Unreadable(SubmissionError):  # noqa: N818
    """The system does not let us read the file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{shown(path)} cannot be read ({reason}): check its permissions.")


class NotARegularFile(SubmissionError):  # noqa: N818
    """A link, a device, a pipe or a folder where a file must be."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{shown(path.name)} is {what}, which is not read: hand in the file itself.")


class TooLarge(SubmissionError):  # noqa: N818
    """A file, a notebook or an archive is over a cap; `remedy` is a whole sentence."""

    def __init__(self, path: Path, what: str, limit: str, remedy: str) -> None:
        super().__init__(f"{shown(path.name)} {what}, and the limit is {limit}: {remedy}")


class TooManyFiles(SubmissionError):  # noqa: N818
    """The hand-in holds more entries than any honest one."""

    def __init__(self, folder: Path, limit: int) -> None:
        where = shown(folder.name or folder)
        super().__init__(f"{where} holds more than {limit} files: remove data sets and environments.")


class ArchiveInside(SubmissionError):  # noqa: N818
    """The hand-in is an archive instead of files."""

    def __init__(self, archive: Path) -> None:
        super().__init__(f"{shown(archive)} is an archive, which is not opened: hand in the files in it.")
        self.archive = archive


class BadArchive(SubmissionError):  # noqa: N818
    """The class archive is damaged or holds something that must not be unpacked."""

    def __init__(self, archive: Path, reason: str) -> None:
        super().__init__(
            f"{shown(archive.name)} was not unpacked: {reason}. Unpack it by hand and give the folder."
        )
