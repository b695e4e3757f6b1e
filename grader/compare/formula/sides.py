"""The two sides of an answer: `w1 = a = b` is the formula b, given for w1."""

from __future__ import annotations

import re

from grader.compare.formula.characters import GREEK
from grader.compare.formula.errors import Unreadable

_LANDMARK = re.compile(
    r"(?P<open>\\begin|[(\[{])|(?P<close>\\end|[)\]}])|(?P<compare><=|>=|!=|<|>|≤|≥|≠)|(?P<equals>:?==?)"
    r"|(?P<word>\b(?:if|for|when|whenever|otherwise|else)\b)"
)


def right_hand_side(plain: str) -> tuple[str | None, int]:
    """The text before the first `=` (None without one), and where the text after the last one begins.

    An `=` in brackets or in a condition is no such sign. A comparison that is not a condition is Unreadable.
    """
    left: str | None = None
    start = depth = 0
    has_cases = any(sign in plain for sign in ",:;")
    for match in _LANDMARK.finditer(plain):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif depth == 0 and kind == "word":
            break
        elif depth == 0 and kind == "compare":
            if not has_cases and not re.search(r"\b(?:if|for|when)\b", plain):
                raise Unreadable(match.start(), "a comparison is not a formula")
            break
        elif depth == 0 and kind == "equals":
            left = plain[: match.start()] if left is None else left
            start = match.end()
    return left, start


def same_left(one: str, other: str) -> bool:
    """Whether two left-hand sides name one quantity: spelling marks, fonts, hats and arrows do not count."""
    return _key(one) == _key(other)


def _key(left: str) -> str:
    text = re.sub(
        r"\\(?:mathcal|mathrm|mathbf|boldsymbol|bm|text|operatorname|frac|dfrac|tfrac|left|right|partial|hat|vec)\b",
        "",
        left,
    )
    text = "".join(GREEK.get(c, c) for c in text)
    return re.sub(r"[^A-Za-z0-9*']", "", text.replace("\\star", "*").replace("∂", "d").replace("₁", "1"))
