"""A TA's queue.csv, filled in, as marks: read strictly, so that nothing reaches a student by a slip."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from grader.errors import Exit, GraderError
from grader.report.results import Graded
from grader.results import CriterionResult
from grader.results.class_csv import defused

NEEDED = ("student", "question", "criterion", "earned", "reason", "by")
MAX_COMPLAINTS = 20
LONGEST_REASON = 2_000


class BadMarks(GraderError):  # noqa: N818 - what is the matter with the file
    """The file of marks cannot be taken as it is; the message lists what to mend, with the lines."""

    exit_code = Exit.USAGE


class PersonsMarks(Protocol):
    """What keeps the marks that persons gave, through every regrade."""

    def set_mark(self, name: str, criterion: str, earned: float | None, *, reason: str, by: str) -> object:
        """Keep a mark for `question/criterion` of a hand-in; it replaces an earlier one."""


@dataclass(frozen=True, slots=True)
class Change:
    """A mark that a person gives, and what stood there before (None while it was pending)."""

    name: str
    criterion: str
    before: float | None
    earned: float
    marks: float
    reason: str
    by: str

    @property
    def overrides(self) -> bool:
        """Whether the grader, or a person, had settled it before."""
        return self.before is not None


def read_changes(text: str, graded: Sequence[Graded]) -> tuple[Change, ...]:
    """The rows that say something new, in the file's order. BadMarks lists every row that cannot be right.

    A row whose last three columns are empty is not decided yet and is left out.
    """
    table = _Table(graded)
    changes: list[Change] = []
    complaints: list[str] = []
    for line, row in _rows(text):
        if not any(row[column] for column in ("earned", "reason", "by")):
            continue
        try:
            change = table.change(row)
        except ValueError as problem:
            complaints.append(f"line {line}: {problem}")
            continue
        if (change.name, change.criterion) in {(other.name, other.criterion) for other in changes}:
            complaints.append(f"line {line}: {change.criterion} of {change.name} is marked twice")
        elif not table.is_known(change):
            changes.append(change)
    if complaints:
        more = f"\n… and {len(complaints) - MAX_COMPLAINTS} more" if len(complaints) > MAX_COMPLAINTS else ""
        listed = "\n".join(complaints[:MAX_COMPLAINTS])
        raise BadMarks(f"Nothing was imported; mend these lines and import the file again:\n{listed}{more}")
    return tuple(changes)


def decode(data: bytes) -> str:
    """UTF-8, or what a spreadsheet on Windows saves as CSV."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def keep(changes: Sequence[Change], marks: PersonsMarks) -> None:
    """Hand every change to the store."""
    for change in changes:
        marks.set_mark(change.name, change.criterion, change.earned, reason=change.reason, by=change.by)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line; a spreadsheet may have put semicolons for the commas."""
    heading = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text), delimiter=";" if heading.count(";") > heading.count(",") else ","
    )
    columns = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise BadMarks(
            f"The file lacks the column(s) {', '.join(missing)}: start from the queue.csv of `grader report`."
        )
    for row in reader:
        yield reader.line_num, {name: (row[columns[name]] or "").strip() for name in NEEDED}


class _Table:
    """The class's criteria, to look rows up in. Names may have been defused for spreadsheets."""

    def __init__(self, graded: Sequence[Graded]) -> None:
        self._criteria: Mapping[str, tuple[str, Mapping[str, CriterionResult]]] = {
            defused(g.name): (g.name, {f"{q.id}/{c.id}": c for q, c in g.criteria()}) for g in graded
        }

    def change(self, row: Mapping[str, str]) -> Change:
        """A row as a mark; ValueError says what is wrong with it."""
        student = defused(row["student"].removeprefix("'"))
        if student not in self._criteria:
            raise ValueError(f"there is no hand-in {row['student']!r}")
        name, criteria = self._criteria[student]
        id = f"{row['question']}/{row['criterion']}"
        if id not in criteria:
            raise ValueError(f"there is no criterion {id!r}")
        criterion = criteria[id]
        earned = _marks(row["earned"], criterion.marks)
        for column in ("reason", "by"):
            if not row[column]:
                raise ValueError(f"{id} of {name} has marks but nothing under {column!r}")
        if len(row["reason"]) > LONGEST_REASON:
            raise ValueError(f"the reason is longer than {LONGEST_REASON} characters")
        return Change(name, id, criterion.earned, earned, criterion.marks, row["reason"], row["by"])

    def is_known(self, change: Change) -> bool:
        """Whether the same person's mark with the same reason counts already."""
        criterion = self._criteria[defused(change.name)][1][change.criterion]
        mark = getattr(criterion, "by_person", None)
        return mark is not None and (mark.earned, mark.reason, mark.by) == (
            change.earned,
            change.reason,
            change.by,
        )


def _marks(text: str, most: float) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"{text!r} is no number of marks" if text else "the marks are missing") from None
    if not math.isfinite(value) or not 0 <= value <= most:
        raise ValueError(f"{text} marks are not between 0 and {most:g}")
    if abs(value * 100 - round(value * 100)) > 1e-6:
        raise ValueError(f"{text} marks are finer than hundredths")
    return value
