"""What can be wrong with a formula, in words for the person who wrote it."""

from __future__ import annotations

_CONTEXT = 30


class FormulaError(Exception):
    """A formula cannot be used."""


class Unreadable(FormulaError):  # noqa: N818 - named as the outcome it leads to
    """The text could not be read as a formula.

    position: index into the text as it was given, from 0; the text's length when something is missing at
    its end.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason

    def excerpt(self, text: str) -> str:
        """Two lines: the place in the student's words, and a caret below it."""
        return excerpt(text, self.position)


def excerpt(text: str, position: int) -> str:
    """The text around a position on one line, and a caret below the position."""
    start = max(0, position - _CONTEXT)
    line = "".join(c if c.isprintable() else " " for c in text[start : position + _CONTEXT])
    return f"{line.rstrip()}\n{' ' * (position - start)}^"


class MisShapen(FormulaError):  # noqa: N818 - an answer that was read and cannot be right
    """The parts of a formula do not fit together as numbers, vectors and matrices."""


class Undefined(FormulaError):  # noqa: N818 - the word of the trade
    """The formula has no value at a point: a division by zero, a singular matrix, no case that applies."""


class NoCase(Undefined):
    """No case of a formula by cases applies at a point."""


class NotReal(Undefined):
    """The value, or one on the way to it, is not a real number."""


class Imprecise(FormulaError):  # noqa: N818 - of a ball
    """A ball is too wide to go on: more bits are needed."""


class NotRational(FormulaError):  # noqa: N818 - of a value
    """The value cannot be had, or is too long, in rational arithmetic: balls are needed."""
