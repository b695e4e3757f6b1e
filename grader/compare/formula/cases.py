"""Conditions and formulas by cases, in the usual spellings.

`A if c else B`; `A if c; B otherwise`; `A, c1; B, c2`; `A if c1 and B if c2`; `c1: A; c2: B`; `if c1: A else:
B`; and the rows of a LaTeX cases block.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeAlias

from grader.compare.formula.cursor import Cursor
from grader.compare.formula.errors import Unreadable
from grader.compare.formula.expression import (
    Branch,
    Condition,
    Expression,
    Junction,
    Otherwise,
    Piecewise,
    Relation,
)

Item: TypeAlias = Expression | Condition
_EXPECTED = "a condition such as n > d is expected here"


class CasesParser(Cursor):
    """The part of the grammar above sums."""

    _pending: Expression | None = None

    @abstractmethod
    def sum(self) -> Expression:
        """A formula without cases."""

    def cases(self) -> Expression:
        """A formula, by cases or not."""
        start = self.next.position
        found = self.item_or_cases(has_commas=True)
        if isinstance(found, Condition):
            raise Unreadable(start, "a comparison is not a formula")
        return found

    def item_or_cases(self, *, has_commas: bool = False) -> Item:
        """The same or a condition. has_commas: commas separate cases here, not arguments of a function."""
        branches: list[Branch] = []
        while True:
            value, condition = self._one(has_commas, is_first=not branches)
            if value is None and condition is not None:
                return condition
            assert value is not None  # _one gives a value or a condition
            if condition is None and not branches:
                return value
            branches.append(Branch(value, condition or Otherwise()))
            if condition is None or not self._goes_on(has_commas):
                return Piecewise(tuple(branches))

    def _one(self, has_commas: bool, *, is_first: bool) -> tuple[Expression | None, Condition | None]:
        """One case; without a condition if none is written; without a value if only a condition is."""
        if pending := self._taken_pending():
            return self._with_condition(pending, has_commas)
        is_else = self.take_word("else")
        if self.take_word("if"):
            condition = self.condition()
            self._after_condition(has_commas)
            return self.sum(), condition
        if is_else:
            self.take_separator(":", ",")
            value = self.sum()
            return value, (self.condition() if self.take_word("if") else None)
        item = self.item()
        if isinstance(item, Condition):
            if not (self.take_separator(":") or self.take_word("then")):
                if is_first:
                    return None, item
                raise Unreadable(self.next.position, "what holds under this condition is missing")
            return self.sum(), item
        return self._with_condition(item, has_commas)

    def _with_condition(self, value: Expression, has_commas: bool) -> tuple[Expression, Condition | None]:
        """A value and the condition written behind it, if one is."""
        if self.take_word("if"):
            return value, self.condition()
        if self.next.text == "else" and is_end(self.peek(1).kind):
            self.take()
            return value, Otherwise()
        if has_commas and self.next.text == "," and not is_end(self.peek(1).kind):
            return value, self._condition_after_comma()
        return value, None

    def _taken_pending(self) -> Expression | None:
        pending, self._pending = self._pending, None
        return pending

    def _after_condition(self, has_commas: bool) -> None:
        if not (
            self.take_separator(":") or self.take_word("then") or (has_commas and self.take_separator(","))
        ):
            raise Unreadable(self.next.position, "a colon is missing after the condition")

    def _condition_after_comma(self) -> Condition | None:
        """`A, n > d` and `A, if n > d`; None and nothing taken when no condition follows."""
        place = self._at
        self.take_separator(",")
        if self.take_word("else"):
            return Otherwise()
        if self.take_word("if"):
            return self.condition()
        item = self.item()
        if isinstance(item, Condition):
            return item
        raise Unreadable(
            self._tokens[place].position, "a comma is only read between groups of three digits, as in 1,024"
        )

    def _goes_on(self, has_commas: bool) -> bool:
        """Whether another case follows; what separates it is taken."""
        if self._pending is not None:
            return True
        if self.next.text == "else":
            return True
        is_separated = self.take_separator(";", "\\\\") or self.take_word("and")
        if has_commas and not is_separated:
            is_separated = self.take_separator(",")
        if is_separated:
            self.take_word("and")
        return not is_end(self.next.kind) and (
            bool(is_separated) or self.next.kind in ("number", "name", "open")
        )

    def item(self) -> Item:
        """A sum, or a condition if a comparison follows."""
        if self.is_condition_in_brackets() or self.next.text == "else":
            return self.condition()
        value = self.sum()
        if self.next.kind != "relation":
            return value
        return self._joined(self._relation(value))

    def condition(self) -> Condition:
        """Comparisons joined by "and" and "or"."""
        if self.take_word("else"):
            return Otherwise()
        return self._joined(self._comparison())

    def _comparison(self) -> Condition:
        if self.is_condition_in_brackets():
            self.take()
            condition = self.condition()
            if self.take().kind != "close":
                raise Unreadable(self.previous.position, "a bracket around a condition is not closed")
            return condition
        value = self.sum()
        if self.next.kind != "relation":
            raise Unreadable(self.next.position, _EXPECTED)
        return self._relation(value)

    def _relation(self, left: Expression) -> Condition:
        """a < b, and a < b < c as both."""
        parts: list[Condition] = []
        while self.next.kind == "relation":
            operator = self.take().text
            right = self.sum()
            parts.append(Relation(operator, left, right))  # type: ignore[arg-type]  # the lexer makes these only
            left = right
        return parts[0] if len(parts) == 1 else Junction("and", tuple(parts))

    def _joined(self, first: Condition) -> Condition:
        """The rest of a junction; a value after "and" begins the next case and is kept for it."""
        parts, word = [first], ""
        while self._pending is None and (found := self.take_word("and", "or")):
            if word and found != word:
                parts = [Junction(word, tuple(parts))]  # type: ignore[arg-type]  # "and" or "or"
            word = found
            if found == "and" and not self.is_condition_in_brackets():
                value = self.sum()
                if self.next.kind != "relation":
                    self._pending = value
                    break
                parts.append(self._relation(value))
            else:
                parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Junction(word, tuple(parts))  # type: ignore[arg-type]

    def rows_of_cases(self) -> Piecewise:
        """The rows of a cases block: value, & condition."""
        branches = []
        while not (self.next.kind == "command" and self.next.text == "end") and self.next.kind != "end":
            value = self.sum()
            self.take_separator(",")
            self.take_separator("&")
            self.take_word("if")
            branches.append(Branch(value, self.condition()))
            self.take_separator(",", ";")
            if not self.take_separator("\\\\"):
                break
        if not branches:
            raise Unreadable(self.next.position, "the cases are missing")
        return Piecewise(tuple(branches))


def is_end(kind: str) -> bool:
    """Whether nothing more can follow in this bracket."""
    return kind in ("end", "close")
