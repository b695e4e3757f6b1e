"""The folder of a batch: each result written as it is made, the tables at the end."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from grader.errors import Exit, GraderError
from grader.results import Result
from grader.results.class_csv import class_csv
from grader.results.html import class_page, hand_in_page
from grader.results.summary import Summary

UNSAFE_IN_FILE_NAMES = re.compile(r"[^\w.-]+")
LONGEST_STEM = 200  # bytes; file systems take names of 255
SUFFIXES = {"results": ".json", "reports": ".html"}
TABLES = ("marks.csv", "index.html")


class OutputError(GraderError):
    """The output folder cannot be used; the message says what to do."""

    exit_code = Exit.USAGE


class Output(Protocol):
    """Files that are made of the results of a class, which come one at a time."""

    def add(self, result: Result) -> None:
        """Take one result. Raises OutputError where a file cannot be written."""

    def finish(self) -> object:
        """All are there. Raises OutputError where a file cannot be written."""


class BatchOutput:
    """Writes `results/NAME.json` and `reports/NAME.html` per hand-in, `marks.csv` and `index.html` for the
    class. A file appears whole or not at all, and a hand-in's JSON last, so that where
    it is up to date the others are. Raises OutputError where a file cannot be written.
    """

    def __init__(self, folder: Path, names: Iterable[str] = ()) -> None:
        """`names` of the hand-ins to come: file names then do not depend on which is graded first."""
        self.folder = folder
        self._results: dict[str, Summary] = {}
        self._stems: dict[str, str] = {}
        for name in sorted(names):
            self._stem(name)
        try:
            for part in SUFFIXES:
                (folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"Cannot write to {folder} ({error.strerror}): choose another folder with --out."
            ) from error

    def add(self, result: Result) -> None:
        """Write the files of one result; they are left alone where they hold it already."""
        stem = self._stem(result.submission)
        self._results[stem] = Summary.of(result)
        text = result.model_dump_json(indent=2) + "\n"
        files = {part: self.folder / part / f"{stem}{suffix}" for part, suffix in SUFFIXES.items()}
        if _holds(files["results"], text) and all(file.is_file() for file in files.values()):
            return
        remove(files["results"])
        write_whole(files["reports"], hand_in_page(result))
        write_whole(files["results"], text)

    def remove_others(self) -> None:
        """Remove files of hand-ins that this run has no result of, and what a killed run left half done."""
        for part, suffix in SUFFIXES.items():
            for path in (self.folder / part).glob(f"*{suffix}"):
                if path.name.startswith(".") or path.name.removesuffix(suffix) not in self._results:
                    remove(path)
        for pattern in (f".{name}.*" for name in TABLES):
            for path in self.folder.glob(pattern):
                remove(path)

    def finish(self) -> Sequence[Summary]:
        """Write the tables of the class, if there are results; gives their lines by name."""
        if not self._results:
            return ()  # an earlier run's tables are worth more than empty ones
        results = [self._results[stem] for stem in sorted(self._results)]
        links = {result.submission: f"reports/{stem}.html" for stem, result in self._results.items()}
        marks, index = (self.folder / name for name in TABLES)
        write_whole(marks, class_csv(results))
        write_whole(index, class_page(results, links))
        return results

    def _stem(self, name: str) -> str:
        """A file name of our own for a hand-in, different for every name."""
        if name in self._stems:
            return self._stems[name]
        stem = UNSAFE_IN_FILE_NAMES.sub("_", name).strip(".").lstrip("-")  # "-rf" is an option
        stem = stem.encode()[:LONGEST_STEM].decode(errors="ignore") or "hand-in"
        candidate, number = stem, 2
        while candidate in self._stems.values():
            candidate, number = f"{stem}-{number}", number + 1
        self._stems[name] = candidate
        return candidate


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def remove(path: Path) -> None:
    """Remove a file of ours, if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write {path} ({error.strerror}): choose another folder.") from error


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file beside the target and put it in place in one step."""
    try:
        handle, temporary = tempfile.mkstemp(path.suffix, f".{path.name[:40]}.", path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"Cannot write {path} ({error.strerror}): make room or choose another folder."
        ) from error
