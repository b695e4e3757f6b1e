"""How far a batch is: a line on stderr with counts and the time left, and a line per hand-in on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.results import Outcome, Result
from grader.results.notable import to_look_at
from grader.results.terminal import plain

WORDS = {
    Outcome.GRADER_ERROR: "grader failed",
    Outcome.TIMEOUT: "timed out",
    Outcome.ERROR: "raised",
}
"""What a hand-in counts as, by the first of these outcomes that it has."""


class ClassProgress:
    """The progress line: hand-ins done, time left, and how they came out."""

    def __init__(self, progress: Progress, total: int | None, *, verbose: bool) -> None:
        self._progress = progress
        self._verbose = verbose
        self._task = progress.add_task("Grading", total=total, counts="")
        self._counts: Counter[str] = Counter()

    def begin(self, total: int) -> None:
        """There are so many to do; the line appears."""
        self._progress.update(self._task, total=total)
        self._progress.start()

    def end(self) -> None:
        """Leave the line as it stands: what follows is printed below it."""
        if self._progress.live.is_started:
            self._progress.stop()

    def count(self, word: str) -> None:
        """One more hand-in is done, and this is how."""
        self._counts[word] += 1
        counts = ", ".join(f"{number} {word}" for word, number in sorted(self._counts.items()))
        self._progress.update(self._task, advance=1, counts=counts)

    def show(self, result: Result) -> None:
        """Count one more hand-in by its result, and give it a line if every one gets one."""
        self.count(kind_of(result))
        if self._verbose:
            line = f"{result.submission}  {result.awarded:g} + {result.pending:g} pending of {result.marks:g}"
            notable = to_look_at(result)
            self._progress.console.print(
                Text(plain(f"{line}  {notable}" if notable else line)), soft_wrap=True
            )


def kind_of(result: Result) -> str:
    """One word or two for how a hand-in came out."""
    if result.problem:
        return "unreadable"
    outcomes = {c.outcome for question in result.questions for c in question.criteria}
    return next((word for outcome, word in WORDS.items() if outcome in outcomes), "graded")


@contextmanager
def class_progress(
    total: int | None = None, *, quiet: bool, verbose: bool = False
) -> Iterator[ClassProgress]:
    """A progress line on stderr, so that stdout stays clean; it is there once `begin` knows the total."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    line = Progress(*columns, console=Console(stderr=True), disable=quiet and not verbose)
    progress = ClassProgress(line, total, verbose=verbose)
    if total is not None:
        progress.begin(total)
    try:
        yield progress
    finally:
        progress.end()
