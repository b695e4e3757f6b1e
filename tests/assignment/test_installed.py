"""Assignments of other packages, found by their entry points."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, known_assignments, load_assignment
from grader.authoring.scaffold import write_assignment
from grader.cli.which import assignment_for
from grader.selfcheck.sheet import NoSuchSheet, known_sheets, read_sheet, sheet_for


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


def test_a_students_folder_of_the_same_name_does_not_take_its_place(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_assignment(tmp_path / "csc999_a1", "A student's")
    assert load_assignment("csc999_a1").title == "Installed"
    assert read_sheet("csc999_a1").title == "Installed"


def test_the_self_check_knows_it_and_passes_over_what_is_not_there(installed: Path) -> None:
    assert known_sheets() == ("csc413_a2_2025", "csc413_hw3_2022", "csc999_a1")
    assert sheet_for(None, "csc999_a1", ()).title == "Installed"
    assert sheet_for(None, None, ["slope"]).id == "csc999_a1"


@pytest.mark.parametrize("broken", ["x =", "schema = 1", "questions = 3"])
def test_one_that_cannot_be_read_stops_the_self_check_of_no_other(installed: Path, broken: str) -> None:
    (installed / "csc999_a1" / "assignment.toml").write_text(broken)
    assert sheet_for(None, None, ["risk_curve"]).id == "csc413_hw3_2022"
    with pytest.raises(NoSuchSheet, match=r"csc999_a1.assignment\.toml cannot be read"):
        sheet_for(None, "csc999_a1", ())


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[[str, str], Path]:
    """A hand-in whose metadata names an assignment, with one cell."""

    def make(says: str, code: str) -> Path:
        cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": []}
        content = {"cells": [cell], "metadata": {"grader": {"assignment": says}}}
        path = tmp_path / f"{says or 'nothing'}.ipynb"
        path.write_text(json.dumps({**content, "nbformat": 4, "nbformat_minor": 5}))
        return path

    return make


def test_a_broken_one_is_left_out_with_a_warning_unless_it_is_meant(
    installed: Path, notebook: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (installed / "csc999_a1" / "assignment.toml").write_text("schema = 1\n")
    assert assignment_for([notebook("", "def risk_curve(sizes, d, sigma): ...")]).id == "csc413_hw3_2022"
    warnings = capsys.readouterr().err
    for id, says in (("csc999_a1", "this key is missing"), ("lost", "correct its entry point")):
        assert f"Left out where the assignment is looked for: {id}, which cannot be used." in warnings
        assert says in warnings
    for meant in ({"paths": [notebook("csc999_a1", "")]}, {"paths": [], "chosen": "csc999_a1"}):
        with pytest.raises(AssignmentError, match="this key is missing"):
            assignment_for(**meant)  # type: ignore[arg-type]
    assert "csc999_a1" not in capsys.readouterr().err


def test_an_unknown_id_lists_the_installed_ones_too(installed: Path) -> None:
    with pytest.raises(AssignmentError, match="give one of csc413_a2_2025, csc413_hw3_2022, csc999_a1"):
        load_assignment("csc999_b")
