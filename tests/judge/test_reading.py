"""What a person needs to decide a part comes with it: the student's text, and the rubric."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.judge.reading import for_a_person, texts
from grader.results import Outcome, Verdict, correct, needs_person
from grader.results.exhibits import Rubric, StudentText
from grader.submission import Submission, open_submission

TOML = """
schema = 1
id = "read"
title = "An assignment to read"
marks = 4
[[questions]]
id = "1"
title = "The question"
marks = 4
criteria = [
    { id = "choice", title = "The choice", marks = 2 },
    { id = "text", title = "The explanation", marks = 2, by = "person" },
    { id = "more", title = "More", marks = 0, by = "person" },
]
fields = [{ id = "option" }, { id = "other" }]
[rubrics]
"1/text" = "1 mark for each of two reasons."
"""


def submission(tmp_path: Path, cells: Sequence[str]) -> Submission:
    folder = tmp_path / "ada"
    folder.mkdir()
    content = {
        "nbformat": 4,
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": cell} for cell in cells],
    }
    (folder / "a.ipynb").write_text(json.dumps(content))
    return open_submission(folder, notebook_patterns=("*.ipynb",))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "### Answer 1\n- option: C\n\n**Answer**:\nBecause of B.\nAnd of C.",
            [("Because of B.\nAnd of C.", 5)],
        ),
        ("### Answer 1\n\n**Answer:** Because.", [("Because.", 3)]),
        ("### Answer 1\nBecause it is.\n", [("Because it is.", 2)]),
        ("### Answer 1\n- option: C\n\n**Answer**:\n\n", []),
        ("### Answer 1\n- option:\n- other:", []),
        ("### Answer 1\nAnswering this:\nit is C.", [("Answering this:\nit is C.", 2)]),
        ("### Answer 2\nSomething else.", []),
    ],
)
def test_the_text_below_answer_is_what_is_read(
    tmp_path: Path, cell: str, expected: list[tuple[str, int]]
) -> None:
    (tmp_path / "assignment.toml").write_text(TOML)
    question = load_assignment(tmp_path).question("1")
    found = texts(submission(tmp_path, ["# Title", cell]), question)
    assert [(text.text, text.line) for text in found] == expected
    assert all(text.cell == 2 for text in found)


def test_every_part_for_a_person_comes_with_the_text_and_its_rubric(tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text(TOML)
    given = {"1/choice": correct("Right.")}
    handed_in = submission(tmp_path, ["### Answer 1\n**Answer**: Because."])
    found = for_a_person(load_assignment(tmp_path), handed_in, given)
    assert found["1/choice"] == given["1/choice"]
    assert found["1/text"].outcome is Outcome.NEEDS_PERSON
    assert found["1/text"].exhibits == (
        StudentText("Because.", 1, 1 + 1),
        Rubric("1 mark for each of two reasons."),
    )
    assert found["1/more"].exhibits == (), "worth nothing, so nobody reads it"


def test_a_part_that_its_check_left_to_a_person_keeps_what_the_check_shows(tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text(TOML)
    own = StudentText("own", 9, 9)
    given: dict[str, Verdict] = {"1/choice": needs_person("It is elsewhere.", exhibits=(own,))}
    found = for_a_person(load_assignment(tmp_path), submission(tmp_path, ["### Answer 1\nHere."]), given)
    assert found["1/choice"].exhibits == (own, StudentText("Here.", 1, 2))
    assert found["1/choice"].message == "It is elsewhere."
