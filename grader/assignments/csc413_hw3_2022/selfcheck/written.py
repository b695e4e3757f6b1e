"""Choices, conditions and texts: how they were read. Nothing here knows which are right."""

from __future__ import annotations

from grader.selfcheck.parts import Part
from grader.selfcheck.written import choice_part, condition_part, text_part

CHOICES = {
    ("1.1.1", "choice"): "optimal learning rate",
    ("1.1.2a", "choice"): "point",
    ("1.1.2b", "a_regime"): "point A",
    ("1.1.2b", "b_regime"): "point B",
    ("1.1.3a", "options"): "all that apply",
    ("1.1.3b", "options"): "all that apply",
    ("1.2a", "larger"): "more parameters",
    ("1.2a", "longer"): "more updates at X",
    ("2.2.2", "more_data"): "more data always helps",
    ("2.3.2", "with_n"): "as n grows",
    ("2.3.2", "with_sigma"): "as sigma grows",
    ("2.3.4", "peak"): "peak at n = d",
    ("2.3.4", "more_data"): "more data always helps",
}
"""Question and field: the template's label."""
TEXTS = (
    "1.1.1",
    "1.1.2a",
    "1.2a",
    "1.2b",
    "2.1.1",
    "2.1.2",
    "2.2.2",
    "2.2.3",
    "2.3.1",
    "2.3.2",
    "2.3.3",
    "2.3.4",
)


PARTS: tuple[Part, ...] = (
    *(choice_part(question, field, label) for (question, field), label in CHOICES.items()),
    condition_part("2.2.2", "perfect", "perfect generalization"),
    *map(text_part, TEXTS),
)
