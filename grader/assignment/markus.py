"""How an assignment's rubric is spread over MarkUs' criteria: the `[markus]` table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MarkusName = Annotated[
    str, StringConstraints(pattern=r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$", max_length=100)
]

RESERVED = frozenset({"controller", "action", "format", "id", "course_id", "assignment_id", "group"})
"""What MarkUs' marks request names itself: a criterion of such a name could never be told from it."""


class MarkusTable(BaseModel):
    """`split` makes MarkUs' criteria from the questions; `criteria` names them one by one instead.

    split: "decider" makes one criterion of a question's checks and one of what a person decides, "question"
    one of each question, "criterion" one of each line of the rubric.
    criteria: from a name in MarkUs to questions ("4.1") or lines of the rubric ("1.1.1/update").
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    split: Literal["decider", "question", "criterion"] = "decider"
    criteria: dict[MarkusName, Annotated[tuple[str, ...], Field(min_length=1)]] = {}

    def complaint(self, worth: Collection[str]) -> str | None:
        """What is wrong with `criteria`; `worth` are the lines of the rubric that are worth marks."""
        if not self.criteria:
            return None
        for name in self.criteria:
            if name in RESERVED:
                return f"[markus] {name!r} cannot be the name of a criterion: MarkUs' own requests use it"
        seen: set[str] = set()
        for name, parts in self.criteria.items():
            for part in parts:
                lines = [line for line in worth if part in (line, line.partition("/")[0])]
                if not lines:
                    unknown = "no question and no question/criterion that is worth marks"
                    return f"[markus] {name!r} has {part!r}, which is {unknown}"
                if twice := seen & set(lines):
                    return f"[markus] {min(twice)!r} is listed twice"
                seen |= set(lines)
        missing = [line for line in worth if line not in seen]
        return f"[markus] {missing[0]!r} is worth marks and in no criterion" if missing else None
