"""Proof that an assignment's checks notice mistakes: its key, its blank template, and mutants of the key.

A part of the key (a definition, an answer line, a saved output) answers the criteria that are no longer right
when it is left out; a mutant of the part is judged by these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment
from grader.authoring.equivalence import accepted_mutants
from grader.authoring.key_report import Fate, KeyReport, MutantResult
from grader.authoring.keys import KeyPart, key_hand_ins, key_parts, template_of
from grader.authoring.mutants.making import mutants_of
from grader.authoring.trials import Trial, automatic, criteria_of, is_right, not_right_in, right_in
from grader.results import Outcome, Result
from grader.submission import HandIn

GradeAll = Callable[[Sequence[HandIn]], Mapping[str, Result]]
"""Grades hand-ins; gives their results by name."""

TEMPLATE = "the blank template"
NOT_WRITTEN = frozenset({Outcome.NOT_ATTEMPTED, Outcome.NOT_CHECKED})


@dataclass(frozen=True, slots=True)
class FirstRound:
    """Results of the key's hand-ins and of the template; the key's parts with the criteria they answer."""

    keys: Sequence[Result]
    template: Result
    parts: Sequence[KeyPart]


def check_key(
    assignment: Assignment, grade: GradeAll, scratch: Path, only: Collection[str] = ()
) -> KeyReport:
    """Grade the key, the blank template and the mutants of the key.

    only: the questions to try; all of them if it is empty. scratch: an empty folder. Raises GraderError where
    there is no key or no template that can be read.
    """
    accepted = accepted_mutants(assignment)
    first = first_round(assignment, grade, scratch, tuple(only))
    trials = try_mutants(assignment, grade, scratch, first.parts)
    mutants = tuple(trial.result(assignment, accepted) for trial in trials)
    asked = assignment.limited_to(only)
    marks = {name: criterion.marks for name, criterion in automatic(asked)}
    right = frozenset[str]().union(*map(right_in, first.keys))
    caught = {name for trial in trials for name in trial.caught_by}
    return KeyReport(
        assignment=assignment.id,
        marks=round(sum(marks.values()), 2),
        earned=round(sum(marks[name] for name in marks if name in right), 2),
        blank_earned=first.template.awarded,
        problems=(
            *key_problems(asked, first.keys),
            *template_problems(asked, first.template),
            *(() if only else stale_entries(accepted, mutants)),
        ),
        unread=() if only else tuple(part.name for part in first.parts if not part.criteria),
        unfailed=tuple(name for name in marks if name not in caught),
        mutants=mutants,
    )


def first_round(assignment: Assignment, grade: GradeAll, scratch: Path, only: tuple[str, ...]) -> FirstRound:
    """Grade the key, the template, and the key with each of its parts left out."""
    keys = [HandIn(key.name, key.path, only) for key in key_hand_ins(assignment)]
    parts = [part for part in key_parts(assignment) if part.may_answer(only)]
    without = [
        part.write(part.part.left_out(), scratch, f"without {number}", part.part.questions or only)
        for number, part in enumerate(parts)
    ]
    results = grade([*keys, HandIn(TEMPLATE, template_of(assignment), only), *without])
    right = {key.name: right_in(results[key.name]) for key in keys}
    answering = [
        part.answering(frozenset(not_right_in(results[hand_in.name], right[part.hand_in])))
        for part, hand_in in zip(parts, without, strict=True)
    ]
    return FirstRound([results[key.name] for key in keys], results[TEMPLATE], answering)


def try_mutants(
    assignment: Assignment, grade: GradeAll, scratch: Path, parts: Sequence[KeyPart]
) -> list[Trial]:
    """Grade every mutant of the parts that count, each for the questions that its part answers."""
    mutants = [
        (part, mutant)
        for part in parts
        if part.criteria
        for mutant in mutants_of(part.part, part.hand_in, assignment)
    ]
    hand_ins = [
        part.write(mutant.after, scratch, f"mutant {number}", part.questions)
        for number, (part, mutant) in enumerate(mutants)
    ]
    results = grade(hand_ins)
    return [
        Trial(mutant, not_right_in(results[hand_in.name], part.criteria))
        for (part, mutant), hand_in in zip(mutants, hand_ins, strict=True)
    ]


def key_problems(assignment: Assignment, results: Sequence[Result]) -> Iterator[str]:
    """Criteria that no hand-in of the key has right, and those that one has wrong."""
    for result in results:
        if result.problem:
            yield f"The key's {result.submission} cannot be graded: {result.problem}"
    for name, _ in automatic(assignment):
        found = {result.submission: criteria_of(result)[name] for result in results}
        if not any(map(is_right, found.values())):
            says = "; ".join(f"{where}: {c.outcome}, {c.message}" for where, c in found.items())
            yield f"The key does not earn {name} ({says})"
            continue
        for where, criterion in found.items():
            if not is_right(criterion) and criterion.outcome not in NOT_WRITTEN | {Outcome.NEEDS_PERSON}:
                yield f"The key's {where} is not right in {name}: {criterion.outcome}, {criterion.message}"


def template_problems(assignment: Assignment, result: Result) -> Iterator[str]:
    """Criteria of the blank template that are anything but not attempted."""
    found = criteria_of(result)
    for name, _ in automatic(assignment):
        if found[name].outcome not in NOT_WRITTEN:
            yield f"The blank template is {found[name].outcome} in {name}: {found[name].message}"


def stale_entries(accepted: Mapping[str, str], mutants: Sequence[MutantResult]) -> Iterator[str]:
    """Entries of `key/equivalent.toml` that are of no use any more."""
    fates = {mutant.id: mutant.fate for mutant in mutants}
    for id in accepted:
        if id not in fates:
            yield f"key/equivalent.toml accepts {id}, but there is no such mutant: remove it."
        elif fates[id] is not Fate.EQUIVALENT:
            yield f"key/equivalent.toml accepts {id}, which the checks do not: remove it, or mend the check."
