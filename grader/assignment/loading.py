"""Reading `assignment.toml`, with errors that name the file, the line and the remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from grader.assignment.model import Assignment
from grader.assignment.places import AssignmentError, folder_of, known_assignments

REMEDIES = {
    "missing": "this key is missing; add it",
    "extra_forbidden": "there is no such key; remove it or correct its spelling",
}
"""For pydantic's own complaints that leave open what to do, by their type."""


def load_assignment(id_or_path: str | Path) -> Assignment:
    """Read an assignment by its id or by the path of its folder; AssignmentError if it cannot be used."""
    folder = folder_of(id_or_path)
    if folder is None:
        known = ", ".join(known_assignments())
        raise AssignmentError(
            f"There is no assignment {str(id_or_path)!r}: give one of {known}, "
            "or the path of a folder that holds an assignment.toml."
        )
    path = folder / "assignment.toml"
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path}: not valid TOML: {error}. Correct that line.") from error
    except UnicodeDecodeError as error:
        raise AssignmentError(f"{path}: not UTF-8 text ({error.reason}). Save it as UTF-8.") from error
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    try:
        return Assignment.model_validate({**data, "folder": folder.resolve(), "device": None})
    except ValidationError as error:
        raise AssignmentError("\n".join(_describe(path, text, error))) from error


def _describe(path: Path, text: str, error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors():
        location = [part for part in problem["loc"] if part not in ("folder", "device")]
        where = ".".join(str(part) for part in location)
        message = REMEDIES.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
        to_find = location[:-1] if problem["type"] == "missing" else location
        sentences.append(": ".join(filter(None, (f"{path}:{line_of(text, to_find)}", where, f"{message}."))))
    return sentences


def line_of(text: str, location: Sequence[str | int]) -> int:
    """The line (from 1) of a validation error's location in TOML text: the nearest line that can be named."""
    lines = text.splitlines()
    position = 0
    for index, part in enumerate(location):
        if isinstance(part, int):
            table = rf"\s*\[\[{re.escape(str(location[index - 1]))}\]\]" if index == 1 else r".*\{\s*id\s*="
            found = [n for n in range(position, len(lines)) if re.match(table, lines[n])]
            position = found[part] if part < len(found) else position
        else:
            key = rf"\s*(\[+\s*)?{re.escape(part)}\b|.*[{{,]\s*{re.escape(part)}\s*="
            position = next((n for n in range(position, len(lines)) if re.match(key, lines[n])), position)
    return position + 1
