"""What `grader check-key` finds, as frozen values with a documented JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field, computed_field

from grader.authoring.mutants.mutant import Family
from grader.results.model import Frozen


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    FOR_A_PERSON = "for a person"
    GRADER_ERROR = "grader error"
    EQUIVALENT = "equivalent"
    MARKED_DOWN = "marked down"


class MutantResult(Frozen):
    """One mutant and its fate.

    reason: for an equivalent one the rule or the reason accepted, else what the checks said.
    failed: the criteria that are no longer right.
    """

    id: str
    part: str
    family: Family
    rule: str
    says: str
    fate: Fate
    reason: str
    failed: tuple[str, ...]
    diff: str


class KeyReport(Frozen):
    """The key, the blank template and the mutants of the key. Marks are those that checks give."""

    assignment: str
    marks: float
    earned: float = Field(description="by the hand-ins of the key together")
    blank_earned: float = Field(description="by the blank template")
    problems: tuple[str, ...] = Field(description="what is wrong with the key, the template or the list")
    unread: tuple[str, ...] = Field(description="parts of the key that can be left out at no cost")
    unfailed: tuple[str, ...] = Field(description="criteria that no mutant fails")
    mutants: tuple[MutantResult, ...]

    def of_fate(self, *fates: Fate) -> Sequence[MutantResult]:
        """The mutants with one of these fates."""
        return [mutant for mutant in self.mutants if mutant.fate in fates]

    def mutants_by_rule(self) -> Sequence[MutantResult]:
        """All mutants, sorted by family and rule."""
        families = list(Family)
        return sorted(self.mutants, key=lambda mutant: (families.index(mutant.family), mutant.rule))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def kill_rate(self) -> float | None:
        """The share killed of the mutants that are not equivalent; None if there are none."""
        return kill_rate(self.mutants)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_right(self) -> bool:
        """The key earns all, the template nothing, every wrong mutant is killed, every check kills one."""
        unsettled = self.of_fate(Fate.SURVIVED, Fate.FOR_A_PERSON, Fate.GRADER_ERROR, Fate.MARKED_DOWN)
        return not (self.problems or self.unfailed or unsettled)


def kill_rate(mutants: Sequence[MutantResult]) -> float | None:
    """The share killed of those that are not equivalent."""
    wrong = [m for m in mutants if m.fate not in (Fate.EQUIVALENT, Fate.MARKED_DOWN)]
    return sum(m.fate is Fate.KILLED for m in wrong) / len(wrong) if wrong else None
