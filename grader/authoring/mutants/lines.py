"""Mistakes in answer lines that are not decided by a key: numbers, lists of them, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from grader.authoring.mutants.mutant import Variation

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
COMPARISON = re.compile(r"<=|>=|!=|==|≤|≥|≠|<|>|=")
CONNECTIVE = re.compile(r"\b(?:and|or)\b")
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "≤": "≥", "≥": "≤", "=": ">", "==": ">"}
OTHER_BOUND = {"<": "<=", ">": ">=", "<=": "<", ">=": ">", "≤": "<", "≥": ">"}
CONNECTED = {"and": "or", "or": "and"}


def variations(value: str) -> Iterator[Variation]:
    """Another number, comparison or connective in one place."""
    for rule, pattern, others in WAYS:
        for match in pattern.finditer(value):
            for new in others(match[0]):
                changed = value[: match.start()] + new + value[match.end() :]
                yield Variation(rule, f"{new} for {match[0]}", changed)


def _numbers(word: str) -> Iterator[str]:
    """One more, one less, twice as much; of a decimal also a tenth more."""
    number = Decimal(word)
    others = [number + 1, number - 1, 2 * number] + ([number * Decimal("1.1")] if "." in word else [])
    yield from (str(other) for other in others if other >= 0 and other != number)


def _from(table: dict[str, str]) -> Callable[[str], Iterator[str]]:
    return lambda word: iter([table[word]] if word in table else [])


WAYS: tuple[tuple[str, re.Pattern[str], Callable[[str], Iterator[str]]], ...] = (
    ("another number", NUMBER, _numbers),
    ("comparison turned round", COMPARISON, _from(TURNED)),
    ("another boundary", COMPARISON, _from(OTHER_BOUND)),
    ("and for or", CONNECTIVE, _from(CONNECTED)),
)
"""The rules: their names, where they apply, and what they put there."""
