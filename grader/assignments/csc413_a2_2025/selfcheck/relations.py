"""A doubled count of question 4.3 in words: `same`, `4 times as many`. Which is right is not known here."""

from __future__ import annotations

import re

NAMED = {"two": 2, "three": 3, "four": 4, "eight": 8, "sixteen": 16}
VERBS = {
    "twice": 2,
    "doubled": 2,
    "tripled": 3,
    "quadruples": 4,
    "quadruple": 4,
    "quadrupled": 4,
    "fourfold": 4,
}
_NUMBER = rf"\d{{1,3}}|{'|'.join(NAMED)}"
RELATION = re.compile(
    r"(?:it |they )?(?:is |are |stays? |remains? )?(?:the )?"
    r"(?:(?P<same>same|unchanged|no change|does not change)"
    rf"|(?P<verb>{'|'.join(VERBS)})"
    rf"|(?P<before>{_NUMBER}) ?(?:times|x|×)"
    rf"|(?:times|x|×) ?(?P<behind>{_NUMBER}))"
    r"(?: (?:as (?:many|much|large|above|before|weights|the first|previously)|more|larger|that"
    r"|the (?:above|first|same|previous)(?: \w+)?))?"
)


def times_in_words(text: str) -> int | None:
    """How many times the first answer it is; None if the text is no such words."""
    found = RELATION.fullmatch(" ".join(re.findall(r"\w+|×", text.casefold())))
    if found is None:
        return None
    if found["same"]:
        return 1
    if found["verb"]:
        return VERBS[found["verb"]]
    number = found["before"] or found["behind"]
    return NAMED[number] if number in NAMED else int(number)
