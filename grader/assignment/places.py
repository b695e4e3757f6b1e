"""Where assignments are: those that come with the grader, those of installed packages, and any folder."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from grader.errors import Exit, GraderError

BUILT_IN = Path(__file__).resolve().parent.parent / "assignments"
GROUP = "grader.assignments"
"""Entry points of installed packages: the assignment's id = the package whose folder it is."""


class AssignmentError(GraderError):
    """The assignment cannot be used; the message says where and what to change."""

    exit_code = Exit.USAGE


def built_in_assignments() -> tuple[str, ...]:
    """The ids of the assignments that come with the grader."""
    return tuple(sorted(path.parent.name for path in BUILT_IN.glob("*/assignment.toml")))


def known_assignments() -> tuple[str, ...]:
    """The ids of all assignments that need no path: built in, or installed as packages."""
    return tuple(sorted({*built_in_assignments(), *_installed()}))


def folder_of(id_or_path: str | Path) -> Path | None:
    """The folder of an assignment by its id or by its path; None if there is none.

    A text without a slash is the id of a known assignment before it is the name of a folder: what lies in an
    assignment's folder is run, and among hand-ins a folder of that name may be a student's. Raises
    AssignmentError where the package that offers the id does not have it.
    """
    if isinstance(id_or_path, str) and Path(id_or_path).name == id_or_path:
        if id_or_path in built_in_assignments():
            return BUILT_IN / id_or_path
        if entry := _installed().get(id_or_path):
            return _installed_folder(entry)
    path = Path(id_or_path)
    return path if (path / "assignment.toml").is_file() else None


def _installed() -> Mapping[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _installed_folder(entry: EntryPoint) -> Path:
    """The folder of an installed assignment; its package is found without importing it."""
    try:
        spec = find_spec(entry.value)
    except (ImportError, ValueError) as error:
        raise _bad_entry(entry, f"{entry.value} cannot be found ({error})") from error
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        if (Path(place) / "assignment.toml").is_file():
            return Path(place)
    raise _bad_entry(entry, f"there is no assignment.toml in the package {entry.value}")


def _bad_entry(entry: EntryPoint, problem: str) -> AssignmentError:
    owner = entry.dist.name if entry.dist else "its package"
    return AssignmentError(
        f"{owner} offers the assignment {entry.name!r}, but {problem}: correct its entry point in {GROUP}, "
        "and its package data."
    )
