"""The criteria as MarkUs has them, made from an assignment's rubric by its `[markus]` table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.assignment import Assignment, AssignmentError, Criterion, Question
from grader.results import CriterionResult, QuestionResult, Result

SAME = 1e-6
Line = tuple[Question, Criterion]
Graded = tuple[QuestionResult, CriterionResult]


@dataclass(frozen=True, slots=True)
class MarkusCriterion:
    """One criterion of MarkUs.

    parts: the lines of the rubric that add up to it, as "question/criterion"; none is worth nothing.
    automatic: whether checks decide all of it. Only of such a one may MarkUs' autotester set the mark, as it
    takes what the tests earned for the whole.
    """

    name: str
    title: str
    marks: float
    parts: tuple[str, ...]
    automatic: bool

    def graded(self, result: Result) -> Iterator[Graded]:
        """The lines of a result that belong to it, in its order."""
        for question in result.questions:
            for criterion in question.criteria:
                if f"{question.id}/{criterion.id}" in self.parts:
                    yield question, criterion

    def earned(self, result: Result) -> float | None:
        """Its mark; None while any of it is pending."""
        earned = [criterion.earned for _, criterion in self.graded(result)]
        settled = [marks for marks in earned if marks is not None]
        return round(sum(settled), 2) if len(settled) == len(earned) else None


def criteria_of(assignment: Assignment) -> tuple[MarkusCriterion, ...]:
    """Every criterion, in the order of the rubric or of the `[markus]` table."""
    worth = [(question, criterion) for question, criterion in assignment.criteria() if criterion.marks]
    table = assignment.markus
    if table.criteria:
        groups = {
            name: [line for line in worth if {line[0].id, f"{line[0].id}/{line[1].id}"} & set(parts)]
            for name, parts in table.criteria.items()
        }
        return tuple(_made(name, lines) for name, lines in groups.items())
    return tuple(_made(name, lines) for name, lines in _split(worth, table.split).items())


def criterion_named(assignment: Assignment, name: str) -> MarkusCriterion:
    """The criterion of that name; AssignmentError with the names there are."""
    known = {criterion.name: criterion for criterion in criteria_of(assignment)}
    if name not in known:
        raise AssignmentError(
            f"{assignment.id} has no MarkUs criterion {name!r}: it has {', '.join(known)}. "
            "Make the files for MarkUs anew with `grader markus spec`."
        )
    return known[name]


def _split(worth: Sequence[Line], split: str) -> Mapping[str, Sequence[Line]]:
    groups: dict[str, list[Line]] = {}
    for question, criterion in worth:
        deciders = {c.by for c in question.criteria if c.marks}
        name = f"Question {question.id}"
        if split == "criterion":
            name += f" {criterion.id}"
        elif split == "decider" and len(deciders) > 1:
            name += " (checks)" if criterion.by == "check" else " (person)"
        groups.setdefault(name, []).append((question, criterion))
    return groups


def _made(name: str, lines: Sequence[Line]) -> MarkusCriterion:
    questions = dict.fromkeys(question.title for question, _ in lines)
    return MarkusCriterion(
        name=name,
        title=lines[0][1].title if len(lines) == 1 else "; ".join(questions),
        marks=round(sum(criterion.marks for _, criterion in lines), 2),
        parts=tuple(f"{question.id}/{criterion.id}" for question, criterion in lines),
        automatic=all(criterion.by == "check" for _, criterion in lines),
    )


def rounded_by_markus(criteria: Sequence[MarkusCriterion]) -> str | None:
    """What to do about a maximum that MarkUs would round, as it keeps one decimal; None if it keeps all."""
    for criterion in criteria:
        if abs(criterion.marks - round(criterion.marks, 1)) > SAME:
            return (
                f"MarkUs keeps one decimal of a criterion's maximum, and {criterion.name!r} is worth "
                f"{criterion.marks:g} marks: name MarkUs' criteria in the assignment's [markus.criteria], "
                "each with lines of the rubric that add up to tenths of marks."
            )
    return None


def fitting_criteria(assignment: Assignment) -> tuple[MarkusCriterion, ...]:
    """Every criterion, for MarkUs to have as it is; AssignmentError where it would round one's maximum."""
    criteria = criteria_of(assignment)
    if complaint := rounded_by_markus(criteria):
        raise AssignmentError(f"{assignment.id}: {complaint}")
    return criteria


def criteria_yaml(criteria: Sequence[MarkusCriterion]) -> str:
    """The file that MarkUs' Criteria page takes, a line for each; JSON's values are YAML's."""
    lines = []
    for criterion in criteria:
        fields = {
            "type": "flexible",
            "max_mark": criterion.marks,
            "description": criterion.title,
            "ta_visible": True,
            "peer_visible": False,
            "bonus": False,
        }
        lines.append(f"{json.dumps(criterion.name)}: {json.dumps(fields)}\n")
    return "".join(lines)
