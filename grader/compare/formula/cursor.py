"""The tokens and the place reached in them."""

from __future__ import annotations

from collections.abc import Sequence

from grader.compare.formula.errors import Unreadable
from grader.compare.formula.tokens import Token


class Cursor:
    """Looks at tokens in order. What stands directly inside each bracket is found once, beforehand."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._with_comma, self._with_relation = _directly_inside(tokens)

    @property
    def next(self) -> Token:
        """The token to be taken next; the last one is of kind "end"."""
        return self._tokens[self._at]

    @property
    def previous(self) -> Token:
        """The token taken last."""
        return self._tokens[self._at - 1]

    def peek(self, ahead: int) -> Token:
        """The token some places ahead."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def skip(self, count: int) -> None:
        """Go on without looking."""
        self._at = min(self._at + count, len(self._tokens) - 1)

    def take(self) -> Token:
        """The next token; the end may be taken again and again."""
        token = self.next
        self.skip(1)
        return token

    def _take_text(self, kind: str, texts: Sequence[str]) -> str:
        token = self.next
        return self.take().text if token.kind == kind and token.text in texts else ""

    def take_operator(self, operators: str | tuple[str, ...]) -> str:
        """The operator that comes next if it is one of these, else an empty string."""
        return self._take_text("operator", operators)

    def take_separator(self, *separators: str) -> str:
        """The same for separators."""
        return self._take_text("separator", separators)

    def take_word(self, *words: str) -> str:
        """The same for words such as "if"."""
        return self._take_text("word", words)

    def is_tuple(self) -> bool:
        """Whether a bracket comes next that has a comma directly inside."""
        return self._at in self._with_comma

    def is_condition_in_brackets(self) -> bool:
        """Whether a bracket comes next that has a comparison directly inside, and no case."""
        return self._at in self._with_relation

    def expect_end(self) -> None:
        """Nothing may be left."""
        token = self.next
        if token.kind == "close":
            raise Unreadable(token.position, f"{token.text!r} closes a bracket that was not opened")
        if token.text == ",":
            raise Unreadable(
                token.position, "a comma is only read between groups of three digits, as in 1,024"
            )
        if token.kind != "end":
            raise Unreadable(token.position, f"{token.text!r} is not expected here")


def _directly_inside(tokens: Sequence[Token]) -> tuple[frozenset[int], frozenset[int]]:
    """Places of brackets with a comma directly inside, and of those with a comparison but no case."""
    commas, relations, cases = set(), set(), set()
    open_at: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "open":
            open_at.append(at)
        elif token.kind == "close" and open_at:
            open_at.pop()
        elif open_at and token.text == ",":
            commas.add(open_at[-1])
        elif open_at and token.kind == "relation":
            relations.add(open_at[-1])
        elif open_at and (
            token.text == ":" or (token.kind == "word" and token.text in ("if", "else", "then"))
        ):
            cases.add(open_at[-1])
    return frozenset(commas), frozenset(relations - cases)
