"""A notebook as it was handed in: cells with their source and their saved text outputs. Nothing is executed.

Format: nbformat 4 (cells at the top), and 2 and 3 (cells in worksheets, code in `input`, outputs `pyout` and
`pyerr`). Every field is read as data that may be missing or of the wrong type. Cells need no `id`; Colab's
`metadata.id` is kept as a label for people. The nbformat package is not used: its conversion of an old
notebook validates twice, and importing it takes longer than reading a notebook of 3 MB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from grader.submission.errors import NotANotebook, TooLarge
from grader.submission.reading import MEGABYTE, read_capped
from grader.submission.script import text_blocks

MAX_BYTES = 50 * MEGABYTE
MAX_CELLS = 10_000
MAX_SOURCE = 256 * 1024
MAX_ALL_SOURCES = 8_000_000
MAX_OUTPUT = 2_000_000
# Parsed, `[],` takes 70 bytes of memory and `"",` 60: these hold 50 MB of hostile JSON to about 0.5 GB.
MAX_BRACKETS = 1_000_000
MAX_PARTS = 4_000_000

CLEAR_AND_SAVE = "clear the outputs and save again."
SAVE_AGAIN = "Open it in Jupyter or Colab, save it as .ipynb and hand it in again."

# A figure pasted into a text cell: pages of base64 that hold no answer.
_DATA_URI = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

CellKind = Literal["code", "markdown", "raw"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `index` counts from 0, `number` from 1 as people do.

    outputs: the saved text outputs in order, the pieces of one stream joined; no images, no widgets.
    label: Colab's id of the cell, for people to find it by.
    first_line: where its source begins; more than 1 for a text cell within an exported script.
    """

    index: int
    kind: CellKind
    source: str
    outputs: tuple[str, ...] = ()
    label: str | None = None
    first_line: int = 1

    @property
    def number(self) -> int:
        """The cell's place as shown to people."""
        return self.index + 1


@dataclass(frozen=True, slots=True)
class Notebook:
    """The cells in order, where they were read from, and what had to be left out."""

    cells: tuple[Cell, ...]
    path: Path
    notices: tuple[str, ...] = ()

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The cells of kind "code", with their indices in the whole notebook."""
        return tuple(cell for cell in self.cells if cell.kind == "code")


def read_notebook(path: Path) -> Notebook:
    """Read an .ipynb file, or a .py file as a code cell and its texts; SubmissionError if neither."""
    data = read_capped(path, MAX_BYTES, CLEAR_AND_SAVE)
    text, notices = _decode(data)
    if path.suffix.lower() == ".py":
        cells = _script_cells(_tidy(text))
    else:
        cells = _read_cells(_parse(text, path), path)
    if sum(len(cell.source) for cell in cells) > MAX_ALL_SOURCES:
        limit = f"{MAX_ALL_SOURCES // MEGABYTE} MB"
        raise TooLarge(path, "has too much text in its cells", limit, "keep only your work.")
    kept = []
    for cell in cells:
        if len(cell.source) > MAX_SOURCE:
            notices.append(
                f"Cell {cell.number} was left out: it has {len(cell.source) // 1024} KB of source, "
                f"and the limit is {MAX_SOURCE // 1024} KB."
            )
            cell = replace(cell, source="")
        kept.append(cell)
    return Notebook(tuple(kept), path, tuple(notices))


def _decode(data: bytes) -> tuple[str, list[str]]:
    """UTF-8, -16 or -32, with or without a byte order mark (RFC 4627, section 3); bad bytes are replaced."""
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), [f"Some bytes are not {encoding} text and were replaced."]


def _parse(text: str, path: Path) -> Mapping[str, Any]:
    """The JSON object of a notebook of any version; NotANotebook says what the file holds instead."""
    start = text[:200].lstrip()
    if not start:
        raise NotANotebook(path, "the file is empty", SAVE_AGAIN)
    if start.startswith("<"):
        raise NotANotebook(
            path, "it is a web page", "Download the notebook itself (File > Download) and hand that in."
        )
    if text.count("[") + text.count("{") > MAX_BRACKETS or text.count('"') + text.count(",") > MAX_PARTS:
        limit = f"{MAX_BRACKETS} brackets, {MAX_PARTS} commas and quotes"
        raise TooLarge(path, "has too many parts", limit, CLEAR_AND_SAVE)
    try:
        # `float` for whole numbers too: it takes time linear in the digits and refuses no length.
        content = json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotANotebook(path, f"it is not JSON ({error.msg} at {where})", SAVE_AGAIN) from None
    except RecursionError:
        raise NotANotebook(path, "its JSON is nested too deeply", SAVE_AGAIN) from None
    if not isinstance(content, dict) or not ({"cells", "worksheets"} & content.keys()):
        raise NotANotebook(path, "it is JSON without cells", SAVE_AGAIN)
    return content


def _read_cells(content: Mapping[str, Any], path: Path) -> list[Cell]:
    cells = []
    for index, raw in enumerate(_raw_cells(content)):
        if index == MAX_CELLS:
            raise TooLarge(path, "has too many cells", f"{MAX_CELLS} cells", "remove the empty ones.")
        cells.append(_cell(index, raw))
    return cells


def _script_cells(source: str) -> list[Cell]:
    """A script as one code cell; the texts that may be answers are cells at the same place."""
    texts = (block for block in text_blocks(source) if "answer" in block[1].casefold())
    return [
        Cell(0, "code", source),
        *(Cell(0, "markdown", text, first_line=line) for line, text in islice(texts, MAX_CELLS)),
    ]


def _raw_cells(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each cell as parsed; whatever is not a table counts as an empty cell, so that indices hold."""
    worksheets = _tables(content.get("worksheets"))
    for holder in [content, *worksheets]:
        cells = holder.get("cells")
        for raw in cells if isinstance(cells, list) else []:
            yield raw if isinstance(raw, dict) else {}


def _cell(index: int, raw: Mapping[str, Any]) -> Cell:
    metadata = raw.get("metadata")
    label = metadata.get("id") if isinstance(metadata, dict) else None
    label = _tidy(label)[:80] if isinstance(label, str) and label else None
    if raw.get("cell_type") == "code":
        source = _tidy(_joined(raw.get("source", raw.get("input"))))
        return Cell(index, "code", source, _text_outputs(raw.get("outputs")), label)
    source = _DATA_URI.sub("data:", _tidy(_joined(raw.get("source"))))
    if raw.get("cell_type") == "heading":
        source = "# " + " ".join(source.splitlines())
    kind: CellKind = "markdown" if raw.get("cell_type") in ("markdown", "heading") else "raw"
    return Cell(index, kind, source, (), label)


def _text_outputs(outputs: object) -> tuple[str, ...]:
    """Texts in order of first appearance, at most MAX_OUTPUT characters in all.

    The end is kept where something must go: the last epoch of a training run tells most.
    """
    pieces: dict[str, list[str]] = {}
    for number, output in enumerate(_tables(outputs)):
        kind = output.get("output_type")
        if kind == "stream":
            stream = output.get("name", output.get("stream"))
            pieces.setdefault(f"stream {stream}", []).append(_joined(output.get("text")))
        elif kind in ("error", "pyerr"):
            pieces[f"{number}"] = [f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"]
        elif kind in ("execute_result", "display_data", "pyout"):
            data = output.get("data")
            plain = data.get("text/plain") if isinstance(data, dict) else output.get("text")
            pieces[f"{number}"] = [_joined(plain)]
    room = MAX_OUTPUT
    kept: list[str] = []
    for parts in reversed(pieces.values()):
        text = _tidy("".join(parts))
        text = text[max(0, len(text) - room) :]
        room -= len(text)
        if text:
            kept.append(text)
    return tuple(reversed(kept))


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _joined(value: object) -> str:
    """A text that nbformat may store as one string or as a list of lines."""
    if isinstance(value, list):
        return "".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _tidy(text: str) -> str:
    """Line ends as `\\n`, no byte order mark, and no lone surrogates (which no encoder accepts)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
