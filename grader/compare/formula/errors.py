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

    def show(self, text: str) -> str:
        """Three lines: the place in the student's words, a caret below it, and the reason."""
        start = max(0, self.position - _CONTEXT)
        excerpt = text[start : self.position + _CONTEXT]
        line = "".join(c if c.isprintable() else " " for c in excerpt)
        return f"{line.rstrip()}\n{' ' * (self.position - start)}^\n{self.reason}"


class Undefined(FormulaError):  # noqa: N818 - the word of the trade
    """The formula has no rational value at a point, or one too long to write down."""
