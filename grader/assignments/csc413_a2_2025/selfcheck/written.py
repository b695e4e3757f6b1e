"""Choices and texts: only whether there is an answer. Nothing here knows which choice is right."""

from __future__ import annotations

from functools import partial

from grader.results.verdict import Place
from grader.selfcheck.findings import Finding, recorded
from grader.selfcheck.parts import Part
from grader.selfcheck.work import Work

TEXTS = (
    "1.1.1",
    "1.2.1",
    "1.2.2",
    "2.1.1",
    "2.1.2",
    "2.1.3",
    "2.2.1",
    "2.2.3",
    "3.1.1",
    "3.1.2a",
    "3.2",
    "4.2",
    "5.3",
    "5.5",
)
CHOICES = {
    ("3.1.1", "choice"): "optimal learning rate",
    ("3.1.2a", "choice"): "point",
    ("3.1.2b", "a_regime"): "A regime",
    ("3.1.2b", "a_remedy"): "A remedy",
    ("3.1.2b", "b_regime"): "B regime",
    ("3.1.2b", "b_remedy"): "B remedy",
    ("3.2", "choice"): "option",
}
"""Question and field: the template's label."""


def choice(question: str, field: str, label: str, work: Work) -> Finding:
    """The line as it was read."""
    answer = work.answer(question, field, label)
    return recorded(f"Your choice: {answer.value[:60]}", place=Place(answer.cell + 1, answer.line))


def text(question: str, work: Work) -> Finding:
    """How much there is, for a person to read."""
    answer = work.text(question)
    words = len(answer.value.split())
    return recorded(
        f"A text of {words} word(s), for a person to read.", place=Place(answer.cell + 1, answer.line)
    )


PARTS: tuple[Part, ...] = (
    *(Part(q, label, partial(choice, q, field, label)) for (q, field), label in CHOICES.items()),
    *(Part(question, "text", partial(text, question)) for question in TEXTS),
)
