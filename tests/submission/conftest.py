"""Small notebooks, built as students' tools save them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.submission.notebook import Notebook, read_notebook

Raw = dict[str, Any]


class NotebookMaker:
    """Cells as raw JSON tables, and notebooks of nbformat 4.1 without cell ids, written below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def code(source: str | list[str], *outputs: Raw, **fields: Any) -> Raw:
        return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs), **fields}

    @staticmethod
    def markdown(source: str | list[str]) -> Raw:
        return {"cell_type": "markdown", "metadata": {}, "source": source}

    @staticmethod
    def stream(text: str | list[str], name: str = "stdout") -> Raw:
        return {"output_type": "stream", "name": name, "text": text}

    def write(self, *cells: Any, name: str = "a2-code.ipynb") -> Path:
        content = {"nbformat": 4, "nbformat_minor": 1, "metadata": {}, "cells": list(cells)}
        return self.write_bytes(json.dumps(content).encode(), name)

    def write_bytes(self, data: bytes, name: str = "a2-code.ipynb") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def read(self, *cells: Any) -> Notebook:
        return read_notebook(self.write(*cells))


@pytest.fixture
def make(tmp_path: Path) -> NotebookMaker:
    return NotebookMaker(tmp_path)
