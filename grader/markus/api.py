"""MarkUs' REST API as far as it is needed here, typed (restful-api.md, version 2.10; routes under `/api`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from grader.markus.client import Client
from grader.markus.errors import MarkusError, NoSuchPlace, Refused
from grader.markus.reports import Annotation

NIL = "nil"
"""What unmarks a criterion. MarkUs turns null, and any other text, into 0."""
NOT_FOUND, CONFLICT = 404, 409


class _Named(BaseModel):
    id: int
    name: str


class _Course(BaseModel):
    id: int
    name: str


class _Assignment(BaseModel):
    id: int
    short_identifier: str


class _File(BaseModel):
    id: int
    filename: str


class _Remark(BaseModel):
    group_id: int
    filename: str
    content: str | None = None
    line_start: int | None = None


class _Comment(BaseModel):
    overall_comment: str | None = None


@dataclass(frozen=True, slots=True)
class Grades:
    """The marks that a server holds: each criterion's maximum, and by group each criterion's mark or None."""

    maxima: Mapping[str, float]
    marks: Mapping[str, Mapping[str, float | None]]


class Api:
    """The requests on one assignment of one course."""

    def __init__(self, client: Client, course: int, assignment: int) -> None:
        self._client = client
        self._course_id = course
        self._course = f"courses/{course}"
        self._assignment_id = assignment
        self._assignment = f"{self._course}/assignments/{assignment}"
        self.place = f"{client.url} course {course} assignment {assignment}"

    @classmethod
    def at(cls, client: Client, course: str, assignment: str) -> Api:
        """Find the course and the assignment by id or by short name; NoSuchPlace with those there are."""
        found_course = course
        if not course.isdecimal():
            courses = _read(list[_Course], client.get("courses"), "courses")
            found_course = _chosen(course, {c.name: c.id for c in courses}, "course")
        found = assignment
        if not assignment.isdecimal():
            listed = client.get(f"courses/{found_course}/assignments")
            assignments = _read(list[_Assignment], listed, "assignments")
            found = _chosen(assignment, {a.short_identifier: a.id for a in assignments}, "assignment")
        return cls(client, int(found_course), int(found))

    def group_ids(self) -> Mapping[str, int]:
        """The id of each group by its name."""
        answer = self._client.get(f"{self._assignment}/groups/group_ids_by_name")
        ids: dict[str, int] = _read(dict[str, int], answer, "groups")
        return ids

    def grades(self) -> Grades:
        """The grades summary, a CSV with a line for each student. In any language, its first column is the
        group, its second line has the maxima, and a bonus criterion's column ends in " (Bonus)". The total's
        column, which has a maximum too, comes before those of the criteria and counts as one.
        """
        text = self._client.get_bytes(f"{self._assignment}/grades_summary").decode("utf-8", "replace")
        return grades_from(text)

    def tag_ids(self) -> dict[str, int]:
        """The id of each tag of the assignment by its name."""
        answer = self._client.get(f"{self._course}/tags", assignment_id=str(self._assignment_id))
        return {tag.name: tag.id for tag in _read(list[_Named], answer, "tags")}

    def annotations(self) -> Mapping[int, frozenset[Annotation]]:
        """The remarks on lines of text files, by group id."""
        found: dict[int, set[Annotation]] = {}
        answer = self._client.get(f"{self._assignment}/groups/annotations")
        for remark in _read(list[_Remark], answer, "annotations"):
            if remark.line_start is not None and remark.content is not None:
                annotation = Annotation(
                    filename=remark.filename, line=remark.line_start, content=remark.content
                )
                found.setdefault(remark.group_id, set()).add(annotation)
        return {group: frozenset(annotations) for group, annotations in found.items()}

    def feedback_ids(self, group: int) -> Mapping[str, int] | None:
        """The id of each feedback file by its name; None while nothing is collected from the group."""
        try:
            answer = self._client.get(f"{self._group(group)}/feedback_files")
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise
        return {file.filename: file.id for file in _read(list[_File], answer, "feedback files")}

    def feedback(self, group: int, file: int) -> bytes:
        """What a feedback file holds."""
        return self._client.get_bytes(f"{self._group(group)}/feedback_files/{file}")

    def comment(self, group: int) -> str | None:
        """The overall comment; None where there is no way to it (before version 2.10.1)."""
        try:
            answer = self._client.get(f"{self._group(group)}/overall_comment")
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise
        return _read(_Comment, answer, "overall comment").overall_comment or ""

    def set_marks(self, group: int, marks: Mapping[str, float | None]) -> None:
        """Set marks by criterion, None to unmark. Refused with 404 where marking is complete."""
        body = {name: NIL if mark is None else mark for name, mark in marks.items()}
        self._client.send("PUT", f"{self._group(group)}/update_marks", body)

    def add_feedback(self, group: int, name: str, content: bytes) -> None:
        """Add a feedback page; where one of that name has appeared meanwhile, replace it."""
        body = {"filename": name, "mime_type": "text/html"}
        file = (name, content, "text/html")
        try:
            self._client.send("POST", f"{self._group(group)}/feedback_files", body, file=file)
        except Refused as refused:
            if refused.status != CONFLICT:
                raise
            self.replace_feedback(group, (self.feedback_ids(group) or {})[name], name, content)

    def replace_feedback(self, group: int, file: int, name: str, content: bytes) -> None:
        """Give a feedback file new content."""
        path = f"{self._group(group)}/feedback_files/{file}"
        self._client.send("PUT", path, {"filename": name}, file=(name, content, "text/html"))

    def add_annotations(self, group: int, annotations: Sequence[Annotation]) -> None:
        """Add remarks on lines, all or none; they cannot be taken back through the API."""
        fields = [
            {
                "filename": annotation.filename,
                "content": annotation.content,
                "line_start": annotation.line,
                "line_end": annotation.line,
                "column_start": 0,
                "column_end": 1,  # MarkUs' viewer stumbles over a column past the line's end
            }
            for annotation in annotations
        ]
        self._client.send("POST", f"{self._group(group)}/add_annotations", {"annotations": fields})

    def set_comment(self, group: int, text: str) -> None:
        """Replace the overall comment."""
        self._client.send("PATCH", f"{self._group(group)}/overall_comment", {"overall_comment": text})

    def create_tag(self, name: str, description: str) -> None:
        """Make a tag for the assignment."""
        body = {"name": name, "description": description, "assignment_id": self._assignment_id}
        self._client.send("POST", f"{self._course}/tags", body)

    def add_tag(self, group: int, tag: int) -> None:
        """Tag a group. MarkUs answers 404 where it has the tag already."""
        self._change_tag("add_tag", group, tag)

    def remove_tag(self, group: int, tag: int) -> None:
        """Take a tag off a group. MarkUs answers 404 where it does not have the tag."""
        self._change_tag("remove_tag", group, tag)

    def _change_tag(self, change: str, group: int, tag: int) -> None:
        try:
            self._client.send("PUT", f"{self._group(group)}/{change}", {"tag_id": tag})
        except Refused as refused:
            if refused.status != NOT_FOUND:
                raise

    def _group(self, group: int) -> str:
        return f"{self._assignment}/groups/{group}"


def grades_from(text: str) -> Grades:
    """Read a grades summary; MarkusError if it is none."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if len(rows) < 2 or len(rows[0]) != len(rows[1]):
        raise MarkusError(
            "MarkUs' grades summary is empty or not as expected: has the assignment criteria, and the key an "
            "instructor's rights?"
        )
    header, maxima, *students = rows
    columns = {
        name.removesuffix(" (Bonus)"): place
        for place, name in enumerate(header)
        if place and _number(maxima[place]) is not None
    }
    marks = {
        row[0]: {name: _number(row[place]) for name, place in columns.items()}
        for row in students
        if row[0] and len(row) == len(header)
    }
    return Grades({name: _number(maxima[place]) or 0.0 for name, place in columns.items()}, marks)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _chosen(wanted: str, known: Mapping[str, int], kind: str) -> str:
    if wanted in known:
        return str(known[wanted])
    names = ", ".join(f"{name} ({id})" for name, id in known.items()) or "none that your key may see"
    raise NoSuchPlace(f"MarkUs has no {kind} {wanted!r}; there are: {names}.")


def _read(kind: Any, answer: Any, what: str) -> Any:
    """The answer as typed values; MarkusError if the server's form has changed."""
    try:
        return TypeAdapter(kind).validate_python(answer)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise MarkusError(
            f"MarkUs lists its {what} in a form unknown to this version ({where}): tell the maintainers."
        ) from None
