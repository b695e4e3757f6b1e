"""The folder `markus` of a batch: what a TA uploads by hand, and what `grader markus push` sends."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from grader.assignment import Assignment
from grader.batch.output import OutputError, contents, remove, write_whole
from grader.markus.criteria import criteria_of, rounded_by_markus
from grader.markus.feedback import feedback_page
from grader.markus.grades_csv import grades_csv
from grader.markus.reports import GROUPS, GroupReport, group_report
from grader.results import Result
from grader.results.rendering import Rendering

GRADES, FEEDBACK = "grades.csv", "feedback"

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_ -]{0,99}")


class MarkusFolder:
    """Writes `feedback/NAME.html` for each group, then `groups.jsonl` and `grades.csv` for the class.

    A file appears whole or not at all. Raises OutputError where it cannot. Where MarkUs would round marks
    there is no `grades.csv`, and `complaint` is a sentence that says what to do.
    """

    def __init__(self, assignment: Assignment, folder: Path) -> None:
        self._assignment = assignment
        self._folder = folder
        self._criteria = criteria_of(assignment)
        self._reports: dict[str, GroupReport] = {}
        rounded = rounded_by_markus(self._criteria)
        self.complaint = rounded and f"There is no {folder / GRADES}: {rounded}"

    def state(self, name: str) -> bytes | None:
        """What stands in the page of a group; None where there is none."""
        return contents(self._folder / _feedback(name))

    def take(self, result: Result) -> None:
        """Note what is to be told about one group."""
        report = group_report(result, self._assignment, self._criteria, _feedback(result.submission))
        self._reports[result.submission] = report

    def write(self, rendering: Rendering) -> None:
        """Write the page of one group."""
        try:
            (self._folder / FEEDBACK).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"Cannot write to {self._folder} ({error.strerror}): choose another folder with --out."
            ) from error
        write_whole(self._folder / _feedback(rendering.result.submission), feedback_page(rendering))

    def finish(self) -> None:
        """Write the tables, if there is anything to put in them; remove what a killed run left half done."""
        for pattern in (f"{FEEDBACK}/.*", ".grades.csv.*", ".groups.jsonl.*"):
            for path in self._folder.glob(pattern):
                remove(path)
        reports = [self._reports[group] for group in sorted(self._reports)]
        if not reports:
            return
        write_whole(self._folder / GROUPS, "".join(f"{report.model_dump_json()}\n" for report in reports))
        if self.complaint:
            remove(self._folder / GRADES)  # of an earlier rubric
        else:
            write_whole(self._folder / GRADES, grades_csv(reports, self._criteria))


def _feedback(name: str) -> str:
    """The file of a group's page, from the folder."""
    return f"{FEEDBACK}/{file_stem(name)}.html"


def file_stem(name: str) -> str:
    """A file name for a group: its own where that is plain, else one made of it."""
    if _PLAIN.fullmatch(name):
        return name
    return f"{re.sub('[^A-Za-z0-9_-]+', '_', name)[:60]}-{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
