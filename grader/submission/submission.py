"""A submission: what one student or group handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from grader.submission.errors import ArchiveInside, NotARegularFile, NotFound, SubmissionError
from grader.submission.files import ARCHIVES, FoundFiles, find_files
from grader.submission.notebook import Notebook, read_notebook
from grader.submission.packed import Find, find_packed


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
        find = partial(
            find_files,
            notebook_patterns=notebook_patterns,
            writeup_patterns=writeup_patterns,
            asked_names=asked_names,
            ignored_patterns=ignored_patterns,
        )
        found = _find(path, find)
        inside = found.notebook.notices if found.notebook else ()
        return Submission(name, found.notebook, found.writeup, found.notices + inside)
    if path.is_file() and path.name.lower().endswith(ARCHIVES):
        raise ArchiveInside(path)
    if not path.exists() and not path.is_symlink():
        raise NotFound(path)
    notebook = read_notebook(path)
    return Submission(name, notebook, None, notebook.notices)


def _find(folder: Path, find: Find) -> FoundFiles:
    """The files of a folder; where none is a notebook, those of the zip in it."""
    found = None
    try:
        found = find(folder)
        archives = found.archives if found.notebook is None else ()
    except ArchiveInside as problem:
        if problem.archive.suffix.lower() != ".zip":
            raise
        archives = (problem.archive,)
    for archive in archives:
        if archive.suffix.lower() != ".zip":
            continue
        try:
            packed = find_packed(folder / archive, find)
        except SubmissionError as problem:
            if found is None:
                raise
            return replace(found, notices=(*found.notices, str(problem)))
        writeup = found.writeup if found else packed.writeup
        return FoundFiles(packed.notebook, writeup or packed.writeup, packed.notices)
    assert found is not None
    return found
