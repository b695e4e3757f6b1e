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
FILLING = frozenset(["will", "should", "would"])
EXPLAINS = re.compile(r"\s*[(:,;.–—-]|\s+(?:because|since|as|due|so|which|with|when|while|too)\b")
"""What may follow an option: `A larger batch` chooses neither A nor larger."""
HEDGES = re.compile(
    r"^\W*(?:and|/|&)|\?|n't\b|\b(?:or|maybe|perhaps|possibly|either|not|no|never|neither|nor|instead|but"
    r"|rather|unless|except|then|first|initially|until|later|eventually)\b"
)
LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
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

    The whole text is tried first, then its parts between commas and the like, then an option at its start
    that is explained behind it. Raises UnreadableChoice.
    """
    table = {_plain(spelling): name for name, others in options.items() for spelling in (name, *others)}
    whole = _find(text[:LONGEST], table)
    if whole:
        return frozenset({whole})
    found = [_find(part, table) for part in SEPARATORS.split(text[:LONGEST]) if _plain(part)]
    if found and None not in found:
        return frozenset(name for name in found if name)
    explained = _explained(text[:LONGEST], table)
    if explained is None:
        raise UnreadableChoice(f"{text[:60]!r} is none of: {', '.join(options)}.")
    return frozenset({explained})


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


def _explained(text: str, table: Mapping[str, str]) -> str | None:
    """The option at the start of `C (the knee)` or `it increases, because ...`.

    Not where the rest hedges or names another option: which one is meant is then for a person to say.
    """
    folded = re.sub(r"[*_`$~]", "", LATEX_COMMAND.sub(" ", unicodedata.normalize("NFKC", text)))
    words = re.finditer(r"\w+", folded)
    start = next((word.start() for word in words if word[0].casefold() not in WORDS_AROUND | FILLING), 0)
    for spelling in sorted(table, key=len, reverse=True):
        rest = folded[start + len(spelling) :]
        if folded[start : start + len(spelling)].casefold() != spelling or re.match(r"\w", rest):
            continue
        if EXPLAINS.match(rest) and not HEDGES.search(rest.casefold()):
            others = {option for option, name in table.items() if name != table[spelling]}
            is_one_of_several = len(spelling) == 1 and re.search(r"\b[A-Z]\b", rest)
            return None if is_one_of_several or any(_mentions(rest, o) for o in others) else table[spelling]
    return None


def _mentions(text: str, spelling: str) -> bool:
    """Whether a text has an option's spelling; a single letter counts as a capital, as `a` is a word."""
    if len(spelling) == 1:
        return re.search(rf"\b{re.escape(spelling.upper())}\b", text) is not None
    return f" {spelling} " in f" {_plain(text)} "


def _without_words_around(plain: str) -> str:
    return " ".join(word for word in plain.split() if word not in WORDS_AROUND)


def _plain(text: str) -> str:
    """Lower case, in normal width, without punctuation and markup."""
    folded = LATEX_COMMAND.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(re.sub(r"[^\w\s]|_", " ", folded).split())
