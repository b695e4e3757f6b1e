"""A submission: what one student or group handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.submission.errors import ArchiveInside, NotARegularFile, NotFound
from grader.submission.files import ARCHIVES, find_files
from grader.submission.notebook import Notebook, read_notebook


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in.

    name: the folder's or file's name, by which the class list knows it.
    notebook: None when only a write-up was handed in.
    writeup: path of the PDF; its text is never marked, a person reads it.
    notices: sentences for people about what was chosen, left out or repaired.
    """

    name: str
    notebook: Notebook | None
    writeup: Path | None
    notices: tuple[str, ...] = ()


def open_submission(
    path: Path,
    *,
    notebook_patterns: Sequence[str],
    writeup_patterns: Sequence[str] = (),
    asked_names: Collection[str] = (),
    ignored_patterns: Sequence[str] = (),
    name: str | None = None,
) -> Submission:
    """Open a folder, or a single .ipynb or .py file; nothing in it is executed.

    asked_names: classes and functions of the assignment, by which one of several notebooks is chosen.
    Raises SubmissionError with one sentence that says what to do.
    """
    if path.is_symlink():
        raise NotARegularFile(path, "a symbolic link")
    name = name or path.resolve().name
    if path.is_dir():
        found = find_files(path, notebook_patterns, writeup_patterns, asked_names, ignored_patterns)
        inside = found.notebook.notices if found.notebook else ()
        return Submission(name, found.notebook, found.writeup, found.notices + inside)
    if path.is_file() and path.name.lower().endswith(ARCHIVES):
        raise ArchiveInside(path)
    if not path.exists() and not path.is_symlink():
        raise NotFound(path)
    notebook = read_notebook(path)
    return Submission(name, notebook, None, notebook.notices)
