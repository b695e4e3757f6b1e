"""A hand-in to be made odd: the base's cells and files, and the ways in which cases change them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import base

Change = Callable[["Draft"], None]

DEFINED = re.compile(r"^(?:def |class )?(\w+)(?=\(|:| = )", re.MULTILINE)
FUNCTIONS_FOR = {"2.1.3": ("loss_derivative", "optimal_learning_rate"), "2.2.2": ("l2_coefficient",)}
"""Functions that answer a question as well as its answer cell does."""


class Draft:
    """A student's hand-in. `notebook` is nbformat's JSON; `files` are those to hand in beside it.

    name: the notebook's file name; empty where a case hands in its text under `files` in another form.
    """

    def __init__(self) -> None:
        self.notebook: dict[str, Any] = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "cells": base.cells(),
        }
        self.name = "a2-code.ipynb"
        self.files: dict[str, bytes] = {}

    @property
    def cells(self) -> list[base.Cell]:
        """The cells in order, to be changed in place."""
        cells: list[base.Cell] = self.notebook["cells"]
        return cells

    def find(self, fragment: str) -> base.Cell:
        """The first cell whose source has the fragment; StopIteration if there is none."""
        return next(cell for cell in self.cells if fragment in cell["source"])

    def definition(self, name: str) -> base.Cell:
        """The code cell that defines a class or a function."""
        return next(cell for cell in self.cells if name in DEFINED.findall(cell["source"]))

    def training(self, network: str) -> base.Cell:
        """The first cell that trains a network."""
        return self.find(f"cnn = {network}(")

    def write(self, source: str) -> None:
        """Put code in place of the cell that defines its first name of the base; drop others it defines."""
        names = DEFINED.findall(source)
        replaced = [cell for cell in self.cells if set(DEFINED.findall(cell["source"])) & set(names)]
        replaced[0]["source"] = source
        for cell in replaced[1:]:
            self.cells.remove(cell)

    def answer(self, question: str, lines: str) -> None:
        """Write these lines into a question's answer cell, instead of any function that answers it."""
        self.find(f"### Answer {question}\n")["source"] = f"### Answer {question}\n\n{lines}"
        for name in FUNCTIONS_FOR.get(question, ()):
            self.cells.remove(self.definition(name))

    def replace(self, old: str, new: str, cells: Sequence[base.Cell] = ()) -> None:
        """Replace a text wherever it stands, in all cells or in these; it must stand somewhere."""
        found = [cell for cell in cells or self.cells if old in cell["source"]]
        assert found, f"no cell has {old!r}"
        for cell in found:
            cell["source"] = cell["source"].replace(old, new)

    def insert(self, before: base.Cell, *sources: str) -> None:
        """Put code cells before a cell."""
        position = self.cells.index(before)
        self.cells[position:position] = map(base.code, sources)

    def append(self, *sources: str) -> None:
        """Put code cells at the end."""
        self.cells.extend(map(base.code, sources))

    def to_bytes(self) -> bytes:
        """The notebook's file, as Jupyter writes it."""
        return json.dumps(self.notebook, indent=1, ensure_ascii=False).encode()

    def contents(self) -> dict[str, bytes]:
        """All files by their path in the hand-in."""
        return ({self.name: self.to_bytes()} if self.name else {}) | self.files

    def save(self, folder: Path) -> None:
        """Write the hand-in into a new folder."""
        for name, data in self.contents().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def written(source: str) -> Change:
    """Other code for what the source defines."""
    return lambda draft: draft.write(source)


def replaced(*edits: tuple[str, str], only: str = "") -> Change:
    """Texts (old, new) one after the other, in all cells or only in the one that defines a name."""

    def change(draft: Draft) -> None:
        cells = [draft.definition(only)] if only else []
        for old, new in edits:
            draft.replace(old, new, cells)

    return change


def answered(question: str, lines: str) -> Change:
    """Another text in an answer cell."""
    return lambda draft: draft.answer(question, lines)


def first(*sources: str) -> Change:
    """Code cells at the top."""
    return lambda draft: draft.insert(draft.cells[0], *sources)


def before(name: str, *sources: str) -> Change:
    """Code cells before the one that defines a name."""
    return lambda draft: draft.insert(draft.definition(name), *sources)


def last(*sources: str) -> Change:
    """Code cells at the end."""
    return lambda draft: draft.append(*sources)


def all_of(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(draft: Draft) -> None:
        for each in changes:
            each(draft)

    return change
