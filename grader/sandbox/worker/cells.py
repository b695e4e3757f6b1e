"""From a notebook's cells to statements: what Python there is to run, tolerant of what does not parse.

A cell that is not plain Python is read once more through IPython's input transformer (`%magics`,
`!commands`), and a cell that still does not parse is read block by block, so that one broken class costs that
class and nothing else.
"""

from __future__ import annotations

import ast
import io
import linecache
import re
from dataclasses import dataclass

PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "python", "python3"})
TRANSFORMED_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
DEFINED_NAME = re.compile(r"^(?:async\s+def|def|class)\s+([^\W\d]\w*)", re.MULTILINE)
LEADING_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)  # what ast.parse says to unreadable text
CONTINUES_A_BLOCK = re.compile(r"(?:elif|else|except|finally)\b|[)\]}#]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: its number in the notebook (from 1) and its source."""

    number: int
    source: str

    @property
    def filename(self) -> str:
        """The name under which its code is compiled, so that a traceback names the student's cell."""
        return f"<cell {self.number}>"


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """One top-level statement and the cell it stands in."""

    cell: Cell
    node: ast.stmt


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A stretch of a cell that is not Python; `names` are the classes and functions it meant to define.

    `unfinished` marks starter code whose bodies are still comments only: not written rather than wrong.
    """

    cell: int
    line: int
    message: str
    names: tuple[str, ...]
    unfinished: bool


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """What one cell holds."""

    statements: tuple[SourceStatement, ...]
    problems: tuple[SyntaxProblem, ...]


def parse_cell(cell: Cell) -> ParsedCell:
    """Read one cell; never raises on a student's mistakes."""
    remember_source(cell.filename, cell.source)
    magic = TRANSFORMED_CELL_MAGIC.match(cell.source)
    if magic and magic[1] not in PYTHON_CELL_MAGICS:
        return ParsedCell((), ())
    source = _blank_first_magic(cell.source) if magic else cell.source
    try:
        return ParsedCell(_statements(cell, ast.parse(source)), ())
    except NOT_PYTHON:
        pass
    transformed = _without_magics(source)
    try:
        return ParsedCell(_statements(cell, ast.parse(transformed)), ())
    except NOT_PYTHON:
        return _parse_block_by_block(cell, transformed)


def warm_up() -> None:
    """Load IPython's transformer and its tables once, and not in every forked process."""
    _without_magics("%time\n!true")


def remember_source(filename: str, source: str) -> None:
    """Let tracebacks and `inspect.getsource` show code that is in no file."""
    linecache.cache[filename] = (len(source), None, _lines(source), filename)


def _lines(source: str) -> list[str]:
    """Lines as Python counts them; `str.splitlines` also splits at form feeds and such."""
    return list(io.StringIO(source, newline=None))


def _statements(cell: Cell, module: ast.Module) -> tuple[SourceStatement, ...]:
    return tuple(SourceStatement(cell, part) for node in module.body for part in _one_import_each(node))


def _one_import_each(node: ast.stmt) -> list[ast.stmt]:
    """`import cv2, numpy as np` as two statements, so that a missing module costs only its own name."""
    if isinstance(node, ast.Import):
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [
            ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node) for alias in node.names
        ]
    return [node]


def _blank_first_magic(source: str) -> str:
    """Drop a `%%time` line but keep its line number free, so that places stay right."""
    return re.sub(r"%%.*", "", source, count=1)


def _without_magics(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    text = LEADING_BLANK_LINES.sub("", source)
    blank = source[: len(source) - len(text)].count("\n")  # the transformer drops them; places count them
    try:
        return "\n" * blank + str(TransformerManager().transform_cell(text))  # type: ignore[no-untyped-call]
    except (*NOT_PYTHON, RuntimeError):  # the last: more than 500 magics in one cell
        return source


def _parse_block_by_block(cell: Cell, source: str) -> ParsedCell:
    """Split at the lines that start in the first column; keep every block that parses."""
    lines = _lines(source)
    starts = [
        number
        for number, line in enumerate(lines)
        if line.strip() and not line[0].isspace() and not CONTINUES_A_BLOCK.match(line)
    ]
    statements: list[SourceStatement] = []
    problems: list[SyntaxProblem] = []
    position = 0
    while position < len(starts):
        nodes, after = _longest_readable(lines, starts, position)
        if nodes is None:
            after = _end_of_broken_block(lines, starts, position)
            problems.append(_problem(cell, lines, starts[position], _line_after(lines, starts, after)))
        else:
            statements += _statements(cell, nodes)
        position = after
    return ParsedCell(tuple(statements), tuple(problems))


def _longest_readable(
    lines: list[str], starts: list[int], position: int, reach: int = 40
) -> tuple[ast.Module | None, int]:
    """The shortest run of blocks from `position` that parses (a bracket or a string may span several)."""
    for after in range(position + 1, min(position + 1 + reach, len(starts) + 1)):
        first, last = starts[position], _line_after(lines, starts, after)
        try:
            return ast.parse("\n" * first + "".join(lines[first:last])), after
        except NOT_PYTHON as error:
            if lines[first].startswith(("class ", "def ", "import ", "from ")) and not _is_open(error):
                break  # these never span a second line in the first column
    return None, position


def _is_open(error: Exception) -> bool:
    """A bracket or a long string goes on, perhaps in the first column."""
    message = error.msg if isinstance(error, SyntaxError) else ""
    return "was never closed" in message or "unterminated triple-quoted" in message


def _end_of_broken_block(lines: list[str], starts: list[int], position: int) -> int:
    """Where the next line in the first column begins; a decorator keeps what it decorates."""
    after = position + 1
    while after < len(starts) and lines[starts[after - 1]].startswith("@"):
        after += 1
    return after


def _line_after(lines: list[str], starts: list[int], position: int) -> int:
    return starts[position] if position < len(starts) else len(lines)


def _problem(cell: Cell, lines: list[str], first: int, last: int) -> SyntaxProblem:
    text = "".join(lines[first:last])
    line, message = first + 1, "it is not Python"
    try:
        ast.parse("\n" * first + text)
    except SyntaxError as error:
        line, message = error.lineno or line, error.msg
    except NOT_PYTHON as error:
        message = str(error) or message
    unfinished = re.match("expected an indented block after (class|function) definition", message) is not None
    return SyntaxProblem(cell.number, line, message, tuple(DEFINED_NAME.findall(text)), unfinished)
