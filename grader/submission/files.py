"""Which of the files handed in are the notebook and the write-up.

By name first: the assignment's patterns in order, in any folder, upper and lower case alike. Then by
content: of the notebooks that one pattern finds, the one that has most of the names asked for, written rather
than as starter code. Links are never followed.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from grader.submission.definitions import definitions
from grader.submission.errors import (
    ArchiveInside,
    NoNotebook,
    NotARegularFile,
    SubmissionError,
    TooManyFiles,
    Unreadable,
    shown,
    shown_list,
)
from grader.submission.notebook import Notebook, read_notebook

MAX_ENTRIES = 5_000
MAX_DEPTH = 8
MAX_CANDIDATES = 20

ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z")
IGNORED_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files chosen, and what a person should know about the choice."""

    notebook: Notebook | None
    writeup: Path | None
    notices: tuple[str, ...]
    archives: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Listing:
    """Paths relative to the folder, shallow ones first, then by name."""

    files: tuple[Path, ...]
    refused: tuple[Path, ...]
    too_deep: tuple[Path, ...]


def find_files(
    root: Path,
    notebook_patterns: Sequence[str],
    writeup_patterns: Sequence[str],
    asked_names: Collection[str] = (),
    ignored_patterns: Sequence[str] = (),
) -> FoundFiles:
    """Choose the notebook and the write-up in a folder, as if the ignored files were not there.

    Patterns are those of a shell and match a file's name. A hand-in of a write-up alone has no notebook; a
    folder with neither is a SubmissionError, and so is one whose only notebook cannot be read.
    """
    listing = _list(root, ignored_patterns)
    notices = []
    if listing.refused:
        notices.append(f"Not read, as only files and folders are: {shown_list(listing.refused)}.")
    if listing.too_deep:
        notices.append(f"Not searched, as they lie too deep: {shown_list(listing.too_deep)}.")

    notebook, about_notebook = _choose_notebook(root, listing.files, notebook_patterns, asked_names)
    writeup, about_writeup = _choose_writeup(root, listing.files, writeup_patterns)
    notices += [*about_notebook, *about_writeup]
    archives = [path for path in listing.files if path.name.lower().endswith(ARCHIVES)]
    if notebook is None:
        if writeup is None and archives:
            raise ArchiveInside(archives[0])
        if writeup is None and listing.refused:
            raise NotARegularFile(root / listing.refused[0], "a link, a pipe or a device")
        if writeup is None:
            raise NoNotebook(root, notebook_patterns, [str(path) for path in listing.files])
        notices.append("There is no notebook, only the write-up.")
    if archives:
        notices.append(f"Archives are not opened: {shown_list(archives)}.")
    return FoundFiles(notebook, writeup, tuple(notices), tuple(archives))


def files_of(root: Path, ignored_patterns: Sequence[str] = ()) -> tuple[Path, ...]:
    """The files that are looked at, relative to `root`, shallow ones first; links are not followed."""
    return _list(root, ignored_patterns).files


def _list(root: Path, ignored_patterns: Sequence[str] = ()) -> _Listing:
    """Every file below `root` but hidden and ignored ones, breadth first; TooManyFiles beyond MAX_ENTRIES."""
    files: list[Path] = []
    refused: list[Path] = []
    too_deep: list[Path] = []
    folders = [Path()]
    entries = 0
    for folder in folders:
        for entry in _entries(root / folder):
            entries += 1
            if entries > MAX_ENTRIES:
                raise TooManyFiles(root, MAX_ENTRIES)
            path = folder / entry.name
            if entry.name.startswith(".") or entry.name in IGNORED_FOLDERS:
                continue
            if any(matches(path, pattern) for pattern in ignored_patterns):
                continue
            if entry.is_dir(follow_symlinks=False):
                (folders if len(path.parts) <= MAX_DEPTH else too_deep).append(path)
            elif entry.is_file(follow_symlinks=False):
                files.append(path)
            else:
                refused.append(path)
    by_depth = sorted(files, key=lambda path: (len(path.parts), str(path)))
    return _Listing(tuple(by_depth), tuple(sorted(refused)), tuple(sorted(too_deep)))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise Unreadable(folder, error.strerror or type(error).__name__) from None


def matches(path: Path, pattern: str) -> bool:
    """Whether a file has a name of this pattern, upper and lower case alike."""
    return fnmatchcase(_folded(path.name), _folded(pattern))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A notebook that could be read, how many asked names it has written, and how many it defines at all."""

    path: Path
    notebook: Notebook
    written: int
    defined: int

    @property
    def worth(self) -> tuple[int, int]:
        """By what the best of several is chosen."""
        return self.written, self.defined


def _choose_notebook(
    root: Path, files: Sequence[Path], patterns: Sequence[str], asked_names: Collection[str]
) -> tuple[Notebook | None, list[str]]:
    """The best match of the first pattern that finds an asked name written, else the best of all."""
    readable: list[_Candidate] = []
    failures: list[SubmissionError] = []
    tried: set[Path] = set()
    for pattern in patterns:
        matching = [path for path in files if path not in tried and matches(path, pattern)][:MAX_CANDIDATES]
        tried.update(matching)
        candidates, failed = _read_candidates(root, matching, asked_names)
        readable += candidates
        failures += failed
        best = max(candidates, key=lambda candidate: candidate.worth, default=None)
        if best and (best.written or not asked_names):
            break
    else:
        best = max(readable, key=lambda candidate: candidate.worth, default=None)
        candidates = readable
    if best is None and failures:
        raise failures[0]
    if best is None:
        return None, []
    chosen = _choice(best.path, [candidate.path for candidate in candidates])
    return best.notebook, [*map(str, failures), *chosen]


def _read_candidates(
    root: Path, paths: Sequence[Path], asked_names: Collection[str]
) -> tuple[list[_Candidate], list[SubmissionError]]:
    candidates = []
    failures = []
    for path in paths:
        try:
            notebook = read_notebook(root / path)
        except SubmissionError as error:
            failures.append(error)
        else:
            found = [named for cell in notebook.code_cells for named in definitions(cell.source)]
            asked = [(name, is_written) for name, is_written in found if name in asked_names]
            written = {name for name, is_written in asked if is_written}
            candidates.append(_Candidate(path, notebook, len(written), len({name for name, _ in asked})))
    return candidates, failures


def _choose_writeup(
    root: Path, files: Sequence[Path], patterns: Sequence[str]
) -> tuple[Path | None, list[str]]:
    for pattern in patterns:
        candidates = [path for path in files if matches(path, pattern)]
        if candidates:
            return root / candidates[0], _choice(candidates[0], candidates)
    return None, []


def _choice(taken: Path, candidates: Sequence[Path]) -> list[str]:
    """Which of several was taken; nothing to say when there was one."""
    others = [path for path in candidates if path != taken]
    return [f"{shown(taken)} was taken, not {shown_list(others)}."] if others else []
