"""Mutants: what one mistake makes of a key."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from grader.authoring.mutants.parts import Definition, Part
from grader.authoring.mutants.source import Edit
from grader.submission import Cell


class Family(StrEnum):
    """What kind of answer a mistake is in."""

    NETWORKS = "networks"
    CODE = "code"
    FORMULAS = "formulas"
    CONDITIONS = "conditions"
    CHOICES = "choices"
    LINES = "numbers and texts"
    OUTPUTS = "saved outputs"


class Same(StrEnum):
    """Why a mutant is as right as the key. The first two are known where the mutant is made."""

    UPSAMPLING = "nearest upsampling copies pixels, so it commutes with what acts on each pixel alone"
    TWICE = "a ReLU applied to what a ReLU gives changes nothing"
    FORMULA = "the formula engine finds it equal to the key's formula, at points of another seed"
    CONDITION = (
        "the formula engine finds that it holds where the key's condition does, on the declared domain"
    )
    ACCEPTED = "accepted in key/equivalent.toml"


@dataclass(frozen=True, slots=True)
class Change:
    """A mistake in a definition: what it is, the edits that make it, and why it is none, if it is none."""

    says: str
    edits: tuple[Edit, ...]
    same: Same | None = None


Rule = Callable[[Definition], Iterator[Change]]
"""A way to be wrong: its name says which, its docstring what it does."""


@dataclass(frozen=True, slots=True)
class Variation:
    """A mistake in an answer line: the rule that makes it, what it is, and the line's value then."""

    rule: str
    says: str
    value: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A key with one mistake in one cell.

    hand_in: the name of the key's hand-in. part: what is changed. rule: the name of the rule that did it.
    after: the cell as it is then; value: the answer line's value then. same: why it is no mistake, if the
    rule knows.
    """

    hand_in: str
    part: Part
    family: Family
    rule: str
    says: str
    after: Cell
    value: str | None = None
    same: Same | None = None

    @property
    def diff(self) -> str:
        """The change as a unified diff of the cell, with one line of context."""
        lines = difflib.unified_diff(
            _lines(self.part.cell),
            _lines(self.after),
            f"{self.hand_in}, cell {self.after.number}",
            f"{self.part.name}: {self.says}",
            n=1,
            lineterm="",
        )
        return "\n".join(lines)

    @property
    def id(self) -> str:
        """A name that stays while the change and its place in the cell stay."""
        _, _, *body = self.diff.splitlines()
        return hashlib.sha256("\n".join([self.part.name, *body]).encode()).hexdigest()[:10]


def _lines(cell: Cell) -> list[str]:
    return "\n".join([cell.source, *cell.outputs]).splitlines()
