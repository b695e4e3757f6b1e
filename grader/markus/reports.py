"""What MarkUs is to be told about one group, made from its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from grader.assignment import Assignment
from grader.errors import Exit, GraderError
from grader.markus.criteria import MarkusCriterion
from grader.results import CriterionResult, Frozen, Outcome, Result

NEEDS_PERSON = "grader: needs a person"
FAILED = "grader: failed"
UNREADABLE = "grader: unreadable"
TAGS = {
    NEEDS_PERSON: "A check left an answer to a person.",
    FAILED: "The grader itself failed on something: grade that by hand.",
    UNREADABLE: "The hand-in could not be read.",
}
"""Our tags and their descriptions. MarkUs takes names of 30 characters."""

GROUPS = "groups.jsonl"
FEEDBACK_NAME = "grader_report.html"
COMMENT_START = "**Grader:**"
LONGEST_ANNOTATION = 1000
ANNOTATED = frozenset(
    {Outcome.PARTIAL, Outcome.INCORRECT, Outcome.UNREADABLE, Outcome.ERROR, Outcome.TIMEOUT}
)


class NoReports(GraderError):  # noqa: N818 - the family's name says that it is an error
    """The folder holds nothing that can be sent to MarkUs."""

    exit_code = Exit.USAGE


class Annotation(Frozen):
    """A remark on one line of a text file; `filename` is its base name, as MarkUs asks."""

    filename: str
    line: int
    content: str


class GroupReport(Frozen):
    """All that MarkUs is to be told about a group. A mark is null while it is pending."""

    group: str
    marks: dict[str, float | None]
    tags: tuple[str, ...] = ()
    comment: str
    annotations: tuple[Annotation, ...] = ()
    feedback: str


def group_report(
    result: Result, assignment: Assignment, criteria: Sequence[MarkusCriterion], feedback: str
) -> GroupReport:
    """`feedback` is the file with the group's page, relative to the folder of all the reports."""
    marks = {criterion.name: criterion.earned(result) for criterion in criteria}
    return GroupReport(
        group=result.submission,
        marks=marks,
        tags=tags_of(result, assignment),
        comment=comment_on(marks, criteria),
        annotations=tuple(annotations_of(result)),
        feedback=feedback,
    )


def tags_of(result: Result, assignment: Assignment) -> tuple[str, ...]:
    """The tags for what a TA should not miss; what every group leaves to a person is no reason for one."""
    checked = {f"{q.id}/{c.id}" for q, c in assignment.criteria() if c.by == "check"}
    outcomes = {
        criterion.outcome
        for question in result.questions
        for criterion in question.criteria
        if f"{question.id}/{criterion.id}" in checked
    }
    wanted = {
        NEEDS_PERSON: Outcome.NEEDS_PERSON in outcomes,
        FAILED: Outcome.GRADER_ERROR in outcomes,
        UNREADABLE: result.problem is not None and Outcome.GRADER_ERROR not in outcomes,
    }
    return tuple(tag for tag, is_wanted in wanted.items() if is_wanted)


def comment_on(marks: dict[str, float | None], criteria: Sequence[MarkusCriterion]) -> str:
    """One line that stays true after people have marked their part; it begins with COMMENT_START."""
    settled = [criterion for criterion in criteria if marks[criterion.name] is not None]
    earned = sum(marks[criterion.name] or 0.0 for criterion in settled)
    worth = sum(criterion.marks for criterion in settled)
    left = [criterion.name for criterion in criteria if marks[criterion.name] is None]
    by_people = f" Marked by people: {', '.join(left)}." if left else ""
    return f"{COMMENT_START} {earned:g} of {worth:g} marks; the reasons are in {FEEDBACK_NAME}.{by_people}"


def annotations_of(result: Result) -> Iterator[Annotation]:
    """Remarks on lines of a handed-in .py file. Places in a notebook are nodes of MarkUs' own page of it."""
    if result.notebook is None or not result.notebook.lower().endswith(".py"):
        return
    for question in result.questions:
        for criterion in question.criteria:
            if criterion.place and criterion.place.line and criterion.outcome in ANNOTATED:
                yield Annotation(
                    filename=result.notebook,
                    line=criterion.place.line,
                    content=_remark(question.id, criterion),
                )


def _remark(question: str, criterion: CriterionResult) -> str:
    """Without NUL, which a PostgreSQL text cannot hold."""
    return f"{question} {criterion.title}: {criterion.message}".replace("\0", "")[:LONGEST_ANNOTATION]


def read_reports(folder: Path) -> tuple[GroupReport, ...]:
    """The reports of a folder that MarkusFolder wrote; NoReports if there are none."""
    path = folder / GROUPS
    try:
        lines = path.read_text("utf-8").split("\n")
        reports = tuple(GroupReport.model_validate_json(line) for line in lines if line)
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise NoReports(
            f"Cannot read {path} ({reason}): give the folder that `grader batch` wrote with --out."
        ) from None
    if not reports:
        raise NoReports(f"{path} holds no groups: grade the class first with `grader batch`.")
    return reports
