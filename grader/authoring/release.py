"""The bundle for students: the template notebook, and a `grader` package cut down to the self-check.

What goes in is computed from the imports of the self-check and of the assignment's `selfcheck`, so that
neither the marking checks nor the reference can slip in: a bundle that would need them is not written.
"""

from __future__ import annotations

import ast
import json
import re
import zipfile
from dataclasses import dataclass
from importlib.metadata import requires, version
from pathlib import Path

from grader.assignment import Assignment
from grader.authoring.imports import Needs, Sources, follow
from grader.authoring.keys import HOUSE, key_answers_in, template_of
from grader.authoring.public import public_toml
from grader.errors import Exit, GraderError

DISTRIBUTION = "nn-course-grader"
ROOTS = ("grader", "grader.selfcheck", "grader.selfcheck.__main__", "grader.selfcheck.plain_worker")
OURS = frozenset({"grader", "reference"})
FORBIDDEN = re.compile(r"reference(\..*)?|grader\.(judge|batch|cli|authoring)(\..*)?|.*\.(test_\w+|conftest)")
NAMES_ON_THE_INDEX = {"flint": "python-flint"}
"""Where a package is installed under another name than it is imported by."""
PROVIDED = frozenset({"google", "matplotlib", "IPython"})
"""Used only where notebooks are, or where it is there anyway; Colab must keep its own."""

README = """\
# {title}: the notebook and its self-check

Open `{notebook}` and work through it. To check your work as you go, install the self-check once, here:

    pip install .

and then, as often as you like, run the notebook's last cell, or save it and run

    grader check {notebook}

It says of every part whether it is not attempted, unreadable, looks right, looks wrong or is recorded.
It does not know the answers and gives no marks: what looks right may still be wrong. Your code runs on your
own machine.

In Colab, upload this folder's zip and run `!unzip -q {id}.zip && pip install -q ./{id}` in a cell.
"""
PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "grader-selfcheck-{slug}"
version = "{version}"
description = "Self-check for students: {title}"
requires-python = ">=3.11"
dependencies = [
{dependencies}]

[project.scripts]
grader = "grader.selfcheck.__main__:main"

[tool.setuptools.packages.find]
include = ["grader*"]

[tool.setuptools.package-data]
"*" = ["*.toml"]
"""


class ReleaseError(GraderError):
    """The bundle was not written; the message says what to change."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Release:
    """What was written."""

    folder: Path
    archive: Path
    notebooks: tuple[str, ...]
    modules: int


def write_release(assignment: Assignment, out: Path, template: Path | None = None) -> Release:
    """Write `out/ID/` and `out/ID.zip`. Raises ReleaseError before anything is written."""
    template = template or template_of(assignment)
    notebooks = tuple(sorted(template.glob("*.ipynb")))
    if not notebooks:
        raise ReleaseError(f"There is no notebook in {template}: name the template's folder with --template.")
    for notebook in notebooks:
        if answers := key_answers_in(notebook, assignment):
            raise ReleaseError(
                f"{notebook} holds answers ({', '.join(answers)}): release the blank template, not the key."
            )
    folder = out / assignment.id
    if folder.exists():
        raise ReleaseError(f"{folder} exists already: remove it, or give another folder with --out.")
    needs = needs_of(assignment)
    folder.mkdir(parents=True)
    write_package(assignment, needs, folder)
    for notebook in notebooks:
        (folder / notebook.name).write_text(labelled(notebook, assignment.id), "utf-8")
    write_papers(assignment, needs, folder, notebooks[0].name)
    return Release(folder, zipped(folder), tuple(n.name for n in notebooks), len(needs.modules))


def labelled(notebook: Path, id: str) -> str:
    """The notebook's text with the assignment's id in its metadata, by which hand-ins are recognised."""
    text = notebook.read_text("utf-8")
    content = json.loads(text)
    metadata = content.setdefault("metadata", {})
    if metadata.get("grader") == {"assignment": id}:
        return text
    metadata["grader"] = {"assignment": id}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def package_of(assignment: Assignment) -> str:
    """What the assignment's folder is called as a package in the bundle, wherever it lies on disk."""
    return f"grader.assignments.{assignment.id}"


def needs_of(assignment: Assignment) -> Needs:
    """The modules of the bundle; ReleaseError if one of them knows answers or marks."""
    sources = Sources(HOUSE, OURS, {package_of(assignment): assignment.folder})
    try:
        needs = follow((*ROOTS, f"{package_of(assignment)}.selfcheck"), sources)
    except ModuleNotFoundError as error:
        raise ReleaseError(f"{assignment.id} has no self-check to release: {error}.") from None
    secret = sorted(name for name in needs.modules if FORBIDDEN.fullmatch(name))
    if secret or "reference" in needs.outside:
        names = ", ".join(secret) or "reference"
        raise ReleaseError(f"The self-check of {assignment.id} imports {names}, which students must not get.")
    return needs


def write_package(assignment: Assignment, needs: Needs, folder: Path) -> None:
    """Our modules, the inits that nothing needs cut to their docstrings, and the public assignment.toml."""
    for name, source in needs.modules.items():
        path = folder.joinpath(*name.split("."))
        target = path / "__init__.py" if source.name == "__init__.py" else path.with_suffix(".py")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text("utf-8")
        target.write_text(_docstring(text) if name in needs.trimmed else text, "utf-8")
    public = folder.joinpath(*package_of(assignment).split("."), "assignment.toml")
    public.write_text(public_toml(assignment), "utf-8")


def write_papers(assignment: Assignment, needs: Needs, folder: Path, notebook: str) -> None:
    """README and pyproject, with the requirements that the copied modules have."""
    bounds = _bounds()
    wanted = [NAMES_ON_THE_INDEX.get(name, name) for name in sorted(needs.outside - PROVIDED)]
    dependencies = "".join(f'    "{bounds.get(name, name)}",\n' for name in wanted)
    readme = README.format(title=assignment.title, notebook=notebook, id=assignment.id)
    (folder / "README.md").write_text(readme, "utf-8")
    (folder / "pyproject.toml").write_text(
        PYPROJECT.format(
            slug=assignment.id.replace("_", "-").lower(),
            version=version(DISTRIBUTION),
            title=assignment.title.replace('"', "'"),
            dependencies=dependencies,
        ),
        "utf-8",
    )


def zipped(folder: Path) -> Path:
    """A zip of the folder beside it, the same bytes for the same content."""
    archive = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            member = zipfile.ZipInfo(str(path.relative_to(folder.parent)))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            file.writestr(member, path.read_bytes())
    return archive


def _docstring(source: str) -> str:
    words = ast.get_docstring(ast.parse(source))
    return f'"""{words}"""\n' if words else ""


def _bounds() -> dict[str, str]:
    """Our own requirements by name, with their version bounds."""
    plain = [line for line in requires(DISTRIBUTION) or () if "extra ==" not in line]
    return {re.split(r"[<>=!~ ;\[]", line, maxsplit=1)[0]: line for line in plain}
