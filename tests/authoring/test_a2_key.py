"""Assignment 2 under its own key: nothing wrong passes, and what is held equal to the key is equal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from grader.assignment import Assignment, load_assignment
from grader.authoring.keys import key_parts, template_of
from grader.authoring.mutants import formulas
from grader.authoring.mutants.making import mutants_of
from grader.authoring.mutants.mutant import Mutant
from grader.authoring.mutants.parts import Line
from grader.errors import Exit
from grader.submission import read_notebook

from .arithmetic import is_equal_in_floating_point

ROOT = Path(__file__).parents[2]
SIZES = {"n": 3, "d": 4}


@pytest.fixture(scope="module")
def a2() -> Assignment:
    return load_assignment("csc413_a2_2025")


@pytest.fixture(scope="module")
def mutants(a2: Assignment) -> list[Mutant]:
    return [mutant for part in key_parts(a2) for mutant in mutants_of(part.part, part.hand_in, a2)]


def test_the_key_is_the_template_filled_in(a2: Assignment) -> None:
    """What the template says to students stands in the key word for word, so neither is changed alone."""
    template = read_notebook(template_of(a2) / "a2-code.ipynb")
    key = read_notebook(a2.key_folder / "a2-code.ipynb")
    assert len(template.cells) == len(key.cells)
    changed = [
        given.source.partition("\n")[0]
        for given, filled in zip(template.cells, key.cells, strict=True)
        if given.source != filled.source
    ]
    assert changed[0] == "# Assignment 2: optimisation and image colourization"
    assert [line for line in changed[1:] if not line.startswith(("### Answer", "def ", "class "))] == [
        "TRY_BATCH_SIZES = False  # set to True to train the networks of 5.5"
    ]


def test_there_are_hundreds_of_mistakes_of_every_family(mutants: list[Mutant]) -> None:
    families = Counter(mutant.family for mutant in mutants)
    assert families["networks"] > 300 and families["code"] > 300 and families["formulas"] > 300
    assert families["choices"] == 20 and families["saved outputs"] > 10 and families["numbers and texts"] > 10
    assert len({mutant.id for mutant in mutants}) == len(mutants)


@pytest.mark.slow
def test_every_mistake_is_noticed(a2: Assignment, mutants: list[Mutant]) -> None:
    command = [sys.executable, "-m", "grader.cli", "check-key", a2.id, "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)
    if ended.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {ended.stderr.strip()}")
    assert ended.returncode == Exit.DONE, ended.stdout[-3000:] + ended.stderr
    report = json.loads(ended.stdout)
    assert (report["earned"], report["marks"], report["blank_earned"]) == (69, 69, 0)
    assert report["problems"] == report["unfailed"] == report["unread"] == []
    fates = Counter(mutant["fate"] for mutant in report["mutants"])
    assert fates.keys() == {"killed", "equivalent"} and fates["killed"] >= 300
    assert [mutant["id"] for mutant in report["mutants"]] == [mutant.id for mutant in mutants]
    equal = {m["id"] for m in report["mutants"] if "formula engine" in m["reason"]}
    assert equal == {mutant.id for mutant in mutants if is_equal_in_floating_point(mutant, a2, SIZES)}


def test_the_formula_engine_holds_equal_what_is_equal_in_floating_point(
    a2: Assignment, mutants: list[Mutant]
) -> None:
    equal = [mutant for mutant in mutants if is_equal_in_floating_point(mutant, a2, SIZES)]
    assert len(equal) > 50
    for mutant in equal:
        assert isinstance(mutant.part, Line) and mutant.value is not None
        question = formulas.question_of(mutant.part, a2)
        assert question is not None
        assert formulas.is_same(mutant.part, mutant.value, question, a2.seed + 1), mutant.diff
