"""Doing what a plan says, group by group; what could not be done is told, and the next group goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Exit, GraderError
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
from grader.markus.api import NOT_FOUND, Api
from grader.markus.errors import Refused
from grader.markus.journal import Journal
from grader.markus.reports import FEEDBACK_NAME, TAGS
from grader.markus.state import digest_of


class PageChanged(GraderError):  # noqa: N818 - the family's name says that it is an error
    """A file of the folder is gone or not the one that was planned."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one group: how many actions were done, and why one was not, if one was not.

    closed: MarkUs refused the first request, since marking is complete or released; nothing was changed.
    """

    group: str
    done: int
    problem: str | None = None
    closed: bool = False


class Sender:
    """Sends the actions of a plan. `folder` is where the reports and their pages are."""

    def __init__(self, api: Api, journal: Journal, folder: Path) -> None:
        self._api = api
        self._journal = journal
        self._folder = folder
        self._tag_ids: dict[str, int] | None = None

    def send(self, plan: Plan, on_sent: Callable[[Sent], None]) -> tuple[Sent, ...]:
        """Do the actions of every group that has some.

        Raises MarkusError where going on is of no use: the key is not taken, the server does not answer.
        """
        sent = []
        for group in plan.groups:
            if group.actions and group.id is not None:
                outcome = self._send_group(group, group.id)
                on_sent(outcome)
                sent.append(outcome)
        return tuple(sent)

    def _send_group(self, group: GroupPlan, id: int) -> Sent:
        for done, action in enumerate(group.actions):
            try:
                self._do(group.group, id, action)
            except Refused as refused:
                asks = isinstance(action, SetMarks | AskWhetherOpen)
                return Sent(group.group, done, str(refused), closed=asks and refused.status == NOT_FOUND)
        return Sent(group.group, len(group.actions))

    def _do(self, group: str, id: int, action: Action) -> None:
        match action:
            case SetMarks(marks):
                self._journal.note_marks(group, marks)
                self._api.set_marks(id, marks)
            case AskWhetherOpen(criterion, mark):
                self._api.set_marks(id, {criterion: mark})
            case SendFeedback(path, digest, replaces):
                content = self._page(path, digest)
                if replaces is None:
                    self._api.add_feedback(id, FEEDBACK_NAME, content)
                else:
                    self._api.replace_feedback(id, replaces, FEEDBACK_NAME, content)
                self._journal.note_feedback(group, digest)
            case AddAnnotations(annotations):
                self._api.add_annotations(id, annotations)
            case SetComment(text):
                self._api.set_comment(id, text)
            case AddTag(name):
                self._api.add_tag(id, self._tag(name))
                self._journal.note_tag(group, name, True)
            case RemoveTag(name):
                self._api.remove_tag(id, self._tag(name))
                self._journal.note_tag(group, name, False)

    def _page(self, path: str, digest: str) -> bytes:
        content = page(self._folder, path)
        if digest_of(content) != digest:
            raise PageChanged(
                f"{self._folder / path} has changed since the plan was made: run the command again."
            )
        return content

    def _tag(self, name: str) -> int:
        """The tag's id; it is made where there is none."""
        if self._tag_ids is None:
            self._tag_ids = self._api.tag_ids()
        if name not in self._tag_ids:
            self._api.create_tag(name, TAGS[name])
            self._tag_ids = self._api.tag_ids()
        return self._tag_ids[name]


def page(folder: Path, path: str) -> bytes:
    """A group's page by its path in the report; PageChanged if it is gone."""
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise PageChanged(
            f"Cannot read {folder / path} ({error.strerror}): grade the class again with `grader batch`."
        ) from None
