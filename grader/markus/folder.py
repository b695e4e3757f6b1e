"""The folder `markus` of a batch: what a TA uploads by hand, and what `grader markus push` sends."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.assignment import Assignment
from grader.batch.output import OutputError, remove, write_whole
from grader.markus.criteria import MarkusCriterion, criteria_of, rounded_by_markus
from grader.markus.feedback import feedback_page
from grader.markus.grades_csv import grades_csv
from grader.markus.reports import GROUPS, GroupReport, group_report
from grader.results import Result

GRADES, FEEDBACK = "grades.csv", "feedback"

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_ -]{0,99}")


def write_markus(results: Iterable[Result], assignment: Assignment, folder: Path) -> str | None:
    """Write `grades.csv`, `groups.jsonl` and `feedback/NAME.html` for the groups of a class.

    Results are taken one at a time. A file appears whole or not at all. Raises OutputError where it cannot.
    Where MarkUs would round marks there is no `grades.csv`, and a sentence that says what to do.
    """
    criteria = criteria_of(assignment)
    try:
        (folder / FEEDBACK).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"Cannot write to {folder} ({error.strerror}): choose another folder with --out."
        ) from error
    reports = [_written(result, assignment, criteria, folder) for result in results]
    write_whole(folder / GROUPS, "".join(f"{report.model_dump_json()}\n" for report in reports))
    if complaint := rounded_by_markus(criteria):
        remove(folder / GRADES)  # of an earlier rubric
        return f"There is no {folder / GRADES}: {complaint}"
    write_whole(folder / GRADES, grades_csv(reports, criteria))
    return None


def _written(
    result: Result, assignment: Assignment, criteria: Sequence[MarkusCriterion], folder: Path
) -> GroupReport:
    feedback = f"{FEEDBACK}/{file_stem(result.submission)}.html"
    write_whole(folder / feedback, feedback_page(result))
    return group_report(result, assignment, criteria, feedback)


def file_stem(name: str) -> str:
    """A file name for a group: its own where that is plain, else one made of it."""
    if _PLAIN.fullmatch(name):
        return name
    return f"{re.sub('[^A-Za-z0-9_-]+', '_', name)[:60]}-{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
