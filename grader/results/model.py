"""Results: frozen values that every renderer reads; `Result.model_json_schema()` is the published format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.results.exhibits import Exhibit
from grader.results.verdict import Outcome, Verdict

SCHEMA_VERSION = 1


LONGEST_TEXT = 20_000
"""Characters of one text: a student's process may have given layers names of a megabyte each."""


def showable(text: object) -> object:
    """Text from a file's name or a student's string: cut where it is endless, and half a surrogate pair,
    unknown to UTF-8, escaped.
    """
    if not isinstance(text, str):
        return text
    if len(text) > LONGEST_TEXT:
        text = f"{text[: LONGEST_TEXT - 100]}… ({len(text)} characters)"
    return text.encode("utf-8", "backslashreplace").decode()


Text = Annotated[str, BeforeValidator(showable)]


class Frozen(BaseModel):
    """A value that is never changed and takes no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class PlaceInNotebook(Frozen):
    """A cell and a line of the student's notebook, both counted from 1."""

    cell: int
    line: int | None = None


class PersonsMark(Frozen):
    """What a person gave for a criterion, whatever the grader had said of it."""

    earned: float
    reason: Text
    by: Text


class CriterionResult(Frozen):
    """One line of the rubric, decided. `earned` is null while the marks are pending."""

    id: str
    title: str
    marks: float
    earned: float | None
    outcome: Outcome
    message: Text
    place: PlaceInNotebook | None = None
    details: tuple[Text, ...] = ()
    exhibits: tuple[Annotated[Exhibit, Field(discriminator="kind")], ...] = Field(
        (), description="what is drawn or set beside the message"
    )
    by_person: PersonsMark | None = Field(None, description="the person's mark, where one was given")

    @classmethod
    def of(cls, id: str, title: str, marks: float, verdict: Verdict) -> CriterionResult:
        """Turn a verdict into marks, rounded to hundredths."""
        place = verdict.place
        return cls(
            id=id,
            title=title,
            marks=marks,
            earned=None if verdict.outcome.is_pending else round(verdict.credit * marks, 2),
            outcome=verdict.outcome,
            message=verdict.message,
            place=PlaceInNotebook(cell=place.cell, line=place.line) if place else None,
            details=verdict.details,
            exhibits=verdict.exhibits,
        )


class QuestionResult(Frozen):
    """One question. `earned` is null while any criterion is pending; `awarded` is what is settled so far."""

    id: str
    title: str
    marks: float
    earned: float | None
    awarded: float
    outcome: Outcome
    criteria: tuple[CriterionResult, ...]

    @property
    def settled(self) -> bool:
        """Whether any of its marks are settled."""
        return any(criterion.earned is not None for criterion in self.criteria)

    @property
    def pending(self) -> float:
        """Marks that wait for a person."""
        return round(sum(criterion.marks for criterion in self.criteria if criterion.earned is None), 2)

    @classmethod
    def of(cls, id: str, title: str, marks: float, criteria: Sequence[CriterionResult]) -> QuestionResult:
        """Add up the criteria."""
        awarded = round(sum(criterion.earned or 0.0 for criterion in criteria), 2)
        pending = any(criterion.earned is None for criterion in criteria)
        return cls(
            id=id,
            title=title,
            marks=marks,
            earned=None if pending else awarded,
            awarded=awarded,
            outcome=summarise(
                [c.outcome for c in criteria if c.marks or c.outcome is Outcome.GRADER_ERROR]
                or [c.outcome for c in criteria]
            ),
            criteria=tuple(criteria),
        )


class Isolation(Frozen):
    """How the student's code was confined while it ran."""

    level: str
    layers: tuple[str, ...] = ()


class Result(Frozen):
    """Everything the grader says about one submission. `earned` is null while any marks are pending."""

    schema_version: int = SCHEMA_VERSION
    assignment: str
    assignment_title: str
    submission: Text
    notebook: Text | None = Field(None, description="the file that was graded")
    problem: Text | None = Field(None, description="why the hand-in as a whole could not be graded")
    notices: tuple[Text, ...] = Field((), description="what was chosen, left out or repaired")
    marks: float = Field(description="what the assignment is worth")
    earned: float | None = Field(description="the total, null while any marks are pending")
    awarded: float = Field(description="marks settled so far")
    pending: float = Field(description="marks that wait for a person")
    questions: tuple[QuestionResult, ...]
    isolation: Isolation
    versions: dict[str, str] = Field(description="of the tools a verdict may depend on")
    seed: int
    seconds: float = Field(description="wall-clock time of the checks, to a tenth")

    @classmethod
    def of(cls, questions: Sequence[QuestionResult], **fields: Any) -> Result:
        """Add up the questions."""
        criteria = [criterion for question in questions for criterion in question.criteria]
        awarded = round(sum(question.awarded for question in questions), 2)
        return cls(
            questions=tuple(questions),
            marks=round(sum(question.marks for question in questions), 2),
            awarded=awarded,
            pending=round(sum(question.pending for question in questions), 2),
            earned=None if any(c.earned is None for c in criteria) else awarded,
            **fields,
        )


def summarise(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of a question from its criteria's: ours first, then a person's, then the student's."""
    kinds = set(outcomes)
    if len(kinds) == 1:
        return outcomes[0]
    for pending in (Outcome.GRADER_ERROR, Outcome.NEEDS_PERSON):
        if pending in kinds:
            return pending
    if kinds & {Outcome.CORRECT, Outcome.PARTIAL}:
        return Outcome.PARTIAL
    return next(outcome for outcome in outcomes if outcome is not Outcome.NOT_CHECKED)
