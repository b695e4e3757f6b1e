"""LaTeX's own constructions: fractions, roots, sums over an index, and blocks of rows."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager

from grader.compare.formula import calls, vocabulary
from grader.compare.formula.cases import CasesParser
from grader.compare.formula.errors import Unreadable
from grader.compare.formula.expression import (
    ONE,
    Call,
    Expression,
    Matrix,
    Power,
    Product,
    Reciprocal,
    Series,
)
from grader.compare.formula.tokens import Token

_SUM = "write a sum as \\sum_{i=1}^{n}"


class BlocksParser(CasesParser):
    """The part of the grammar that begins with a command."""

    in_scope: list[str]

    @abstractmethod
    def atom(self) -> Expression:
        """A number, a name or a bracket."""

    @abstractmethod
    def term(self) -> Expression:
        """What a sum over an index applies to: a product with its sign."""

    @abstractmethod
    def nested(self, position: int) -> AbstractContextManager[None]:
        """One level deeper."""

    @abstractmethod
    def inside(self, bracket: str) -> AbstractContextManager[None]:
        """Inside this bracket."""

    @abstractmethod
    def close(self, opening: Token) -> None:
        """The bracket that closes an opening one."""

    def command(self, token: Token) -> Expression:
        """The construction that a command begins."""
        if token.text in vocabulary.FRACTIONS:
            numerator = self._argument(token)
            return Product((numerator, Reciprocal(self._argument(token))))
        if token.text == "binom":
            upper = self._argument(token)
            return Call("binomial", (upper, self._argument(token)))
        if token.text == "sqrt":
            return self._root(token)
        if token.text in ("sum", "prod"):
            return self._series(token)
        if token.text == "begin":
            return self._block(token)
        raise Unreadable(token.position, f"\\{token.text} is not expected here")

    def _argument(self, command: Token) -> Expression:
        """{...}, or one token as LaTeX has it."""
        if self.next.kind in ("end", "close", "separator"):
            shape = "{a}" if command.text == "sqrt" else "{a}{b}"
            raise Unreadable(self.next.position, f"write \\{command.text}{shape}, with braces")
        with self.nested(command.position):
            return self.atom()

    def _root(self, token: Token) -> Expression:
        if self.next.text != "[":
            return Call("sqrt", (self._argument(token),))
        opening = self.take()
        degree = self.sum()
        self.close(opening)
        return Power(self._argument(token), Product((ONE, Reciprocal(degree))))

    def _series(self, token: Token) -> Series:
        index = lower = upper = None
        while operator := self.take_operator("_^"):
            if operator == "^":
                upper = self._argument(token)
                continue
            opening = self.take()
            index = self.take()
            if opening.text != "{" or index.kind != "name" or self.take().text != "==":
                raise Unreadable(token.position, _SUM)
            lower = self.sum()
            self.close(opening)
        if index is None or lower is None or upper is None:
            raise Unreadable(token.position, _SUM)
        self.in_scope.append(index.text)
        with self.nested(token.position):
            body = self.term()
        self.in_scope.pop()
        return Series("sum" if token.text == "sum" else "prod", index.text, lower, upper, body)

    def _block(self, begin: Token) -> Expression:
        name = self.take().text
        with self.nested(begin.position), self.inside("("):
            if name in vocabulary.CASES_BLOCKS:
                expression: Expression = self.rows_of_cases()
            elif name in vocabulary.MATRIX_BLOCKS or name == "array":
                expression = self._matrix(begin)
            else:
                raise Unreadable(begin.position, f"a block {name!r} is not part of a formula")
        if self.take().text != "end" or self.take().text != name:
            raise Unreadable(begin.position, f"\\begin{{{name}}} is not closed")
        return expression

    def _matrix(self, begin: Token) -> Matrix:
        rows: list[tuple[Expression, ...]] = []
        while self.next.kind != "end" and self.next.text != "end":
            row = [self.sum()]
            while self.take_separator("&"):
                row.append(self.sum())
            rows.append(tuple(row))
            if not self.take_separator("\\\\"):
                break
        return calls.matrix(rows, begin)
