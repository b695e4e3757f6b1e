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
from grader.results.html import class_page
from grader.results.rendering import Rendering
from grader.results.summary import Summary

UNSAFE_IN_FILE_NAMES = re.compile(r"[^\w.-]+")
LONGEST_STEM = 200  # bytes; file systems take names of 255
SUFFIXES = {"results": ".json", "reports": ".html"}
TABLES = ("marks.csv", "index.html")


class OutputError(GraderError):
    """The output folder cannot be used; the message says what to do."""

    exit_code = Exit.USAGE


class Output(Protocol):
    """Files that are made of the results of a class, which come one at a time: some for each hand-in, and
    tables.
    """

    def state(self, name: str) -> bytes | None:
        """What stands in the files of a hand-in; None where one is missing."""

    def take(self, result: Result) -> None:
        """Note for the tables what there is to say of a hand-in."""

    def write(self, rendering: Rendering) -> None:
        """Write the files of a hand-in. Raises OutputError where one cannot be written."""

    def finish(self) -> object:
        """All are there. Raises OutputError where a file cannot be written."""


class BatchOutput:
    """Writes `results/NAME.json` and `reports/NAME.html` per hand-in, `marks.csv` and `index.html` for the
    class. A file appears whole or not at all, and a hand-in's JSON last, so that where
    it is there the others are. Raises OutputError where a file cannot be written.
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

    def state(self, name: str) -> bytes | None:
        """The hand-in's JSON as it stands, where its report is there too: `grader report` may have added to
        that.
        """
        files = self._files(name)
        return contents(files["results"]) if files["reports"].is_file() else None

    def take(self, result: Result) -> None:
        """Note what the tables say of a hand-in."""
        self._results[self._stem(result.submission)] = Summary.of(result)

    def write(self, rendering: Rendering) -> None:
        """Write the files of one hand-in."""
        files = self._files(rendering.result.submission)
        remove(files["results"])
        write_whole(files["reports"], rendering.page)
        write_whole(files["results"], rendering.json)

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

    def _files(self, name: str) -> dict[str, Path]:
        stem = self._stem(name)
        return {part: self.folder / part / f"{stem}{suffix}" for part, suffix in SUFFIXES.items()}

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


def contents(path: Path) -> bytes | None:
    """The bytes of a file; None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


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
