"""Tokens: what the lexer hands to the parser."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal[
    "number", "name", "constant", "identity", "function", "command", "operator", "relation", "open", "close",
    "attribute", "transpose", "word", "separator", "subscript", "end",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the formula; `text` is canonical for operators and names."""

    kind: Kind
    text: str
    position: int
    value: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Lexed:
    """The tokens of the right-hand side, ending in one of kind "end".

    left: what stands before the first `=`, None where there is none. notes: how runs of names were split.
    indices: letters that number the terms of a sum.
    """

    tokens: tuple[Token, ...]
    left: str | None
    notes: tuple[str, ...]
    indices: frozenset[str]
