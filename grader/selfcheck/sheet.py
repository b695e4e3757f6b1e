"""The public part of an assignment: what is asked and under which names, without marks, credits or evidence.

`assignment.toml` of the repository and the cut-down one that students get read alike.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment.places import AssignmentError, folder_of, known_assignments
from grader.errors import Exit, GraderError


class NoSuchSheet(GraderError):  # noqa: N818 -- a state
    """The assignment or question asked for does not exist here."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the lines of its answer cell: field -> every label a student may write."""

    id: str
    title: str
    fields: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """functions, networks: name -> parameters in order, `?` marking those that may be left out.

    parameters: parameter -> other names that students give it.
    symbols: name that formulas may use -> shape, domain, aliases, definition, as in the assignment.
    """

    id: str
    title: str
    folder: Path
    functions: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, tuple[str, ...]]
    networks: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    symbols: Mapping[str, Mapping[str, Any]]

    def question(self, id: str) -> Question:
        """The question of that id; KeyError if there is none."""
        return next((q for q in self.questions if q.id == id), None) or _missing(id)


def _missing(id: str) -> Question:
    raise KeyError(f"the assignment has no question {id}")


def read_sheet(id_or_folder: str | Path | None = None) -> Sheet:
    """The sheet of an assignment by its id or folder, or of the only one that has a self-check."""
    if id_or_folder is None:
        known = known_sheets()
        if len(known) != 1:
            raise NoSuchSheet(f"Say which assignment: one of {', '.join(known) or '(none is installed)'}.")
        id_or_folder = known[0]
    folder = folder_of(id_or_folder)
    if folder is None or not _has_selfcheck(folder):
        raise NoSuchSheet(
            f"There is no self-check for {str(id_or_folder)!r}, only for {', '.join(known_sheets())}."
        )
    path = folder / "assignment.toml"
    try:
        return parse_sheet(tomllib.loads(path.read_text("utf-8")), folder.resolve())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NoSuchSheet(f"{path} cannot be read as an assignment ({error!r}).") from error


def sheet_for(given: str | Path | None, said: str | None, defined: Collection[str]) -> Sheet:
    """The sheet given, else of the assignment that the notebook says it is for, else that the names tell."""
    if given is None:
        known = known_sheets()
        if said in known:
            return read_sheet(said)
        sheets = [sheet for id in known if (sheet := _read_or_none(id))]
        counts = [len({*defined} & {*sheet.functions, *sheet.networks}) for sheet in sheets]
        if sheets and counts.count(max(counts)) == 1:
            return sheets[counts.index(max(counts))]
    return read_sheet(given)


def known_sheets() -> tuple[str, ...]:
    """The ids of the known assignments that have a self-check."""
    return tuple(filter(_is_sheet, known_assignments()))


def _is_sheet(id: str) -> bool:
    try:
        folder = folder_of(id)
    except AssignmentError:  # its package promises what it does not have
        return False
    return folder is not None and _has_selfcheck(folder)


def _read_or_none(id: str) -> Sheet | None:
    """One that cannot be read is left out where another one may be meant."""
    try:
        return read_sheet(id)
    except NoSuchSheet:
        return None


def _has_selfcheck(folder: Path) -> bool:
    return (folder / "selfcheck.py").is_file() or (folder / "selfcheck" / "__init__.py").is_file()


def parse_sheet(table: Mapping[str, Any], folder: Path) -> Sheet:
    """The public keys of a parsed assignment.toml; every other key is passed over."""
    return Sheet(
        id=table["id"],
        title=table["title"],
        folder=folder,
        functions=_tuples(table, "functions"),
        parameters=_tuples(table, "parameters"),
        networks=_tuples(table, "networks"),
        questions=tuple(
            Question(
                question["id"],
                question["title"],
                {f["id"]: (f["id"], *f.get("aliases", ())) for f in question.get("fields", ())},
            )
            for question in table["questions"]
        ),
        symbols=table.get("symbols", {}),
    )


def _tuples(table: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in table.get(key, {}).items()}
