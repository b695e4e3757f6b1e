"""Writing cells as a notebook that reads as they do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.submission import Cell


def write_notebook(cells: Sequence[Cell], path: Path) -> None:
    """Write an .ipynb; every saved text becomes an output of its own."""
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [_raw(cell) for cell in cells]}
    path.write_text(json.dumps(content), encoding="utf-8")


def _raw(cell: Cell) -> dict[str, Any]:
    raw: dict[str, Any] = {"cell_type": cell.kind, "metadata": {}, "source": cell.source}
    if cell.kind == "code":
        outputs = [
            {"output_type": "display_data", "metadata": {}, "data": {"text/plain": text}}
            for text in cell.outputs
        ]
        raw |= {"execution_count": None, "outputs": outputs}
    return raw
