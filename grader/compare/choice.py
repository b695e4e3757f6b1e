"""Choices: one option or several, read from what a student wrote, with the usual rules of credit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from enum import StrEnum

SEPARATORS = re.compile(r",|;|/|&|\band\b|\+", re.IGNORECASE)
ALTERNATIVES = re.compile(SEPARATORS.pattern + r"|\bor\b", re.IGNORECASE)
WORDS_AROUND = frozenset(
    ["option", "answer", "point", "choice", "the", "it", "is", "use", "dominated", "regime"]
)
LETTERED = re.compile(r"\s*\(?([A-Za-z])[.):]\s")
LONGEST = 200


class CreditRule(StrEnum):
    """How several options earn their share of the marks.

    all_or_nothing: the set must be right. each_option: every option rightly chosen or rightly left earns its
    share. right_minus_wrong: right ones less wrong ones over the right ones, never below zero. no_wrong: the
    share of the right ones that were chosen, nothing at all once a wrong one is.
    """

    ALL_OR_NOTHING = "all_or_nothing"
    EACH_OPTION = "each_option"
    RIGHT_MINUS_WRONG = "right_minus_wrong"
    NO_WRONG = "no_wrong"


class UnreadableChoice(Exception):  # noqa: N818
    """What was written names none of the options; the message says which there are."""


def read_choices(text: str, options: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The options named in a short text; each option has its name and other spellings.

    The whole text is tried first, then its parts between commas and the like. Raises UnreadableChoice.
    """
    table = {_plain(spelling): name for name, others in options.items() for spelling in (name, *others)}
    whole = _find(text[:LONGEST], table)
    if whole:
        return frozenset({whole})
    found = [_find(part, table) for part in SEPARATORS.split(text[:LONGEST]) if _plain(part)]
    if not found or None in found:
        raise UnreadableChoice(f"{text[:60]!r} is none of: {', '.join(options)}.")
    return frozenset(name for name in found if name)


def credit(chosen: Set[str], right: Set[str], options: Set[str], rule: CreditRule) -> float:
    """The share of the marks, 0 to 1."""
    hits, misses = len(chosen & right), len(chosen - right)
    match rule:
        case CreditRule.ALL_OR_NOTHING:
            return float(chosen == right)
        case CreditRule.EACH_OPTION:
            return sum((option in chosen) == (option in right) for option in options) / len(options)
        case CreditRule.RIGHT_MINUS_WRONG:
            return max(0.0, (hits - misses) / len(right))
        case CreditRule.NO_WRONG:
            return 0.0 if misses else hits / len(right)


def _find(text: str, table: Mapping[str, str]) -> str | None:
    """The option a text names, also with words such as `option` around it, or as `C. Increase the size`.

    `C. A` names two and so none.
    """
    plain = _plain(text)
    if plain in table:
        return table[plain]
    lettered = LETTERED.match(text)
    if lettered and _plain(lettered[1]) in table:
        chosen = table[_plain(lettered[1])]
        return None if _named(text[lettered.end() :], table) - {chosen} else chosen
    bare = {_without_words_around(spelling): name for spelling, name in table.items()}
    left = _without_words_around(plain)
    return bare.get(left) if left else None


def _named(text: str, table: Mapping[str, str]) -> set[str]:
    """The options that a text is made of, as in `A or B`; none where it says more than that."""
    parts = [_plain(part) for part in ALTERNATIVES.split(text) if _plain(part)]
    return {table[part] for part in parts} if all(part in table for part in parts) else set()


def _without_words_around(plain: str) -> str:
    return " ".join(word for word in plain.split() if word not in WORDS_AROUND)


def _plain(text: str) -> str:
    """Lower case, in normal width, without punctuation and markup."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w\s]|_", " ", folded).split())
