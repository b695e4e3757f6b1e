"""Which assignment a hand-in is for, where nobody says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.assignment import AssignmentError
from grader.cli.which import assignment_for

ROOT = Path(__file__).parents[2]
A2, HW3 = "csc413_a2_2025", "csc413_hw3_2022"


def hand_in(folder: Path, code: str = "", says: object = None, name: str = "work.ipynb") -> Path:
    """A folder with a notebook of one cell; `says` is the assignment in its metadata."""
    folder.mkdir(parents=True)
    metadata = {} if says is None else {"grader": {"assignment": says}}
    cells = [{"cell_type": "code", "source": code, "metadata": {}, "outputs": []}]
    (folder / name).write_text(
        json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    )
    return folder


@pytest.mark.parametrize("id", [A2, HW3])
def test_the_templates_say_it(id: str) -> None:
    assert assignment_for([ROOT / "student_template" / id]).id == id


@pytest.mark.parametrize("id", [A2, HW3])
def test_the_example_classes_need_no_option(id: str) -> None:
    assert assignment_for(sorted((ROOT / "examples" / id).iterdir())).id == id


def test_the_metadata_of_a_notebook_says_it(tmp_path: Path) -> None:
    assert assignment_for([hand_in(tmp_path / "ada", says=HW3)]).id == HW3


def test_the_names_that_a_notebook_defines_say_it(tmp_path: Path) -> None:
    assert assignment_for([hand_in(tmp_path / "ada", "def risk_curve(n, d, sigma):\n    pass")]).id == HW3
    assert (
        assignment_for([hand_in(tmp_path / "bo", "class PoolUpsampleNet:\n    pass", says="other")]).id == A2
    )


def test_the_name_of_the_classs_folder_says_it(tmp_path: Path) -> None:
    folder = tmp_path / HW3 / "ada"
    folder.mkdir(parents=True)
    (folder / "hw3.pdf").write_bytes(b"%PDF-1.4")
    assert assignment_for([folder]).id == HW3


def test_those_that_say_nothing_do_not_matter_where_others_do(tmp_path: Path) -> None:
    paths = [hand_in(tmp_path / "ada"), hand_in(tmp_path / "bo", says=A2), tmp_path / "nobody"]
    assert assignment_for(paths).id == A2


@pytest.mark.parametrize("says", [None, "csc999", 7, ["x"], {"a": 1}])
def test_where_nothing_says_it_the_error_lists_what_there_is(tmp_path: Path, says: object) -> None:
    with pytest.raises(AssignmentError, match=f"Nothing in the hand-in says .* {A2}, {HW3}, or a path"):
        assignment_for([hand_in(tmp_path / "ada", says=says)])


def test_a_class_of_several_assignments_is_not_guessed(tmp_path: Path) -> None:
    paths = [hand_in(tmp_path / "ada", says=A2), hand_in(tmp_path / "bo", says=HW3)]
    with pytest.raises(AssignmentError, match="for several assignments: say which with --assignment"):
        assignment_for(paths)
    assert assignment_for(paths, HW3).id == HW3
