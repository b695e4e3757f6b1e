"""Choices and texts: only whether there is an answer. Nothing here knows which choice is right."""

from __future__ import annotations

from grader.selfcheck.parts import Part
from grader.selfcheck.written import choice_part, text_part

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


PARTS: tuple[Part, ...] = (
    *(choice_part(question, field, label) for (question, field), label in CHOICES.items()),
    *map(text_part, TEXTS),
)
