"""Source code and the places of its syntax tree: edits that leave all the rest as it was written."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.Subscript, ast.List, ast.Tuple)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace a stretch of the source; offsets in bytes of UTF-8, as the syntax tree counts columns."""

    start: int
    end: int
    text: str


class Source:
    """A cell's code, from which syntax nodes' texts are cut and in which they are replaced."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._lines = [0]
        for line in self._data.split(b"\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where a node begins."""
        return self._lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where it ends."""
        assert node.end_lineno is not None and node.end_col_offset is not None  # ast.parse sets both
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """A node as it is written, without brackets around it."""
        return self._data[self.start(node) : self.end(node)].decode()

    def operand(self, node: ast.expr) -> str:
        """A node's text for use as an operand: in brackets unless it needs none."""
        return self.text(node) if isinstance(node, ATOMS) else f"({self.text(node)})"

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
        """Put a text in a node's place."""
        return Edit(self.start(node), self.end(node), text)

    def replace_from(self, first: ast.stmt, last: ast.stmt, text: str) -> Edit:
        """Put a text in the place of several statements."""
        return Edit(self.start(first), self.end(last), text)

    def append(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
        """Put a text behind a node."""
        return Edit(self.end(node), self.end(node), text)

    def remove(self, items: Sequence[ast.expr | ast.keyword], position: int) -> Edit:
        """Take one of several items that stand between commas, and a comma with it."""
        if position:
            return Edit(self.end(items[position - 1]), self.end(items[position]), "")
        following = self.start(items[1]) if len(items) > 1 else self.end(items[0])
        return Edit(self.start(items[0]), following, "")

    def operator(self, node: ast.BinOp, symbol: str, new: str) -> Edit:
        """Replace a binary operator, which is written as `symbol`."""
        gap_start, gap_end = self.end(node.left), self.start(node.right)
        at = gap_start + self._data[gap_start:gap_end].index(symbol.encode())
        return Edit(at, at + len(symbol), new)

    def edited(self, edits: Iterable[Edit]) -> str:
        """The source with edits, which do not overlap."""
        data = self._data
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            data = data[: edit.start] + edit.text.encode() + data[edit.end :]
        return data.decode()
