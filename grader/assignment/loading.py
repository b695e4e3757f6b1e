"""Finding and reading `assignment.toml`, with errors that name the file, the line and the remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from grader.assignment.model import Assignment
from grader.errors import Exit, GraderError

BUILT_IN = Path(__file__).resolve().parent.parent / "assignments"


class AssignmentError(GraderError):
    """The assignment cannot be used; the message says where and what to change."""

    exit_code = Exit.USAGE


def built_in_assignments() -> tuple[str, ...]:
    """The ids of the assignments that come with the grader."""
    return tuple(sorted(path.parent.name for path in BUILT_IN.glob("*/assignment.toml")))


def load_assignment(id_or_path: str | Path) -> Assignment:
    """Read an assignment by its id or by the path of its folder; AssignmentError if it cannot be used."""
    folder = Path(id_or_path)
    if not folder.is_dir():
        folder = BUILT_IN / str(id_or_path)
    path = folder / "assignment.toml"
    if not path.is_file():
        known = ", ".join(built_in_assignments())
        raise AssignmentError(
            f"There is no assignment {str(id_or_path)!r}: give one of {known}, or the path of a folder that holds an assignment.toml."
        )
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path}: not valid TOML: {error}. Correct that line.") from error
    try:
        return Assignment.model_validate({**data, "folder": folder.resolve()})
    except ValidationError as error:
        raise AssignmentError("\n".join(_describe(path, text, error))) from error


def _describe(path: Path, text: str, error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors():
        location = [part for part in problem["loc"] if part != "folder"]
        where = ".".join(str(part) for part in location) or "the assignment"
        message = problem["msg"].removeprefix("Value error, ")
        sentences.append(f"{path}:{line_of(text, location)}: {where}: {message}.")
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
