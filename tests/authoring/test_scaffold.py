"""`grader new`: what it writes is valid, and refuses what would not be."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.authoring.release import template_of, write_release
from grader.authoring.scaffold import ScaffoldError, write_assignment
from grader.judge.written import formula_question
from grader.selfcheck.parts import load_parts
from grader.selfcheck.sheet import read_sheet


@pytest.fixture
def scaffold(tmp_path: Path) -> Path:
    folder = tmp_path / "csc999_a1"
    write_assignment(folder, "Assignment 1, with a sum of $5")
    return folder


def test_what_is_written_is_named_after_the_folder(scaffold: Path) -> None:
    files = {str(path.relative_to(scaffold)) for path in scaffold.rglob("*") if path.is_file()}
    notebooks = {"template/csc999_a1.ipynb", "key/csc999_a1.ipynb"}
    assert files == notebooks | {"assignment.toml", "test_answers.py", "selfcheck.py"}
    for name in files:
        assert "${" not in (scaffold / name).read_text("utf-8") and "$$" not in name
    assert tomllib.loads((scaffold / "assignment.toml").read_text("utf-8"))["id"] == "csc999_a1"


def test_it_can_be_loaded_and_its_keys_be_used(scaffold: Path) -> None:
    assignment = load_assignment(scaffold)
    assert assignment.title == "Assignment 1, with a sum of $5"
    assert [formula_question(assignment, key).form for key in assignment.formulas.values()] == ["number"]
    assert len(load_parts(read_sheet(scaffold))) == 3


@pytest.mark.parametrize("name", ["template", "key"])
def test_its_notebooks_say_which_assignment_they_are_for(scaffold: Path, name: str) -> None:
    notebook = json.loads((scaffold / name / "csc999_a1.ipynb").read_text("utf-8"))
    assert notebook["metadata"]["grader"] == {"assignment": "csc999_a1"}
    text = "".join(line for cell in notebook["cells"] for line in cell["source"])
    assert "$L(x) = (a x - b)^2$" in text and "$$" not in text
    assert ("2 a (a x - b)" in text) == (name == "key")


def test_it_is_released_from_where_it_lies_without_its_key(scaffold: Path, tmp_path: Path) -> None:
    assignment = load_assignment(scaffold)
    assert template_of(assignment) == scaffold / "template"
    released = write_release(assignment, tmp_path / "out")
    texts = [path.read_text("utf-8") for path in released.folder.rglob("*") if path.is_file()]
    assert (released.folder / "grader" / "assignments" / "csc999_a1" / "selfcheck.py").is_file()
    assert not [text for text in texts if "2 a (a x - b)" in text or "2 * a * (a - b)" in text]


@pytest.mark.parametrize("name", ["CSC999", "a1-2026", "9lives", "with space", "ä"])
def test_a_name_that_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScaffoldError, match="small letters, digits and underscores"):
        write_assignment(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_folder_that_holds_something_is_left_alone(scaffold: Path) -> None:
    with pytest.raises(ScaffoldError, match="is not empty"):
        write_assignment(scaffold)


@pytest.mark.parametrize("title", ['The "first"', "two\nlines", "a \\ b"])
def test_a_title_that_cannot_be_quoted_is_refused(tmp_path: Path, title: str) -> None:
    with pytest.raises(ScaffoldError, match="one line without double quotes"):
        write_assignment(tmp_path / "a1", title)
    assert not (tmp_path / "a1").exists()
