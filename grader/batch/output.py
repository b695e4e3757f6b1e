"""The folder of a batch: each result written as it is made, the tables at the end."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.errors import Exit, GraderError
from grader.results import Result
from grader.results.class_csv import class_csv
from grader.results.html import class_page, hand_in_page

UNSAFE_IN_FILE_NAMES = re.compile(r"[^\w.-]+")
LONGEST_STEM = 200  # bytes; file systems take names of 255


class OutputError(GraderError):
    """The output folder cannot be used; the message says what to do."""

    exit_code = Exit.USAGE


class BatchOutput:
    """Writes `results/NAME.json` and `reports/NAME.html` per hand-in, `marks.csv` and `index.html` for the
    class. A file appears whole or not at all. Raises OutputError where it cannot.
    """

    def __init__(self, folder: Path, names: Iterable[str] = ()) -> None:
        """`names` of the hand-ins to come: file names then do not depend on which is graded first."""
        self.folder = folder
        self._results: dict[str, Result] = {}
        self._stems: dict[str, str] = {}
        for name in sorted(names):
            self._stem(name)
        try:
            for part in ("results", "reports"):
                (folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"Cannot write to {folder} ({error.strerror}): choose another folder with --out."
            ) from error

    def add(self, result: Result) -> None:
        """Keep one result."""
        stem = self._stem(result.submission)
        self._results[stem] = result
        write_whole(self.folder / "results" / f"{stem}.json", result.model_dump_json(indent=2) + "\n")
        write_whole(self.folder / "reports" / f"{stem}.html", hand_in_page(result))

    def finish(self) -> Sequence[Result]:
        """Write the tables of the class, if there are results; gives the results by name."""
        if not self._results:
            return ()  # an earlier run's tables are worth more than empty ones
        results = [self._results[stem] for stem in sorted(self._results)]
        links = {result.submission: f"reports/{stem}.html" for stem, result in self._results.items()}
        write_whole(self.folder / "marks.csv", class_csv(results))
        write_whole(self.folder / "index.html", class_page(results, links))
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


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file beside the target and put it in place in one step."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
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
