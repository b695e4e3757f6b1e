"""Mistakes in what training has left behind: no output, a run cut short, other values, other settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from grader.authoring.mutants.parts import SavedOutput, parsed
from grader.authoring.mutants.source import Source
from grader.submission import Cell

EPOCH = re.compile(r"epoch\W{0,4}(\d+)", re.IGNORECASE)
LOSS = re.compile(r"(loss\W{0,4})(\d+(?:\.\d+)?)", re.IGNORECASE)


def variations(part: SavedOutput) -> Iterator[tuple[str, str, Cell]]:
    """Every mistake in one cell's output and settings: the rule, what it did, and the cell then."""
    yield "no output", "never run", part.left_out()
    first = tuple(_first_epoch(output) for output in part.cell.outputs)
    yield "run cut short", "only its first epoch", replace(part.cell, outputs=first)
    worse = tuple(LOSS.sub(_doubled, output) for output in part.cell.outputs)
    yield "other values", "every loss doubled", replace(part.cell, outputs=worse)
    yield from _settings(part.cell)


def _first_epoch(output: str) -> str:
    """The lines before the second epoch's."""
    kept = []
    for line in output.splitlines(keepends=True):
        epoch = EPOCH.search(line)
        if epoch and int(epoch[1]) > 1:
            break
        kept.append(line)
    return "".join(kept)


def _doubled(match: re.Match[str]) -> str:
    return f"{match[1]}{2 * float(match[2]):.4f}"


def _settings(cell: Cell) -> Iterator[tuple[str, str, Cell]]:
    """A number that the cell's code gives a name, doubled."""
    tree, source = parsed(cell), Source(cell.source)
    for node in ast.walk(tree) if tree else ():
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            number = value.value if isinstance(value, ast.Constant) else None
            if key is not None and isinstance(number, int | float) and not isinstance(number, bool):
                edited = source.edited([source.replace(value, f"{2 * number:g}")])
                yield "other setting", f"{source.text(key)} {2 * number:g}", replace(cell, source=edited)
