"""The class report as CSV files. A cell of a student's making never begins a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields

from grader.report.answers import WrongAnswer
from grader.report.items import Item
from grader.report.queue import Part, Waiting
from grader.results.class_csv import defused

EXCERPT = 300
QUEUE_COLUMNS = (
    "student",
    "question",
    "criterion",
    "marks",
    "title",
    "why",
    "text",
    "earned",
    "reason",
    "by",
)
"""`grader marks import` reads the first three and the last three; those are for a person to fill in."""


def queue_csv(parts: Sequence[Part]) -> str:
    """A row per part that waits, with empty columns for who marks it."""
    return _table(
        QUEUE_COLUMNS,
        (
            (*_where(part, w), part.title, w.criterion.message, w.text[:EXCERPT], "", "", "")
            for part in parts
            for w in part.waiting
        ),
    )


def _where(part: Part, waiting: Waiting) -> tuple[str, str, str, str]:
    return waiting.graded.name, part.question, part.criterion, f"{part.marks:g}"


def items_csv(items: Sequence[Item]) -> str:
    """A row per criterion."""
    columns = tuple(field.name for field in fields(Item))
    return _table(columns, ([_cell(getattr(item, column)) for column in columns] for item in items))


def wrong_answers_csv(groups: Sequence[WrongAnswer]) -> str:
    """A row per group, with what was given and the hand-ins that gave it."""
    return _table(
        ("question", "criterion", "outcome", "diagnosis", "hand-ins", "answers", "names"),
        (
            (
                *(group.question, group.criterion, group.outcome.value, group.diagnosis),
                len(group.hand_ins),
                "; ".join(answer for answer, _ in group.answers)[:EXCERPT],
                "; ".join(hand_in.name for hand_in in group.hand_ins),
            )
            for group in groups
        ),
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([defused(str(cell)) for cell in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
