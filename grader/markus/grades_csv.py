"""The file that MarkUs' Grades page takes (Upload, from version 2.10.1 on)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.markus.criteria import MarkusCriterion
from grader.markus.reports import GroupReport

GROUP_COLUMN = "Group name"


def grades_csv(reports: Sequence[GroupReport], criteria: Sequence[MarkusCriterion]) -> str:
    """A line for each group, a column for each criterion that has a mark, a pending mark left empty.

    Any column besides makes MarkUs refuse the file, and an empty cell clears a mark where existing ones are
    overwritten: so a criterion that nobody has a mark in is left out, and people's marks in it are safe.
    """
    names = [c.name for c in criteria if any(report.marks[c.name] is not None for report in reports)]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([GROUP_COLUMN, *names])
    for report in sorted(reports, key=lambda report: report.group):
        marks = [report.marks[name] for name in names]
        writer.writerow([report.group, *("" if mark is None else f"{mark:g}" for mark in marks)])
    return table.getvalue()
