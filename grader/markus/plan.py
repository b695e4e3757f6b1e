"""What to send: a pure function of the reports, the server's state and the journal.

Marks are merged: an empty mark is filled, one of ours is replaced, and one that a person gave is kept unless
asked otherwise. A group whose marking is complete or released refuses its first request and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from grader.markus.actions import (
    Action,
    AddAnnotations,
    AddTag,
    AskWhetherOpen,
    GroupPlan,
    Plan,
    RemoveTag,
    SendFeedback,
    SetComment,
    SetMarks,
)
from grader.markus.criteria import SAME
from grader.markus.errors import MarkusError
from grader.markus.journal import Journal
from grader.markus.reports import COMMENT_START, TAGS, GroupReport
from grader.markus.state import PARTS, GroupState, Part, ServerState

DigestOf = Callable[[str], str]


class CriteriaDiffer(MarkusError):  # noqa: N818 - the family's name says that it is an error
    """MarkUs' criteria are not those of the assignment."""


def make_plan(
    reports: Sequence[GroupReport],
    worth: Mapping[str, float],
    state: ServerState,
    journal: Journal,
    digest_of_file: DigestOf,
    *,
    parts: Collection[Part] = PARTS,
    overwrite: bool = False,
) -> Plan:
    """What to do to each group.

    worth: each criterion's marks. digest_of_file: of a page, by its path in its report. overwrite: replace
    marks that people gave, too. Raises CriteriaDiffer unless MarkUs has each criterion with the same maximum.
    """
    if "marks" in parts:
        _check_reports(reports, worth)
        _check_criteria(worth, state.maxima)
    groups = tuple(
        _group_plan(report, state, journal, digest_of_file, parts, overwrite)
        for report in sorted(reports, key=lambda report: report.group)
    )
    notices = []
    if "comments" in parts and any(g.collected and g.comment is None for g in state.groups.values()):
        notices.append("This MarkUs is older than 2.10.1 and has no way to overall comments: none are sent.")
    return Plan(groups, tuple(notices))


def _check_reports(reports: Sequence[GroupReport], worth: Mapping[str, float]) -> None:
    """MarkUs passes over marks of a name that it does not know without a word."""
    other = sorted({name for report in reports for name in report.marks.keys() ^ worth.keys()})
    if other:
        raise CriteriaDiffer(
            f"The class was graded for other criteria than the assignment now has ({', '.join(other)}): "
            "give `grader batch` again, which writes them anew."
        )


def _check_criteria(worth: Mapping[str, float], maxima: Mapping[str, float]) -> None:
    missing = [name for name in worth if name not in maxima]
    if missing:
        raise CriteriaDiffer(
            f"MarkUs' assignment has no criterion {', '.join(missing)}; "
            f"there are {', '.join(maxima) or 'none'}. Name MarkUs' criteria in the assignment's [markus] "
            "table, or upload to MarkUs what `grader markus criteria` prints."
        )
    for name, marks in worth.items():
        if abs(maxima[name] - marks) > SAME:
            raise CriteriaDiffer(
                f"The criterion {name!r} is worth {maxima[name]:g} on MarkUs and {marks:g} here: correct one."
            )


def _group_plan(
    report: GroupReport,
    state: ServerState,
    journal: Journal,
    digest_of_file: DigestOf,
    parts: Collection[Part],
    overwrite: bool,
) -> GroupPlan:
    there = state.groups.get(report.group)
    if there is None:
        return GroupPlan(report.group, None, kept=("MarkUs has no such group.",))
    if not there.collected:
        return GroupPlan(report.group, there.id, kept=("Nothing is collected from it yet.",))
    if there.marks is None:
        return GroupPlan(report.group, there.id, kept=("It has no students, so its marks are not shown.",))
    changes, kept = _merged(report, there.marks, journal, overwrite) if "marks" in parts else ({}, ())
    wanted: list[Action] = []
    if "feedback" in parts:
        wanted += _feedback(report, there, digest_of_file)
    if "annotations" in parts:
        wanted += _annotations(report, there)
    if "comments" in parts and there.comment is not None:
        wanted += _comment(report, there.comment)
    if "tags" in parts:
        wanted += _tags(report, state.tags, journal)
    first: list[Action] = []
    if changes:
        first = [SetMarks(changes, {name: there.marks.get(name) for name in changes})]
    elif wanted:
        *_, (criterion, mark) = there.marks.items()  # the first column may be the total's
        first = [AskWhetherOpen(criterion, mark)]
    return GroupPlan(report.group, there.id, (*first, *wanted), kept)


def _merged(
    report: GroupReport, there: Mapping[str, float | None], journal: Journal, overwrite: bool
) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """The marks to set, and sentences on those kept."""
    changes: dict[str, float | None] = {}
    kept = []
    for name, mark in report.marks.items():
        current = there.get(name)
        if current is None:
            if mark is not None:
                changes[name] = mark
            continue
        if mark is not None and abs(current - mark) <= SAME:
            continue
        if journal.sent_mark(report.group, name, current) or (overwrite and mark is not None):
            changes[name] = mark
        elif mark is not None:
            kept.append(f"{name} has {current:g} on MarkUs, not given by us; ours is {mark:g}.")
    return changes, tuple(kept)


def _feedback(report: GroupReport, there: GroupState, digest_of_file: DigestOf) -> Iterator[Action]:
    digest = digest_of_file(report.feedback)
    if there.feedback is None or there.feedback.digest != digest:
        yield SendFeedback(report.feedback, digest, there.feedback.id if there.feedback else None)


def _annotations(report: GroupReport, there: GroupState) -> Iterator[Action]:
    new = tuple(note for note in dict.fromkeys(report.annotations) if note not in there.annotations)
    if new:
        yield AddAnnotations(new)


def _comment(report: GroupReport, current: str) -> Iterator[Action]:
    """Ours is one line, which begins with COMMENT_START; what else the comment says stays."""
    others = [line for line in current.splitlines() if not line.startswith(COMMENT_START)]
    text = "\n".join(others).strip()
    wanted = f"{text}\n\n{report.comment}" if text else report.comment
    if [line for line in current.splitlines() if line.startswith(COMMENT_START)] != [report.comment]:
        yield SetComment(wanted)


def _tags(report: GroupReport, known: Collection[str], journal: Journal) -> Iterator[Action]:
    """MarkUs does not say which tags a group has. The journal does, else it is told again without harm."""
    for name in TAGS:
        said = journal.tag(report.group, name)
        if name in report.tags and said is not True:
            yield AddTag(name)
        elif name not in report.tags and name in known and said is not False:
            yield RemoveTag(name)
