"""Homework 3 under its own key: nothing wrong passes, and what is held equal to the key is equal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from grader.assignment import Assignment, load_assignment
from grader.authoring.keys import key_parts, template_of
from grader.authoring.mutants import conditions
from grader.authoring.mutants.making import mutants_of
from grader.authoring.mutants.mutant import Family, Mutant
from grader.authoring.mutants.parts import Line
from grader.compare.formula.comparisons import read_condition
from grader.errors import Exit
from grader.submission import read_notebook

from .arithmetic import holds, is_equal_in_floating_point

ROOT = Path(__file__).parents[2]
TALL, WIDE = {"n": 7, "d": 3}, {"n": 3, "d": 7}


@pytest.fixture(scope="module")
def hw3() -> Assignment:
    return load_assignment("csc413_hw3_2022")


@pytest.fixture(scope="module")
def mutants(hw3: Assignment) -> list[Mutant]:
    return [mutant for part in key_parts(hw3) for mutant in mutants_of(part.part, part.hand_in, hw3)]


def is_equal(mutant: Mutant, hw3: Assignment) -> bool:
    """By arithmetic of the tests' own: a formula for matrices of its regime, a condition on a grid."""
    if mutant.family is Family.CONDITIONS:
        return holds_at_the_same_points(mutant, hw3)
    if not isinstance(mutant.part, Line):
        return False
    key = hw3.formulas.get(mutant.part.name)
    is_wide = key is not None and any(text.startswith("d >") for text in key.constraints)
    return is_equal_in_floating_point(mutant, hw3, WIDE if is_wide else TALL)


def holds_at_the_same_points(mutant: Mutant, hw3: Assignment) -> bool:
    """On a grid without what the handout leaves aside."""
    assert isinstance(mutant.part, Line) and mutant.value is not None
    question = conditions.question_of(mutant.part, hw3)
    assert question is not None
    other = read_condition(mutant.value, question.symbols)
    for n, d, sigma, lam in product(range(1, 10), range(1, 10), (0, 0.5, 1), (0.5, 1)):
        if abs(n - d) > 1:
            numbers = {"n": n, "d": d, "sigma": sigma, "lam": lam, "gamma": d / n}
            point = {name: np.array([[float(number)]]) for name, number in numbers.items()}
            if holds(other, point) != holds(question.condition, point):
                return False
    return True


def test_the_key_is_the_template_filled_in(hw3: Assignment) -> None:
    template = read_notebook(template_of(hw3) / "hw3.ipynb")
    key = read_notebook(hw3.key_folder / "hw3.ipynb")
    assert len(template.cells) == len(key.cells)
    changed = [
        given.source.partition("\n")[0]
        for given, filled in zip(template.cells, key.cells, strict=True)
        if given.source != filled.source
    ]
    assert len(changed) > 15
    assert [line for line in changed if not line.startswith(("### Answer", "def risk_curve"))] == []


def test_there_are_hundreds_of_mistakes_of_every_family(mutants: list[Mutant]) -> None:
    families = Counter(mutant.family for mutant in mutants)
    assert families.keys() == {Family.CODE, Family.FORMULAS, Family.CONDITIONS, Family.CHOICES}
    assert families["formulas"] > 500 and families["choices"] == 50
    assert families["code"] > 40 and families["conditions"] > 30
    assert len({mutant.id for mutant in mutants}) == len(mutants)
    kinds = {mutant.rule for mutant in mutants if mutant.family is Family.FORMULAS}
    assert {"sign", "factor", "transpose", "inverse", "term", "another line"} <= kinds


@pytest.mark.slow
def test_every_mistake_is_noticed(hw3: Assignment, mutants: list[Mutant]) -> None:
    command = [sys.executable, "-m", "grader.cli", "check-key", hw3.id, "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    if ended.returncode == Exit.NO_CONFINEMENT:
        pytest.skip(f"student code cannot be confined here: {ended.stderr.strip()}")
    assert ended.returncode == Exit.DONE, ended.stdout[-3000:] + ended.stderr
    report = json.loads(ended.stdout)
    assert (report["earned"], report["marks"], report["blank_earned"]) == (6.15, 6.15, 0)
    assert report["problems"] == report["unfailed"] == report["unread"] == []
    fates = Counter(mutant["fate"] for mutant in report["mutants"])
    assert fates.keys() == {"killed", "equivalent"} and fates["killed"] >= 150
    assert [mutant["id"] for mutant in report["mutants"]] == [mutant.id for mutant in mutants]
    equal = {m["id"] for m in report["mutants"] if "formula engine" in m["reason"]}
    assert len(equal) > 30
    assert equal == {mutant.id for mutant in mutants if is_equal(mutant, hw3)}
