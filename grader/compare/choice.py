"""Choices: one option or several, read from what a student wrote, with the usual rules of credit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from enum import StrEnum

SEPARATORS = re.compile(r",|;|/|&|\band\b|\+", re.IGNORECASE)
WORDS_AROUND = frozenset(
    ["option", "options", "answer", "point", "choice", "the", "it", "is", "use", "dominated", "regime"]
)
SEPARATORS_AMONG_SIGNS = re.compile(r",|;|/|&|\band\b|\s\+\s", re.IGNORECASE)
"""A plus that touches a word is a part of it where options are called `II+` and `II-`."""
LETTERED = re.compile(r"\s*\(?([A-Za-z]{1,4}[+-]?)(?:[.):]|\s[-:])\s")
BEFORE_A_LETTER = re.compile(r"[\s,;]+(?=\(?[A-Za-z]{1,4}[+-]?(?:[.):]|\s[-:])\s)")
REMARK = re.compile(r"\([^()]*\)")
SIGN = re.compile(r"(?<=\w)\s?\^?\{?\s?([+-])(?!\s?\w)")
SIGNED = {"+": "plus", "-": "minus"}
DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u207b\uff0d", "-") | {"\u207a": "+", "\uff0b": "+"}
)
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

    The whole text is tried first (unless it is a list such as `A. … B. …`), then its parts between commas and
    the like, then its words; a remark in brackets is passed over where its part says nothing with it. Options
    may differ in a plus or minus at the end of a word alone, as `II+` and `II-` do. Raises UnreadableChoice.
    """
    table = {_plain(spelling): name for name, others in options.items() for spelling in (name, *others)}
    separators = SEPARATORS_AMONG_SIGNS if any(SIGN.search(name) for name in options) else SEPARATORS
    text = text[:LONGEST]
    lettered = BEFORE_A_LETTER.split(text)
    first = [lettered] if len(lettered) > 1 else []
    for parts in (*first, [text], separators.split(text), REMARK.sub(" ", text).split()):
        found = [_find(part, table) or _find(REMARK.sub(" ", part), table) for part in parts if _plain(part)]
        if found and None not in found:
            return frozenset(name for name in found if name)
    raise UnreadableChoice(f"{text[:60]!r} is none of: {', '.join(options)}.")


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
    """The option a text names, also with words such as `option` around it, or as `C. Increase the size`."""
    plain = _plain(text)
    if plain in table:
        return table[plain]
    lettered = LETTERED.match(text)
    if lettered and _plain(lettered[1]) in table:
        return table[_plain(lettered[1])]
    bare = {_without_words_around(spelling): name for spelling, name in table.items()}
    left = _without_words_around(plain)
    return bare.get(left) if left else None


def _without_words_around(plain: str) -> str:
    return " ".join(word for word in plain.split() if word not in WORDS_AROUND)


def _plain(text: str) -> str:
    """Lower case, in normal width, without punctuation and markup; a sign that ends a word is a word."""
    signed = SIGN.sub(lambda match: f" {SIGNED[match[1]]} ", text.translate(DASHES))
    folded = unicodedata.normalize("NFKC", signed).casefold()
    return " ".join(re.sub(r"[^\w\s]|_", " ", folded).split())
