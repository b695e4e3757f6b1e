"""A gradebook for Canvas to import ("How do I import grades in the Gradebook?", community.canvaslms.com).

Canvas takes what a cell holds, so a hand-in with pending marks has no line: Canvas keeps what it has.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from grader.errors import Exit, GraderError
from grader.results.class_csv import defused
from grader.results.model import Result

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "    Points Possible"


class NotAGradebook(GraderError):  # noqa: N818 - what is wrong with the file
    """The file is no gradebook as Canvas exports it."""

    exit_code = Exit.USAGE


def canvas_csv(results: Sequence[Result], gradebook: str | None = None) -> str:
    """A line per hand-in whose marks are all settled.

    gradebook: Canvas' own export, from which each student's line is taken: the one whose SIS login or user
    id, id or name is the hand-in's name. Without it the name is given as SIS login.
    """
    exported = _read(gradebook) if gradebook is not None else None
    title = results[0].assignment_title if results else "Assignment"
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*COLUMNS, _column(title, exported)])
    writer.writerow([POINTS, "", "", "", "", f"{results[0].marks:g}" if results else ""])
    for result in results:
        student = _student(result.submission, exported)
        if result.earned is not None and student is not None:
            writer.writerow([*(defused(student[column]) for column in COLUMNS), f"{result.earned:g}"])
    return table.getvalue()


def _read(gradebook: str) -> list[dict[str, str]]:
    lines = list(csv.DictReader(io.StringIO(gradebook.removeprefix("\ufeff"))))
    if not lines or not {"Student", "ID"} <= lines[0].keys():
        raise NotAGradebook(
            "That file is no Canvas gradebook: it lacks the columns Student and ID. Export one with "
            "Grades > Export > Export Entire Gradebook."
        )
    return [{column: value or "" for column, value in line.items() if column} for line in lines]


def _column(title: str, exported: Sequence[Mapping[str, str]] | None) -> str:
    """The assignment's column as Canvas calls it, which is its title and its number there."""
    columns = exported[0].keys() if exported else ()
    return next((name for name in columns if name.rpartition(" (")[0] == title or name == title), title)


def _student(name: str, exported: Sequence[Mapping[str, str]] | None) -> dict[str, str] | None:
    if exported is None:
        return dict.fromkeys(COLUMNS, "") | {"Student": name, "SIS Login ID": name}
    for column in ("SIS Login ID", "SIS User ID", "ID", "Student"):
        for line in exported:
            if line.get(column, "").strip().casefold() == name.casefold():
                return {column: line.get(column, "") for column in COLUMNS}
    return None
