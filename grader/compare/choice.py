"""Choices: one option or several, read from what a student wrote, with the usual rules of credit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from enum import StrEnum

SEPARATORS = re.compile(r",|;|/|&|\band\b|\+", re.IGNORECASE)
ALTERNATIVES = re.compile(SEPARATORS.pattern + r"|\bor\b", re.IGNORECASE)
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

    The whole text is tried first (unless it is a list such as `A. … B. …`), then its parts between commas and
    the like, then its words, then an option at its start that is explained behind it; a remark in brackets is
    passed over where its part says nothing with it. Options may differ in a sign at the end of a word
    alone, as `II+` and `II-` do. Raises UnreadableChoice.
    """
    table = {_plain(spelling): name for name, others in options.items() for spelling in (name, *others)}
    text = text[:LONGEST]
    differ_in_a_sign = any(SIGN.search(name) for name in options)
    for parts in _lists_of_signed(text) if differ_in_a_sign else ([text], SEPARATORS.split(text)):
        found = [
            _find(part, table) or (_find(REMARK.sub(" ", part), table) if differ_in_a_sign else None)
            for part in parts
            if _plain(part)
        ]
        if found and None not in found:
            return frozenset(name for name in found if name)
    explained = None if differ_in_a_sign else _explained(text, table)
    if explained is not None:
        return frozenset({explained})
    raise UnreadableChoice(f"{text[:60]!r} is none of: {', '.join(options)}.")


def _lists_of_signed(text: str) -> Iterator[list[str]]:
    """How a text may be a list of options such as `II+` and `II-`, the likeliest way first."""
    lettered = BEFORE_A_LETTER.split(text)
    if len(lettered) > 1:
        yield lettered
    yield [text]
    yield SEPARATORS_AMONG_SIGNS.split(text)
    yield REMARK.sub(" ", text).split()


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
    """Lower case, in normal width, without punctuation and markup; a sign that ends a word is a word."""
    signed = SIGN.sub(lambda match: f" {SIGNED[match[1]]} ", LATEX_COMMAND.sub(" ", text.translate(DASHES)))
    folded = unicodedata.normalize("NFKC", signed).casefold()
    return " ".join(re.sub(r"[^\w\s]|_", " ", folded).split())
