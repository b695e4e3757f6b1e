"""All mutants of a part of a key: the rules for its kind, and each result once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from grader.assignment import Assignment
from grader.authoring.mutants import choices, code, conditions, formulas, lines, networks, outputs, wiring
from grader.authoring.mutants.layers import layers_of
from grader.authoring.mutants.mutant import Family, Mutant, Variation
from grader.authoring.mutants.parts import Definition, Line, Part

LAYER_RULES = (*networks.RULES, *wiring.RULES)


def mutants_of(part: Part, hand_in: str, assignment: Assignment) -> Iterator[Mutant]:
    """Every mistake that a rule makes in a part; where several come to the same, the first."""
    seen = {part.cell}
    for mutant in _every(part, hand_in, assignment):
        if mutant.after not in seen:
            seen.add(mutant.after)
            yield mutant


def _every(part: Part, hand_in: str, assignment: Assignment) -> Iterator[Mutant]:
    if isinstance(part, Definition):
        yield from _of_definition(part, hand_in)
    elif isinstance(part, Line):
        family, variations = _of_line(part, assignment)
        for new in variations:
            cell = part.with_value(new.value)
            yield Mutant(hand_in, part, family, new.rule, new.says, cell, new.value)
    else:
        for rule, says, cell in outputs.variations(part):
            yield Mutant(hand_in, part, Family.OUTPUTS, rule, says, cell)


def _of_definition(part: Definition, hand_in: str) -> Iterator[Mutant]:
    of_layers = LAYER_RULES if any(layers_of(part)) else ()
    for family, rules in ((Family.NETWORKS, of_layers), (Family.CODE, code.RULES)):
        for rule in rules:
            for change in rule(part):
                cell = replace(part.cell, source=part.source.edited(change.edits))
                yield Mutant(hand_in, part, family, title(rule), change.says, cell, same=change.same)


def _of_line(part: Line, assignment: Assignment) -> tuple[Family, Iterator[Variation]]:
    if (key := choices.key_of(part, assignment)) is not None:
        return Family.CHOICES, choices.variations(key)
    if (condition := conditions.question_of(part, assignment)) is not None:
        return Family.CONDITIONS, conditions.variations(condition)
    if (question := formulas.question_of(part, assignment)) is not None:
        return Family.FORMULAS, formulas.variations(part, question, assignment)
    return Family.LINES, lines.variations(part.value)


def title(rule: Callable[..., object]) -> str:
    """A rule's name as words."""
    return rule.__name__.replace("_", " ")
