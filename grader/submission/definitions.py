"""Which classes and functions a notebook's code cells seem to define, from one scan of their lines.

The trusted side does not parse students' code. A wrong guess costs little here: the scan only decides which
of several notebooks is the work and which the template that lies beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"(?:async[ \t]+def|def|class)[ \t]+(\w+)")
_LONG_STRING = re.compile(r"[rRuUbB]{0,2}(\"\"\"|''')")
_DOES_NOTHING = re.compile(
    r"(?:pass|\.\.\.|return(?:[ \t]+None)?|raise[ \t]+NotImplementedError\b.*)\s*(?:#.*)?"
)
_HEADER_END = re.compile(r"(?:^class[ \t]+\w+|\))[ \t]*(?:->[^:]{0,200})?:")


@dataclass(slots=True)
class _Open:
    """A definition whose block is being read."""

    name: str
    indent: int
    has_code: bool = False
    has_empty_forward: bool = False

    @property
    def is_written(self) -> bool:
        return self.has_code and not self.has_empty_forward


def definitions(source: str) -> Iterator[tuple[str, bool]]:
    """Each class and function with whether there is more to it than starter code.

    Starter code is a body of comments, `pass`, `return None` or `raise NotImplementedError`; so is a class
    whose `forward` has such a body.
    """
    stack: list[_Open] = []
    for indent, line in _lines(source):
        while stack and indent <= stack[-1].indent:
            yield _closed(stack)
        header = _HEADER.match(line)
        if header:
            stack.append(_Open(header[1], indent))
            end = _HEADER_END.search(line)
            line = line[end.end() :].strip() if end else ""
            line = "" if line.startswith("#") else line
        if line and not _DOES_NOTHING.fullmatch(line):
            for definition in stack:
                definition.has_code = True
    while stack:
        yield _closed(stack)


def _closed(stack: list[_Open]) -> tuple[str, bool]:
    definition = stack.pop()
    if stack and definition.name == "forward":
        stack[-1].has_empty_forward = not definition.is_written
    return definition.name, definition.is_written


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """Indent and text of each line; a definition's header goes on until its brackets are closed.

    Left out are empty lines, comments and strings that stand alone.
    """
    closing = ""
    header: list[str] = []
    indent = depth = 0
    for raw in source.expandtabs(4).split("\n"):
        line = raw.strip()
        if closing:
            closing = "" if closing in line else closing
        elif (string := _LONG_STRING.match(line)) and not header:
            closing = "" if string[1] in line[string.end() :] else string[1]
        elif line and not line.startswith("#"):
            if not header:
                indent, depth = len(raw) - len(raw.lstrip()), 0
            if header or _HEADER.match(line):
                header.append(line)
                depth += line.count("(") - line.count(")")
                if depth > 0:
                    continue
                line = " ".join(header)
                header = []
            yield indent, line
    if header:
        yield indent, " ".join(header)
