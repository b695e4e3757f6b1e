"""Annotations of a GitHub Actions run: workflow commands, one a line (docs.github.com, "Workflow commands").

A line is given for .py files only: lines of a notebook's cells are not lines of its file.
"""

from __future__ import annotations

from grader.results.model import CriterionResult, QuestionResult, Result
from grader.results.verdict import Outcome

LONGEST_MESSAGE = 4_000


def github_annotations(result: Result) -> str:
    """What was lost as errors and warnings, most marks first (GitHub shows ten of a kind); then the total."""
    lost = [
        (question, criterion)
        for question in result.questions
        for criterion in question.criteria
        if criterion.marks and criterion.outcome is not Outcome.CORRECT
    ]
    lost.sort(key=lambda pair: (pair[1].outcome.is_pending, (pair[1].earned or 0.0) - pair[1].marks))
    lines = [_annotation(result, question, criterion) for question, criterion in lost]
    total = f"{result.awarded:g} of {result.marks:g} marks; {result.pending:g} wait for a person."
    problem = [_command("error", {"title": result.submission}, result.problem)] if result.problem else []
    return "\n".join([*problem, *lines, _command("notice", {"title": result.submission}, total)]) + "\n"


def _annotation(result: Result, question: QuestionResult, criterion: CriterionResult) -> str:
    if criterion.outcome.is_pending:
        kind = "error" if criterion.outcome is Outcome.GRADER_ERROR else "notice"
    else:
        kind = "warning" if criterion.earned else "error"
    earned = "–" if criterion.earned is None else f"{criterion.earned:g}"
    place, file = criterion.place, result.notebook
    properties = {"title": f"{question.id} {criterion.title} ({earned} of {criterion.marks:g})"}
    where = ""
    if place and file:
        properties |= {"file": file}
        if file.endswith(".py") and place.line:
            properties |= {"line": str(place.line)}
        else:
            where = f" (cell {place.cell}" + (f", line {place.line})" if place.line else ")")
    text = "\n".join([criterion.message + where, *criterion.details])[:LONGEST_MESSAGE]
    return _command(kind, properties, text)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{name} {given}::{_escaped(message)}"


def _escaped(text: str, also: str = "") -> str:
    """As the runner unescapes it: the percent sign first, line ends, and in properties their separators."""
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
