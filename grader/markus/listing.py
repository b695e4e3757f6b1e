"""A push as tables and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

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
from grader.markus.push import Sent


def words_for(action: Action) -> str:
    """What an action does, in a few words; nothing for a mere question."""
    match action:
        case SetMarks(marks, old):
            changes = [f"{name}: {_shown(old.get(name))} → {_shown(mark)}" for name, mark in marks.items()]
            return "marks " + ", ".join(changes)
        case AskWhetherOpen():
            return ""
        case SendFeedback(_, _, replaces):
            return "a new feedback page" if replaces is None else "the feedback page replaced"
        case AddAnnotations(annotations):
            return f"{len(annotations)} annotations"
        case SetComment():
            return "the overall comment"
        case AddTag(name):
            return f"tag “{name}”"
        case RemoveTag(name):
            return f"no tag “{name}”"


def _shown(mark: float | None) -> str:
    return "–" if mark is None else f"{mark:g}"


def print_plan(plan: Plan, console: Console) -> None:
    """A line for each group with something to say about it, then the sum."""
    table = Table(
        "group", "to send", "left as it is", title="What would be sent to MarkUs", title_justify="left"
    )
    idle = 0
    for group in plan.groups:
        words = [text for action in group.actions if (text := words_for(action))]
        if words or group.kept:
            table.add_row(group.group, "\n".join(words), "\n".join(group.kept))
        else:
            idle += 1
    if table.row_count:
        console.print(table)
    _sentences([*plan.notices, summary_of(plan, idle)], console)


def summary_of(plan: Plan, idle: int) -> str:
    """One sentence with the numbers."""
    active = sum(bool(group.actions) for group in plan.groups)
    unknown = sum(group.id is None for group in plan.groups)
    text = f"{active} of {len(plan.groups)} groups have something to send; {idle} are up to date"
    return text + (f"; {unknown} are not on MarkUs." if unknown else ".")


def print_sent(sent: Sequence[Sent], console: Console) -> None:
    """What went through, and a line for each group that did not."""
    for outcome in sent:
        if outcome.problem:
            left = "left alone, as its marking is complete or released" if outcome.closed else "in part only"
            _sentences([f"{outcome.group}: {left}. {outcome.problem}"], console)
    whole = sum(outcome.problem is None for outcome in sent)
    _sentences([f"Sent: {whole} of {len(sent)} groups."], console)


def _sentences(texts: Iterable[str], console: Console) -> None:
    for text in texts:
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan for a machine."""
    return {"notices": list(plan.notices), "groups": [_group_data(group) for group in plan.groups]}


def _group_data(group: GroupPlan) -> dict[str, Any]:
    words = [text for action in group.actions if (text := words_for(action))]
    return {"group": group.group, "to_send": words, "kept": list(group.kept)}
