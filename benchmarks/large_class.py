"""A class as large as one likes: varied copies of the example hand-ins, as heavy as real notebooks are."""

from __future__ import annotations

import base64
import json
import random
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "csc413_a2_2025"
MEGABYTES = (1.0, 3.0)


def make_class(folder: Path, count: int, *, without: Collection[str] = (), seed: int = 413) -> None:
    """Write `count` hand-ins into `folder`, the examples in turn, no two the same.

    Each notebook says in a comment whose it is, so that its code is its own, and carries pictures in its
    outputs until it weighs between one and three megabytes.
    """
    rng = random.Random(seed)
    examples = [path for path in sorted(EXAMPLES.iterdir()) if path.name not in without]
    for number in range(count):
        example = examples[number % len(examples)]
        copy = folder / f"{example.name}-{number:05d}"
        shutil.copytree(example, copy)
        for path in copy.glob("*.ipynb"):
            _make_its_own(path, copy.name, rng)


def _make_its_own(path: Path, name: str, rng: random.Random) -> None:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return  # an example of a file that cannot be read stays as it is
    for cell in cells:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cell["source"] = f"{source}\n# {name}"
    size = int(rng.uniform(*MEGABYTES) * 1e6)
    with_outputs = [cell for cell in cells if cell.get("outputs")] or cells
    for cell in with_outputs:
        cell["outputs"] = [*cell.get("outputs", []), _picture(rng, size // len(with_outputs))]
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def _picture(rng: random.Random, size: int) -> dict[str, Any]:
    """An output as matplotlib's inline back end leaves it: `size` bytes of base64."""
    content = base64.b64encode(rng.randbytes(size * 3 // 4)).decode()
    return {
        "output_type": "display_data",
        "metadata": {"needs_background": "light"},
        "data": {"image/png": content, "text/plain": ["<Figure size 640x480 with 1 Axes>"]},
    }
