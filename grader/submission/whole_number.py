"""A whole number as students write one in an answer."""

from __future__ import annotations

import re

_WORDS = ("zero", "one", "two", "three", "four", "five")
# Once or for both directions, and behind it words that explain.
_NUMBER = re.compile(
    rf"\(?\s?(?P<number>\d{{1,4}}|{'|'.join(_WORDS)})(?:\.0)?(?:\s?[,x×]\s?(?P=number)\b)?\s?\)?"
    r"(?:[\s(,;](?P<behind>[^\d]*))?",
    re.IGNORECASE | re.ASCII,
)
_HEDGE = re.compile(r"\b(?:or|not|maybe)\b|\?|[-+*/^]", re.IGNORECASE)


def read_whole_number(text: str) -> int | None:
    """The number in `1`, `p = 1`, `one`, `(1, 1)` or `1 (the default)`; None where that is not certain."""
    found = _NUMBER.fullmatch(text.rpartition("=")[2].strip("$`*.,; \t"))
    if found is None or _HEDGE.search(found["behind"] or ""):
        return None
    word = found["number"].lower()
    return _WORDS.index(word) if word in _WORDS else int(word)
