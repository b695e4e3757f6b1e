"""What a student's process says of the cells it has read, before any of the student's code ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from grader.results import Place


@dataclass(frozen=True, slots=True)
class Definition:
    """Where the hand-in binds a name, and whether there is anything in it yet."""

    place: Place
    is_stub: bool


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A stretch of the hand-in that is not Python, and the names it meant to define."""

    place: Place
    message: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """By name: what is defined, and what could not be parsed."""

    definitions: Mapping[str, Definition]
    unparsed: Mapping[str, Unparsed]


@dataclass(frozen=True, slots=True)
class _Reply:
    """As worker/student_code.py gives it: (cell, line, stub) by name; stretches of text with their names."""

    definitions: dict[str, tuple[int, int, bool]]
    problems: list[tuple[int, int, str, list[str], bool]]


_REPLY = TypeAdapter(_Reply)


def read_loaded(reply: object) -> Loaded:
    """The reply in our types. RuntimeError for any other: no student's code ran, so it is a bug of ours."""
    try:
        found = _REPLY.validate_python(reply)
    except ValidationError as error:
        raise RuntimeError(f"reading the code cells gave no table of definitions: {error}"[:500]) from error
    return Loaded(
        {name: Definition(Place(cell, line), stub) for name, (cell, line, stub) in found.definitions.items()},
        {
            name: Unparsed(Place(cell, line), message, unfinished)
            for cell, line, message, names, unfinished in found.problems
            for name in names
        },
    )
