"""What the checks make of mutants: which criteria notice each, and whether it should be noticed at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.assignment import Assignment, Criterion
from grader.authoring.equivalence import why_same
from grader.authoring.key_report import Fate, MutantResult
from grader.authoring.mutants.mutant import Family, Mutant, Same
from grader.results import CriterionResult, Outcome, Result

UNDECIDED = frozenset({Outcome.NEEDS_PERSON, Outcome.GRADER_ERROR, Outcome.NOT_CHECKED})
"""Outcomes that do not say that an answer is wrong; a person does not check what is worth no marks."""
ONLY_OURS = frozenset({Outcome.GRADER_ERROR})


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and the criteria of its part that are no longer right, by `question/criterion`."""

    mutant: Mutant
    changed: Mapping[str, CriterionResult]

    @property
    def caught_by(self) -> tuple[str, ...]:
        """The criteria that notice the mistake.

        A person is no kill, but for saved outputs: these are evidence, and what is unusual in them is meant
        to go to a person.
        """
        undecided = ONLY_OURS if self.mutant.family is Family.OUTPUTS else UNDECIDED
        return tuple(name for name, result in self.changed.items() if result.outcome not in undecided)

    @property
    def fate(self) -> Fate:
        """What became of it, equivalence left aside."""
        outcomes = {result.outcome for result in self.changed.values()}
        if Outcome.GRADER_ERROR in outcomes:
            return Fate.GRADER_ERROR
        if self.caught_by:
            return Fate.KILLED
        return Fate.FOR_A_PERSON if outcomes else Fate.SURVIVED

    def result(self, assignment: Assignment, accepted: Mapping[str, str]) -> MutantResult:
        """Its fate with the reason; a mutant that a rule or the assignment holds right is equivalent."""
        fate = self.fate
        reason = "; ".join(f"{name}: {result.message}" for name, result in self.changed.items())
        if fate is Fate.KILLED and self.mutant.same:
            fate, reason = Fate.MARKED_DOWN, f"It is right ({self.mutant.same}), but {reason}"
        elif fate is Fate.SURVIVED and (same := why_same(self.mutant, assignment)):
            fate, reason = Fate.EQUIVALENT, same
        elif fate in (Fate.SURVIVED, Fate.FOR_A_PERSON) and self.mutant.id in accepted:
            fate, reason = Fate.EQUIVALENT, f"{Same.ACCEPTED}: {accepted[self.mutant.id]}"
        return MutantResult(
            id=self.mutant.id,
            part=self.mutant.part.name,
            family=self.mutant.family,
            rule=self.mutant.rule,
            says=self.mutant.says,
            fate=fate,
            reason=reason,
            failed=self.caught_by,
            diff=self.mutant.diff,
        )


def criteria_of(result: Result) -> dict[str, CriterionResult]:
    """The criteria of a result by `question/criterion`."""
    return {f"{q.id}/{c.id}": c for q in result.questions for c in q.criteria}


def is_right(criterion: CriterionResult) -> bool:
    """Whether it earns everything; where that is nothing, whether it is correct."""
    return criterion.earned == criterion.marks if criterion.marks else criterion.outcome is Outcome.CORRECT


def right_in(result: Result) -> frozenset[str]:
    """The criteria that are right."""
    return frozenset(name for name, criterion in criteria_of(result).items() if is_right(criterion))


def not_right_in(result: Result, criteria: frozenset[str]) -> dict[str, CriterionResult]:
    """Those of the criteria that the result has, and has not right."""
    found = criteria_of(result)
    return {name: found[name] for name in sorted(criteria & found.keys()) if not is_right(found[name])}


def automatic(assignment: Assignment) -> Iterator[tuple[str, Criterion]]:
    """The criteria that checks decide, by `question/criterion`."""
    for question, criterion in assignment.criteria():
        if criterion.by == "check":
            yield f"{question.id}/{criterion.id}", criterion
