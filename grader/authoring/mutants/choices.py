"""Mistakes in choices: every other option, one too many, one too few."""

from __future__ import annotations

from collections.abc import Iterator

from grader.assignment import Assignment
from grader.assignment.keys import ChoiceKey
from grader.authoring.mutants.mutant import Variation
from grader.authoring.mutants.parts import Line


def key_of(line: Line, assignment: Assignment) -> ChoiceKey | None:
    """The key in `[choices]` that the line answers; None if there is none."""
    for name, key in assignment.choices.items():
        if name.partition("/")[0] == line.question and key.field == line.field:
            return key
    return None


def variations(key: ChoiceKey) -> Iterator[Variation]:
    """Every choice that differs in one option, and every other one alone."""
    for option in key.options:
        if option not in key.answer:
            yield Variation("other option", f"{option} chosen", option)
            yield Variation("option too many", f"{option} chosen as well", ", ".join((*key.answer, option)))
        elif len(key.answer) > 1:
            rest = [other for other in key.answer if other != option]
            yield Variation("option missing", f"{option} left out", ", ".join(rest))
