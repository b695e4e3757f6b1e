"""The class's marks as one CSV file, a line per hand-in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.results.summary import Summary

STARTS_A_FORMULA = tuple("=+-@＝＋－＠")  # OWASP; white space is taken off before


def class_csv(results: Sequence[Summary]) -> str:
    """Marks awarded and pending, then one column per question (empty while its marks are pending)."""
    questions = [question.id for question in results[0].questions] if results else []
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["hand-in", "awarded", "pending", "problem", *questions])
    for result in results:
        earned = {question.id: question.earned for question in result.questions}
        writer.writerow(
            [
                defused(result.submission),
                f"{result.awarded:g}",
                f"{result.pending:g}",
                defused(result.problem or ""),
                *("" if earned[id] is None else f"{earned[id]:g}" for id in questions),
            ]
        )
    return table.getvalue()


def defused(text: str) -> str:
    """Text that a spreadsheet will not take for a formula (OWASP: a leading apostrophe)."""
    text = " ".join(text.split())
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
