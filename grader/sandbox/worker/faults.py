"""Describe what the student's code raised, briefly: its own words may raise or be huge."""

from __future__ import annotations

import linecache
import re
import sys
from types import TracebackType
from typing import Any

MAX_NAME, MAX_MESSAGE, MAX_FRAMES, MAX_LINE = 100, 2000, 20, 200
_CELL = re.compile(r"<cell (\d+)>")


def describe(error: BaseException) -> dict[str, Any]:
    """Type and message, the cell and line where it arose (None outside any cell), a short traceback."""
    places = _places(error)
    filename, line = places[-1][:2] if places else ("", None)
    cell = _CELL.fullmatch(filename)
    name = _text(lambda: type(error).__name__, MAX_NAME)
    message = without_folders(_text(lambda: _message(error), MAX_MESSAGE))
    steps = [_step(*place) for place in places[-MAX_FRAMES:]]
    return {
        "type": name,
        "message": message,
        "cell": int(cell[1]) if cell else None,
        "line": line,
        "traceback": "\n".join([*steps, f"{name}: {message}"]),
    }


def without_folders(text: str) -> str:
    """File names of libraries as their documentation has them; where they lie here is nobody's business."""
    for folder in sorted(sys.path, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder.rstrip("/") + "/", "")
    return text


def _places(error: BaseException) -> list[tuple[str, int, str]]:
    """(file name, line, function) of the frames in cells, outermost first."""
    places = _frames(error.__traceback__)
    if isinstance(error, SyntaxError):
        filename, line = error.filename, error.lineno
        if isinstance(filename, str) and _in_cell(filename) and isinstance(line, int):
            places.append((filename, line, "<module>"))
    return places


def _frames(traceback: TracebackType | None) -> list[tuple[str, int, str]]:
    places: list[tuple[str, int, str]] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if _in_cell(code.co_filename):
            places.append((code.co_filename, traceback.tb_lineno, code.co_name))
            del places[:-MAX_FRAMES]
        traceback = traceback.tb_next
    return places


def _in_cell(filename: str) -> bool:
    return _CELL.fullmatch(filename) is not None


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and isinstance(error.msg, str):
        return error.msg  # without "(<cell 3>, line 5)", which is told apart
    return str(error)


def _step(filename: str, line: int, function: str) -> str:
    where = f"{filename[1:-1]}, line {line}"
    inside = "" if function == "<module>" else f", in {function[:MAX_NAME]}"
    source = linecache.getline(filename, line).strip()[:MAX_LINE]
    return f"  {where}{inside}\n    {source}"


def _text(read: Any, limit: int) -> str:
    try:
        text = str(read())[:limit]
    except BaseException as failure:
        return f"<{type(failure).__name__} while describing the error>"
    return text.encode("utf-8", "replace").decode()
