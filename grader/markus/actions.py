"""What can be done to a group on MarkUs, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.markus.reports import Annotation


@dataclass(frozen=True, slots=True)
class SetMarks:
    """Set marks by criterion; None unmarks. `old` are the server's marks that it replaces."""

    marks: Mapping[str, float | None]
    old: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class AskWhetherOpen:
    """Set a mark to what it is: MarkUs refuses where marking is complete, and has no other way to ask."""

    criterion: str
    mark: float | None


@dataclass(frozen=True, slots=True)
class SendFeedback:
    """Add the group's page, or replace the file `replaces`. `path` is relative to the folder of reports."""

    path: str
    digest: str
    replaces: int | None


@dataclass(frozen=True, slots=True)
class AddAnnotations:
    """Add remarks on lines."""

    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class SetComment:
    """Replace the overall comment, which keeps what others wrote in it."""

    text: str


@dataclass(frozen=True, slots=True)
class AddTag:
    """Tag the group, with a tag that is made first where there is none."""

    name: str


@dataclass(frozen=True, slots=True)
class RemoveTag:
    """Take one of our tags off the group."""

    name: str


Action = SetMarks | AskWhetherOpen | SendFeedback | AddAnnotations | SetComment | AddTag | RemoveTag


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What to do to one group, in this order, and `kept`: sentences on what is left as it is.

    id: the group's on the server; None where the server does not know it, and then there are no actions.
    """

    group: str
    id: int | None
    actions: tuple[Action, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All groups in the order of their names, and what concerns them all."""

    groups: tuple[GroupPlan, ...]
    notices: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not any(group.actions for group in self.groups)
