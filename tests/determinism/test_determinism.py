"""The same hand-in gets the same result, times aside, to the byte: any order, any company, any workers."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.batch.machines import ThisMachine
from grader.batch.plan import Wish
from grader.batch.session import Class, Hooks, grade_class
from grader.results import Result
from grader.sandbox import NoConfinement
from grader.submission import HandIn

EXAMPLES = Path(__file__).parents[2] / "examples" / "csc413_a2_2025"
FEW = ("tara_brennan", "xavier_dupont")
MANY = (*FEW, "lena_fischer", "omar_said", "paula_reyes", "quentin_roy", "uma_castillo")
ODD = """
import random, time
import numpy as np
import torch

class Anything:
    def __call__(self, *arguments, **named):
        drawn = random.random(), np.random.rand(), torch.rand(2)
        raise ValueError(f"{self!r} {set('abcdefg')} {hash('x')} {drawn}")

sgd_min_norm = rmsprop = Anything()

def loss_derivative(X, t, w0, eta):
    raise KeyError({name: id for id, name in enumerate({"a", "b", "c", "d"})})
"""
"""A hand-in whose errors tell of everything that may differ between runs."""


def graded(hand_ins: Sequence[HandIn], out: Path, jobs: int) -> dict[str, str]:
    """The JSON of each result, time and name aside, as the store of a new folder has it."""
    found: dict[str, str] = {}

    def keep(result: Result) -> None:
        bare = result.model_copy(update={"seconds": 0.0, "submission": ""})
        found[result.submission] = bare.model_dump_json()

    course = Class(load_assignment("csc413_a2_2025"), hand_ins, out, ThisMachine(jobs))
    try:
        grade_class(course, Wish(), Hooks(lambda plan: None, keep, lambda class_: None))
    except NoConfinement as problem:
        pytest.skip(str(problem))
    shutil.rmtree(out)
    return found


def copies(names: Sequence[str], number: int, folder: Path) -> list[HandIn]:
    """Hand-ins under numbered names, the odd one among them, each in a folder of its own."""
    made = []
    for copy in range(number):
        for name in (*names, "odd"):
            path = folder / f"copy_{copy}" / name
            if name == "odd":
                path.mkdir(parents=True)
                (path / "a2_code.py").write_text(ODD)
            else:
                shutil.copytree(EXAMPLES / name, path)
            made.append(HandIn(f"{name} {copy}", path))
    return made


def check_all_alike(found: dict[str, str], first: dict[str, str]) -> None:
    for name, text in found.items():
        assert text == first.setdefault(name.partition(" ")[0], text), name


def test_a_hand_in_gets_the_same_result_in_any_order_and_company(tmp_path: Path) -> None:
    first: dict[str, str] = {}
    hand_ins = copies(FEW, 3, tmp_path / "class")
    check_all_alike(graded(hand_ins, tmp_path / "marks", 2), first)
    check_all_alike(graded(hand_ins[-3:][::-1], tmp_path / "marks", 1), first)
    check_all_alike(graded(hand_ins[:1], tmp_path / "marks", 1), first)
    assert "0x…" in first["odd"] and "ValueError" in first["odd"]


@pytest.mark.slow
def test_a_hand_in_gets_the_same_result_fifty_times(tmp_path: Path) -> None:
    first: dict[str, str] = {}
    dice = random.Random(413)
    hand_ins = copies(MANY, 10, tmp_path / "class")
    for jobs in (1, 2, 3, 5):
        dice.shuffle(hand_ins)
        check_all_alike(graded(hand_ins, tmp_path / "marks", jobs), first)
    for name in (*MANY, "odd"):
        alone = next(hand_in for hand_in in hand_ins if hand_in.name.startswith(name))
        check_all_alike(graded([alone], tmp_path / "marks", 1), first)
    rest = [hand_in for hand_in in hand_ins if not hand_in.name.endswith(" 9")]
    check_all_alike(graded(rest, tmp_path / "marks", 2), first)
