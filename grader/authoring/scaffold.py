"""A new assignment: a folder with one question of each common kind, its checks, template, self-check and key.

Everything in it is meant to be replaced, and works as it stands: the key earns every automatic mark and the
template none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from grader.errors import Exit, GraderError

FILES = Path(__file__).resolve().parent / "new_assignment"
ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
SUFFIX = ".in"


class ScaffoldError(GraderError):
    """Nothing was written; the message says what to change."""

    exit_code = Exit.USAGE


def write_assignment(folder: Path, title: str | None = None) -> tuple[Path, ...]:
    """Write a new assignment whose id is the folder's name; the files written, relative to the folder.

    Raises ScaffoldError before anything is written.
    """
    id = folder.resolve().name
    if not ID.fullmatch(id):
        raise ScaffoldError(
            f"{id!r} cannot be an assignment's id: name the folder in small letters, digits and underscores, "
            "as in csc413_a3_2026."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ScaffoldError(f"{folder} is not empty: give the path of a new folder.")
    title = title or id.replace("_", " ")
    if not title.isprintable() or set(title) & set('"\\'):
        raise ScaffoldError("A title is one line without double quotes and backslashes: give another one.")
    names = {"id": id, "title": title}
    written = [_write(source, folder, names) for source in sorted(FILES.rglob(f"*{SUFFIX}"))]
    return tuple(path.relative_to(folder) for path in written)


def _write(source: Path, folder: Path, names: Mapping[str, str]) -> Path:
    """One file: `@id@` in its name and `${id}`, `${title}` in its text are put in."""
    relative = str(source.relative_to(FILES)).removesuffix(SUFFIX).replace("@id@", names["id"])
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(source.read_text("utf-8")).substitute(names), "utf-8")
    return path
