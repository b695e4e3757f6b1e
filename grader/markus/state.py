"""What a MarkUs server holds on the groups of an assignment, read before anything is planned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.markus.api import Api, Grades
from grader.markus.journal import Journal
from grader.markus.reports import FEEDBACK_NAME, Annotation, GroupReport

Part = Literal["marks", "feedback", "annotations", "comments", "tags"]
PARTS: tuple[Part, ...] = ("marks", "feedback", "annotations", "comments", "tags")


@dataclass(frozen=True, slots=True)
class Feedback:
    """Our page on the server. digest: of what it holds, None where it was not looked at."""

    id: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class GroupState:
    """What the server holds on one group. comment: None where this MarkUs has no way to it."""

    id: int
    collected: bool
    marks: Mapping[str, float | None] | None
    feedback: Feedback | None = None
    comment: str | None = None
    annotations: frozenset[Annotation] = frozenset()


@dataclass(frozen=True, slots=True)
class ServerState:
    """Groups by name, each criterion's maximum, and the names of the assignment's tags."""

    groups: Mapping[str, GroupState]
    maxima: Mapping[str, float]
    tags: frozenset[str] = frozenset()


def read_state(
    api: Api,
    reports: Sequence[GroupReport],
    journal: Journal,
    parts: Collection[Part],
    on_group: Callable[[str], None] = lambda group: None,
) -> ServerState:
    """Ask for what the plan needs: five requests for the class and up to three for each group."""
    ids = api.group_ids()
    grades = api.grades()
    tags = frozenset(api.tag_ids()) if "tags" in parts else frozenset()
    annotations = api.annotations() if "annotations" in parts else {}
    groups = {}
    for report in reports:
        if report.group in ids:
            id = ids[report.group]
            groups[report.group] = _group(api, report.group, id, grades, journal, parts, annotations.get(id))
        on_group(report.group)
    return ServerState(groups, grades.maxima, tags)


def _group(
    api: Api,
    name: str,
    id: int,
    grades: Grades,
    journal: Journal,
    parts: Collection[Part],
    annotations: frozenset[Annotation] | None,
) -> GroupState:
    files = api.feedback_ids(id)
    feedback = None
    if files and FEEDBACK_NAME in files and "feedback" in parts:
        file = files[FEEDBACK_NAME]
        known = journal.feedback(name)
        feedback = Feedback(file, known or digest_of(api.feedback(id, file)))
    return GroupState(
        id=id,
        collected=files is not None,
        marks=grades.marks.get(name),
        feedback=feedback,
        comment=api.comment(id) if "comments" in parts and files is not None else None,
        annotations=annotations or frozenset(),
    )


def digest_of(content: bytes) -> str:
    """What tells one page from another."""
    return hashlib.sha256(content).hexdigest()
