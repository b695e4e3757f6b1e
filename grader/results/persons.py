"""Marks that persons gave, put into a result in the place of what the grader said."""

from __future__ import annotations

from collections.abc import Mapping

from grader.results.model import CriterionResult, PersonsMark, QuestionResult, Result
from grader.results.verdict import Outcome

Marks = Mapping[str, PersonsMark]
"""By criterion, as `question/criterion`."""


def with_marks(result: Result, given: Marks, outdated: Marks) -> Result:
    """The result with these marks, added up again.

    outdated: marks for an earlier version of the hand-in. They do not count: their criteria wait for a person
    to look again, and a notice says so.
    """
    if not given and not outdated:
        return result
    questions = []
    notices = list(result.notices)
    known = set()
    for question in result.questions:
        criteria = []
        for criterion in question.criteria:
            name = f"{question.id}/{criterion.id}"
            known.add(name)
            if name in given and 0 <= given[name].earned <= criterion.marks:
                criterion = _marked(criterion, given[name])
            elif name in given:
                criterion = _waiting(criterion, _too_much(criterion, given[name]))
            elif name in outdated:
                sentence = _changed_since(outdated[name])
                criterion = _waiting(criterion, sentence)
                notices.append(f"{name}: {sentence}")
            criteria.append(criterion)
        questions.append(QuestionResult.of(question.id, question.title, question.marks, criteria))
    notices += [
        f"A person's mark for {name} does not count: the assignment has no such criterion."
        for name in sorted(given.keys() - known)
    ]
    fields = {name: getattr(result, name) for name in Result.model_fields if name not in ADDED_UP}
    return Result.of(questions, **(fields | {"notices": tuple(notices)}))


ADDED_UP = frozenset({"questions", "marks", "awarded", "pending", "earned"})


def _marked(criterion: CriterionResult, mark: PersonsMark) -> CriterionResult:
    """The person's decision in the place of the grader's, which stays readable below it."""
    if mark.earned >= criterion.marks:
        outcome = Outcome.CORRECT
    else:
        outcome = Outcome.PARTIAL if mark.earned > 0 else Outcome.INCORRECT
    before = (
        () if criterion.outcome is Outcome.NEEDS_PERSON else (f"The grader had said: {criterion.message}",)
    )
    return criterion.model_copy(
        update={
            "earned": round(mark.earned, 2),
            "outcome": outcome,
            "message": mark.reason or "Marked by a person.",
            "details": (*before, *criterion.details),
            "by_person": mark,
        }
    )


def _waiting(criterion: CriterionResult, sentence: str) -> CriterionResult:
    return criterion.model_copy(
        update={
            "earned": None,
            "outcome": Outcome.NEEDS_PERSON,
            "message": sentence,
            "details": (f"The grader says: {criterion.message}", *criterion.details),
        }
    )


def _changed_since(mark: PersonsMark) -> str:
    return (
        f"{mark.by} gave {mark.earned:g} to an earlier version of this hand-in ({mark.reason}); it has "
        "changed since, so a person looks again."
    )


def _too_much(criterion: CriterionResult, mark: PersonsMark) -> str:
    return (
        f"{mark.by} gave {mark.earned:g} of what are {criterion.marks:g} marks now; a person decides again."
    )
