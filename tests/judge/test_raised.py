"""What a student reads of an exception in their code: enough to mend it, and no word of the hidden inputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from grader.judge.raised import UNKNOWN_TYPE, Told, told
from grader.results import Place
from grader.sandbox import StudentRaised
from grader.submission import Notebook, read_notebook

HIDDEN = "0.4134507"


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    cells = ["# The update", "def step(X, w):\n    return X @ w.weights\n\nnet = None"]
    kinds = ["markdown", "code"]
    data = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": kind, "id": kind, "metadata": {}, "source": source}
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for kind, source in zip(kinds, cells, strict=True)
        ],
    }
    (tmp_path / "a.ipynb").write_text(json.dumps(data))
    return read_notebook(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    ("slip", "reads"),
    [
        (lambda: np.ones((3, 2)) @ np.ones((3, 2)), "size … is different from …"),
        (lambda: np.ones((3, 2)) + np.ones(4), "could not be broadcast together with shapes …"),
        (lambda: np.ones(3)[5], "index … is out of bounds for axis … with size …"),
        (lambda: np.linalg.inv(np.zeros((2, 2))), "Singular matrix"),
        (lambda: torch.ones(3, 2) @ torch.ones(3, 2), "shapes cannot be multiplied (… and …)"),
        (lambda: torch.ones(3) + torch.ones(4), "The size of tensor a … must match"),
        (lambda: torch.nn.Conv2d(3, 4, 3)(torch.ones(1, 2, 8, 8)), "to have … channels, but got …"),
        (lambda: torch.nn.Linear(1, 1)(torch.ones(1).double()), "must have the same dtype"),
        (lambda: torch.ones(1).backward(), "does not require grad"),
        (lambda: torch.ones(1).weights, "'Tensor' object has no attribute 'weights'"),
        (lambda: step(), "missing … required positional arguments: 'X' and 'w'"),
        (lambda: step(*"abc"), "takes … positional arguments but … were given"),
        (lambda: 1 / 0, "division by zero"),
        (lambda: "a" + 1, 'can only concatenate str (not "int") to str'),  # type: ignore[operator]
    ],
)
def test_a_message_of_pythons_own_is_told_without_its_numbers(
    slip: Callable[[], object], reads: str, notebook: Notebook
) -> None:
    """On the installed versions: a new one that words a message otherwise shows here."""
    with pytest.raises(Exception) as caught:
        slip()
    fault = StudentRaised(caught.typename, str(caught.value), 2, 2)
    found = told(fault, notebook)
    assert (found.kind, found.place) == (caught.typename, Place(2, 2))
    assert reads in found.words
    assert not any(number in found.words.replace("float64", "") for number in ("2", "3", "4", "8"))


def step(X: object, w: object) -> None:
    """What the table calls with too few and too many arguments."""


@pytest.mark.parametrize(
    "fault",
    [
        StudentRaised("ValueError", f"X is [[{HIDDEN}]]", 2, 2),
        StudentRaised("KeyError", HIDDEN, 2, 2),
        StudentRaised(f"Error{HIDDEN}", "", 2, 2),
        StudentRaised("E0_4134507", "", 2, 2),
        StudentRaised("AttributeError", f"'Tensor' object has no attribute 'v{HIDDEN}'", 2, 2),
        StudentRaised("NameError", "name 'v0_4134507' is not defined", 2, 2),
        StudentRaised("ValueError", f"cannot reshape array of size {HIDDEN} into shape (2,2)", 2, 2),
        StudentRaised(
            "RuntimeError", f"mat1 and mat2 must have the same dtype, but got v{HIDDEN} and Float", 2, 2
        ),
        StudentRaised("ValueError", "no", 2, 2, f"cell 2, line 2\n    {HIDDEN}"),
        StudentRaised("ValueError", "no", 4134507, 2),
        StudentRaised("ValueError", "no", 2, 4134507),
        StudentRaised("ValueError", "no", 1, 1),
    ],
    ids=range(12),
)
def test_hidden_inputs_that_an_exception_spells_out_are_read_by_staff_alone(
    fault: StudentRaised, notebook: Notebook
) -> None:
    found = told(fault, notebook)
    shown = "\n".join([str(found), str(found.place), found.line])
    assert "4134507" not in shown
    assert found.line in ("", "return X @ w.weights")
    assert (fault.message or fault.type_name) in found.whole.text


def test_a_type_that_a_notebook_made_up_has_no_name(notebook: Notebook) -> None:
    assert told(StudentRaised("Mine", "", 2, 2), notebook).kind == UNKNOWN_TYPE
    assert told(StudentRaised("LinAlgError", "Singular matrix", 2, 2), notebook).kind == "LinAlgError"


def test_without_a_notebook_there_is_no_line() -> None:
    found = told(StudentRaised("ValueError", "no", 2, 2), None)
    assert found == Told("ValueError", "", None, "", found.whole)


def test_addresses_are_left_out_so_that_two_runs_say_the_same(notebook: Notebook) -> None:
    found = told(StudentRaised("ValueError", "<A object at 0x7f00deadbeef>", 2, 2), notebook)
    assert "<A object at 0x…>" in found.whole.text
