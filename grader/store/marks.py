"""Marks that a person gave, and how they enter a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person gave for a criterion (`question/criterion`) of a hand-in, and why.

    hand_in: digest of the files that the person saw. at: when, in UTC, as ISO 8601.
    """

    name: str
    hand_in: bytes
    criterion: str
    earned: float
    reason: str
    by: str
    at: str


def by_name(marks: Iterable[Mark]) -> Mapping[str, tuple[Mark, ...]]:
    """The marks of each hand-in of the class."""
    found: dict[str, tuple[Mark, ...]] = {}
    for mark in marks:
        found[mark.name] = (*found.get(mark.name, ()), mark)
    return found
