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
    "3.1.1": ("optimal_learning_rate",),
    "3.1.2a": ("point",),
    "3.1.2b": ("A_regime", "A_remedy", "B_regime", "B_remedy"),
    "3.2": ("option",),
}


def choice(question: str, field: str, work: Work) -> Finding:
    """The line as it was read."""
    answer = work.answer(question, field)
    return recorded(f"Your choice: {answer.value[:60]}", place=Place(answer.cell + 1, answer.line))


def text(question: str, work: Work) -> Finding:
    """How much there is, for a person to read."""
    answer = work.text(question)
    words = len(answer.value.split())
    return recorded(
        f"A text of {words} word(s), for a person to read.", place=Place(answer.cell + 1, answer.line)
    )


PARTS: tuple[Part, ...] = (
    *(
        Part(question, field.replace("_", " "), partial(choice, question, field))
        for question, fields in CHOICES.items()
        for field in fields
    ),
    *(Part(question, "text", partial(text, question)) for question in TEXTS),
)
