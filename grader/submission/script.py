"""The text cells of a notebook that was exported as a .py file.

Jupyter writes them as blocks of comments, Colab as strings that stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"[rRuU]?(\"\"\"|''')")


def text_blocks(source: str) -> Iterator[tuple[int, str]]:
    """Each block's first line in the file, from 1, and its text; indented ones belong to code."""
    block: list[str] = []
    first = 1
    closing = ""
    for number, line in enumerate(source.split("\n"), start=1):
        opening = None if closing else _OPENING.match(line)
        if block and not closing and (opening or not line.startswith("#")):
            yield first, "\n".join(block)
            block = []
        if not block:
            first = number
        if opening:
            closing = opening[1]
            line = line[opening.end() :]
        if closing:
            text, found, _ = line.partition(closing)
            block.append(text)
            closing = "" if found else closing
            if found:
                yield first, "\n".join(block)
                block = []
        elif line.startswith("#"):
            block.append(line[1:].removeprefix(" "))
    if block:
        yield first, "\n".join(block)
