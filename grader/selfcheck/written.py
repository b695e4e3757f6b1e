"""Parts for what is only read, not tried: choices, conditions, texts. Nothing here knows what is right."""

from __future__ import annotations

from functools import partial

from grader.compare.formula import MisShapen, Unreadable
from grader.compare.formula.comparisons import read_condition
from grader.compare.formula.render import render_condition
from grader.results.verdict import Place
from grader.selfcheck.findings import Echo, Finding, recorded, unreadable
from grader.selfcheck.formulas import symbols_of
from grader.selfcheck.parts import Part
from grader.selfcheck.work import Work


def choice_part(question: str, field: str, label: str) -> Part:
    """A choice, shown as it was written; `label` is the template's."""
    return Part(question, label, partial(_choice, question, field, label))


def condition_part(question: str, field: str, label: str) -> Part:
    """A condition, shown as it was read."""
    return Part(question, label, partial(_condition, question, field, label))


def text_part(question: str) -> Part:
    """A free text: how much there is of it."""
    return Part(question, "text", partial(_text, question))


def _choice(question: str, field: str, label: str, work: Work) -> Finding:
    answer = work.answer(question, field, label)
    return recorded(f"Your choice: {answer.value[:60]}", place=Place(answer.cell + 1, answer.line))


def _condition(question: str, field: str, label: str, work: Work) -> Finding:
    answer = work.answer(question, field, label)
    place = Place(answer.cell + 1, answer.line)
    try:
        condition = read_condition(answer.value, symbols_of(work.sheet))
    except (Unreadable, MisShapen) as fault:
        return unreadable(f"It is no condition that can be read: {fault}.", place=place)
    return recorded("Your condition.", place=place, echo=Echo(render_condition(condition)))


def _text(question: str, work: Work) -> Finding:
    answer = work.text(question)
    words = len(answer.value.split())
    return recorded(
        f"A text of {words} word(s), for a person to read.", place=Place(answer.cell + 1, answer.line)
    )
