"""What a person needs to decide a part in one look: the student's text and the rubric."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from grader.assignment import Assignment, Question
from grader.results import Outcome, Verdict, needs_person
from grader.results.exhibits import Rubric, StudentText
from grader.submission import Submission
from grader.submission.answers import Line, sections

MAX_TEXTS = 4

_ANSWER = re.compile(r"[\s#>*_]*answers?[\s*_]*(?::[\s*_]*(.*))?", re.IGNORECASE)


def for_a_person(
    assignment: Assignment, submission: Submission, verdicts: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    """The verdicts, with one on every part that a person decides, and what they need to read with it."""
    found = dict(verdicts)
    for question, criterion in assignment.criteria():
        name = f"{question.id}/{criterion.id}"
        if criterion.by == "person":
            found[name] = needs_person("A person reads this part.")
        if name in found and found[name].outcome is Outcome.NEEDS_PERSON and criterion.marks:
            rubric = (Rubric(assignment.rubrics[name]),) if name in assignment.rubrics else ()
            shown = (*found[name].exhibits, *texts(submission, question), *rubric)
            found[name] = replace(found[name], exhibits=shown)
    return found


def texts(submission: Submission, question: Question) -> tuple[StudentText, ...]:
    """What stands in the question's answer cells below `Answer:`, or else all that was filled in there."""
    labels = {_letters(label) for field in question.fields for label in field.labels} | {""}
    cells = submission.notebook.cells if submission.notebook else ()
    found = [
        StudentText("\n".join(line.text for line in lines).strip(), cell.number, lines[0].number)
        for cell in cells
        if cell.kind != "code"
        for section in sections(cell, question.id)
        if (lines := _written(section, labels))
    ]
    return tuple(found[:MAX_TEXTS])


def _written(section: Sequence[Line], labels: Set[str]) -> list[Line]:
    """The lines that hold something of the student's, from the first to the last; a label alone does not."""
    lines = list(section)
    for at, line in enumerate(lines):
        if match := _ANSWER.fullmatch(line.text):
            lines = [Line(line.number, match[1] or ""), *lines[at + 1 :]]
            break
    filled = [at for at, line in enumerate(lines) if _letters(line.text) not in labels]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
