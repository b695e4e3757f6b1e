"""The notebook's file: versions, metadata, line ends, encodings, ids and outputs as programs leave them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..base import Cell
from ..draft import Change, Draft, replaced


def saved_as(encode: Callable[[str], bytes]) -> Change:
    """The notebook's text, encoded otherwise."""

    def change(draft: Draft) -> None:
        draft.files = {draft.name: encode(draft.to_bytes().decode())}
        draft.name = ""

    return change


def with_sources(rewrite: Callable[[str], object]) -> Change:
    """Every cell's source as another value."""

    def change(draft: Draft) -> None:
        for cell in draft.cells:
            cell["source"] = rewrite(cell["source"])

    return change


def with_cells(rewrite: Callable[[int, Cell], Cell]) -> Change:
    """Every cell with other fields; `rewrite` gets its place and the cell."""

    def change(draft: Draft) -> None:
        for place, cell in enumerate(draft.cells):
            cell.update(rewrite(place, cell))

    return change


def with_metadata(**metadata: Any) -> Change:
    """Other metadata of the notebook."""
    return lambda draft: draft.notebook["metadata"].update(metadata)


def to_version_3(draft: Draft) -> None:
    """nbformat 3: cells in worksheets, code in `input`, headings as cells of their own kind."""

    def old(cell: Cell) -> Cell:
        if cell["cell_type"] == "markdown":
            return cell
        outputs = [
            {"output_type": "stream", "stream": "stdout", "text": output["text"].splitlines(keepends=True)}
            for output in cell["outputs"]
        ]
        return {
            "cell_type": "code",
            "language": "python",
            "metadata": {},
            "collapsed": False,
            "prompt_number": 7,
            "input": cell["source"].splitlines(keepends=True),
            "outputs": outputs,
        }

    cells = [{"cell_type": "heading", "level": 1, "metadata": {}, "source": "A2"}, *map(old, draft.cells)]
    draft.notebook = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


def without_metadata(draft: Draft) -> None:
    """Cells and nothing else."""
    draft.notebook = {
        "cells": [
            {key: cell[key] for key in ("cell_type", "source", "outputs") if key in cell}
            for cell in draft.cells
        ]
    }


def outputs_in_pieces(draft: Draft) -> None:
    """The streams cut at odd places, with warnings on stderr between the pieces."""
    for cell in draft.cells:
        pieces: list[Any] = []
        for output in cell.get("outputs", ()):
            for at in range(0, len(output["text"]), 97):
                pieces.append({**output, "text": [output["text"][at : at + 97]]})
                pieces.append(
                    {
                        "output_type": "stream",
                        "name": "stderr",
                        "text": "\r 40%|####      | 10/25 [00:03<00:05]\x1b[A",
                    }
                )
        if pieces:
            cell["outputs"] = pieces


def huge_outputs(draft: Draft) -> None:
    """Pictures and tables of a few megabytes."""
    for cell in draft.cells:
        if "outputs" in cell:
            picture = {
                "image/png": "iVBORw0KGgo" * 60_000,
                "text/plain": ["<Figure size 640x480 with 1 Axes>"],
                "text/html": "<b>x</b>" * 1000,
            }
            cell["outputs"].append({"output_type": "display_data", "metadata": {}, "data": picture})


def one_text(draft: Draft) -> None:
    """The answers one below the other in one cell."""
    answers = [cell for cell in draft.cells if cell["source"].startswith("### Answer")]
    answers[0]["source"] = "\n\n".join(cell["source"] for cell in answers)
    for cell in answers[1:]:
        draft.cells.remove(cell)


WIDGETS = {
    "application/vnd.jupyter.widget-state+json": {
        "4c1f": {
            "model_module": "@jupyter-widgets/controls",
            "model_name": "HBoxModel",
            "state": {"children": ["IPY_MODEL_1"]},
        }
    }
}
COLAB = {
    "accelerator": "GPU",
    "colab": {
        "name": "Copy of a2-code.ipynb",
        "provenance": [{"file_id": "1x", "timestamp": 1}],
        "gpuType": "T4",
        "collapsed_sections": ["a"],
        "machine_shape": "hm",
    },
}

ODDITIES: dict[str, Change] = {
    "nbformat 3, as an old Jupyter saves it": to_version_3,
    "nbformat 4.0 with a Python 2 kernel": lambda draft: draft.notebook.update(
        nbformat_minor=0,
        metadata={
            "kernelspec": {"name": "python2", "display_name": "Python 2"},
            "language_info": {"version": "2.7"},
        },
    ),
    "no metadata and no version at all": without_metadata,
    "metadata of widgets": with_metadata(widgets=WIDGETS),
    "metadata of Colab": with_metadata(**COLAB),
    "a kernel of R": with_metadata(kernelspec={"name": "ir", "language": "R"}),
    "metadata of null": lambda draft: draft.notebook.update(metadata=None),
    "cells that all have the same id": with_cells(lambda place, cell: {"id": "abc"}),
    "cells with Colab's ids and widths": with_cells(
        lambda place, cell: {
            "metadata": {"id": f"x{place}", "colab": {"height": 1000}, "outputId": "f", "cellView": "form"}
        }
    ),
    "cells with tags, slides, attachments and hidden sources": with_cells(
        lambda place, cell: {
            "metadata": {
                "tags": ["hide-input"],
                "slideshow": {"slide_type": "skip"},
                "jupyter": {"source_hidden": True},
                "deletable": False,
            },
            "attachments": {"image.png": {"image/png": "aGk="}},
        }
    ),
    "execution counts out of order": with_cells(
        lambda place, cell: {"execution_count": (7 * place) % 5} if cell["cell_type"] == "code" else {}
    ),
    "cells that nbgrader has locked": with_cells(
        lambda place, cell: {
            "metadata": {"nbgrader": {"grade": False, "locked": True, "solution": False, "schema_version": 3}}
        }
    ),
    "sources as lists of lines": with_sources(lambda source: source.splitlines(keepends=True)),
    "sources with the line ends of Windows": with_sources(lambda source: source.replace("\n", "\r\n")),
    "sources with the line ends of an old Macintosh": with_sources(lambda source: source.replace("\n", "\r")),
    "sources that end in empty lines": with_sources(lambda source: f"\n\n{source}\n\n\n"),
    "a file with the line ends of Windows": saved_as(lambda text: text.replace("\n", "\r\n").encode()),
    "a file with a byte-order mark": saved_as(lambda text: b"\xef\xbb\xbf" + text.encode()),
    "a file in UTF-16": saved_as(lambda text: text.encode("utf-16")),
    "a file in Latin-1": saved_as(
        lambda text: text.replace("# Assignment 2", "# Assignment 2 by Zoë").encode("latin-1")
    ),
    "a file that escapes everything that is not ASCII": saved_as(
        lambda text: json.dumps(json.loads(text)).encode()
    ),
    "a file on one line, keys sorted": saved_as(
        lambda text: json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")).encode()
    ),
    "a file with an empty line at its start and NaN in its metadata": saved_as(
        lambda text: ("\n\n" + text.replace('"metadata": {}', '"metadata": {"x": NaN}', 1)).encode()
    ),
    "outputs cut into pieces, with progress bars between": outputs_in_pieces,
    "outputs of several megabytes": huge_outputs,
    "emoji in every cell": with_sources(
        lambda source: source + ("\n# 🚀🔥 ñ 漢字 \u200b" if source.startswith(("def", "class")) else "")
    ),
    "zero-width characters pasted into texts": replaced(("### Answer", "\ufeff### \u200bAnswer")),
    "answers in raw cells": with_cells(
        lambda place, cell: {"cell_type": "raw"} if "### Answer" in cell["source"] else {}
    ),
    "all answers in one text cell": one_text,
    "a picture pasted into an answer": replaced(
        ("- point: C", "![figure](data:image/png;base64," + "iVBORw0KGgo" * 5000 + ")\n\n- point: C")
    ),
}
