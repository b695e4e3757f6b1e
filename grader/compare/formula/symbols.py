"""The names that a formula may use: how students spell them, what shape they have and where they live."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grader.compare.formula.characters import ACCENTS, GREEK
from grader.compare.formula.vocabulary import TEXT

Shape = tuple[str | int, ...]

_IN_A_FONT = re.compile(rf"\\(?:{TEXT})\s*\{{([^{{}}]*)\}}")
_ACCENTED = re.compile(rf"\\({'|'.join(ACCENTS)})\s*\{{?\\?([A-Za-z]+)\}}?")


class Domain(StrEnum):
    """Where a symbol's numbers (a matrix's entries) are taken from."""

    REAL = "real"
    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    INTEGER = "integer"
    POSITIVE_INTEGER = "positive integer"
    UNIT_INTERVAL = "unit interval"
    SYMMETRIC = "symmetric"
    POSITIVE_DEFINITE = "positive definite"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One declared name.

    shape: () a number, ("d",) a column vector, ("n", "d") a matrix; the letters are dimensions.
    low, high: an open range for a number (closed for whole numbers), as decimal text such as "0" or "1/3".
    definition: a formula of other symbols that it abbreviates, such as "X w0 - t"; an answer may use either.
    """

    shape: Shape = ()
    domain: Domain = Domain.REAL
    aliases: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class Symbols:
    """Canonical names, each with its spellings: `Symbols({"NF": ["nf"], "X": Symbol(shape=("n", "d"))})`.

    constraints: conditions that every point honours, such as "n < d"; dimensions may occur in them.
    is_complex: `i` is the imaginary unit and names stand for real numbers still.

    A list of spellings declares a real number. Dimensions that shapes name are positive whole numbers that a
    formula may use. Spellings are compared without braces and backslashes and after NFKC, first exactly and
    then without underscores, so `N_{IC}`, `NI_C` and `NIC` are one name; upper and lower case differ. Two
    names with one spelling are a mistake of the assignment: ValueError.
    """

    declared: Mapping[str, Symbol | Sequence[str]]
    constraints: tuple[str, ...] = ()
    is_complex: bool = False
    table: Mapping[str, Symbol] = field(init=False, repr=False, compare=False)
    dimensions: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _exact: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _loose: Mapping[str, str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table = {name: _symbol(value) for name, value in self.declared.items()}
        sizes = {size for symbol in table.values() for size in symbol.shape if isinstance(size, str)}
        for size in sorted(sizes - table.keys()):
            table[size] = Symbol(domain=Domain.POSITIVE_INTEGER)
        set_field = object.__setattr__  # the only way in a frozen dataclass
        set_field(self, "table", table)
        set_field(self, "dimensions", tuple(name for name in table if name in sizes))
        exact, loose = _spellings(table)
        set_field(self, "_exact", exact)
        set_field(self, "_loose", loose)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names, in the order declared."""
        return tuple(self.table)

    @property
    def has_matrices(self) -> bool:
        """Whether `I` is an identity matrix and `^T` a transpose."""
        return any(symbol.shape for symbol in self.table.values())

    def find(self, word: str) -> str | None:
        """The name that a whole word spells."""
        return self._exact.get(spelled(word)) or self._loose.get(bare(word))

    def split(self, word: str, others: Sequence[str] = ()) -> tuple[tuple[str, int], ...] | None:
        """The names that a word is a product of, each with its offset in the bare word: `NICNF` is NIC, NF.

        Longest first; `others` are further names allowed. Decided right to left, each place once.
        """
        text = bare(word)
        spellings = {s: name for s, name in self._loose.items() if name} | {other: other for other in others}
        longest_first = sorted(spellings, key=len, reverse=True)
        best: dict[int, tuple[str, int]] = {}
        for start in reversed(range(len(text))):
            for spelling in longest_first:
                end = start + len(spelling)
                if text.startswith(spelling, start) and (end == len(text) or end in best):
                    best[start] = (spellings[spelling], end)
                    break
        return tuple(_walk(best, len(text))) if 0 in best else None


def spelled(word: str) -> str:
    """A spelling without what is never compared; Greek letters by name, an accent as the lexer spells it."""
    plain = _IN_A_FONT.sub(r"\1", unicodedata.normalize("NFKC", word))
    normal = _ACCENTED.sub(lambda found: f"{found[2]}_{ACCENTS[found[1]]}".rstrip("_"), plain)
    return "".join(GREEK.get(c, c) for c in normal if c not in "{}\\ ")


def bare(word: str) -> str:
    """The same without underscores."""
    return spelled(word).replace("_", "")


def _symbol(value: Symbol | Sequence[str]) -> Symbol:
    return value if isinstance(value, Symbol) else Symbol(aliases=tuple(value))


def _spellings(table: Mapping[str, Symbol]) -> tuple[dict[str, str], dict[str, str | None]]:
    """Exact spellings, and those without underscores; None where these do not tell two names apart."""
    exact = {spelled(name): name for name in table}
    loose: dict[str, str | None] = {}
    for name in table:
        loose[bare(name)] = None if bare(name) in loose else name
    for name, symbol in table.items():
        for alias in symbol.aliases:
            owner = exact.setdefault(spelled(alias), name)
            other = loose.setdefault(bare(alias), name)
            if owner != name or other not in (name, None):
                taken = owner if owner != name else other
                raise ValueError(f"the spelling {alias!r} belongs to both {taken!r} and {name!r}")
    return exact, loose


def _walk(best: Mapping[int, tuple[str, int]], length: int) -> Iterator[tuple[str, int]]:
    at = 0
    while at < length:
        name, end = best[at]
        yield name, at
        at = end
