"""The names that a formula may use, and how students spell them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Symbols:
    """Canonical names, each with its further spellings: `Symbols({"NF": ["nf"], "k": ["K", "kernel"]})`.

    Names are compared without underscores, braces and backslashes and after NFKC, so `N_{IC}`, `NI_C` and
    `NIC` are one name; upper and lower case differ. Two names with one spelling are a mistake of the
    assignment: ValueError.
    """

    aliases: Mapping[str, Sequence[str]]
    _canonical: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table: dict[str, str] = {}
        for name, spellings in self.aliases.items():
            for spelling in (name, *spellings):
                owner = table.setdefault(bare(spelling), name)
                if owner != name:
                    raise ValueError(f"the spelling {spelling!r} belongs to both {owner!r} and {name!r}")
        object.__setattr__(self, "_canonical", table)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names, in the order declared."""
        return tuple(self.aliases)

    def read(self, word: str) -> tuple[tuple[str, int], ...] | None:
        """The canonical names that a word stands for, each with its offset; None if it is not made of them.

        A declared word is one name. Another is a product of declared names without spaces, longest first:
        `NICNF` is NIC, NF.
        """
        whole = bare(word)
        if whole in self._canonical:
            return ((self._canonical[whole], 0),)
        return self._split(whole)

    def _split(self, word: str) -> tuple[tuple[str, int], ...] | None:
        """Right to left, so that each place is decided once: time is linear in the word."""
        longest_first = sorted(self._canonical, key=len, reverse=True)
        best: dict[int, tuple[str, int]] = {}
        for start in reversed(range(len(word))):
            for spelling in longest_first:
                end = start + len(spelling)
                if word.startswith(spelling, start) and (end == len(word) or end in best):
                    best[start] = (self._canonical[spelling], end)
                    break
        return tuple(_walk(best, len(word))) if 0 in best else None


def bare(spelling: str) -> str:
    """A spelling without what is not compared."""
    return "".join(c for c in unicodedata.normalize("NFKC", spelling) if c not in "_{}\\ ")


def _walk(best: Mapping[int, tuple[str, int]], length: int) -> Iterator[tuple[str, int]]:
    at = 0
    while at < length:
        name, end = best[at]
        yield name, at
        at = end
