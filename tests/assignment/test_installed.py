"""Assignments of other packages, found by their entry points."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, known_assignments, load_assignment
from grader.authoring.scaffold import write_assignment


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site folder with a package `my_course`, whose one assignment its metadata names."""
    write_assignment(tmp_path / "new" / "csc999_a1", "Installed")
    package = tmp_path / "site" / "my_course"
    shutil.copytree(tmp_path / "new" / "csc999_a1", package / "csc999_a1")
    for folder in (package, package / "csc999_a1"):
        (folder / "__init__.py").write_text("")
    info = tmp_path / "site" / "my_course-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-course\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[grader.assignments]\ncsc999_a1 = my_course.csc999_a1\nlost = my_course.lost\nempty = my_course\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for name in [name for name in sys.modules if name.startswith("my_course")]:
        monkeypatch.delitem(sys.modules, name)
    return package


def test_an_installed_assignment_is_named_by_its_id(installed: Path) -> None:
    assert "csc999_a1" in known_assignments()
    assignment = load_assignment("csc999_a1")
    assert (assignment.title, assignment.folder) == ("Installed", (installed / "csc999_a1").resolve())


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("lost", "my_course.lost cannot be found|no assignment.toml"),
        ("empty", "no assignment.toml in the package"),
    ],
)
def test_a_wrong_entry_point_is_named_with_its_package(installed: Path, id: str, says: str) -> None:
    with pytest.raises(
        AssignmentError, match=rf"my-course offers the assignment '{id}'.*({says}).*correct its entry"
    ):
        load_assignment(id)


def test_an_unknown_id_lists_the_installed_ones_too(installed: Path) -> None:
    with pytest.raises(AssignmentError, match="give one of csc413_a2_2025, csc413_hw3_2022, csc999_a1"):
        load_assignment("csc999_b")
