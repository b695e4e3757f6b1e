"""A run as the starter prints it raises no doubt; one that looks typed says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.submission import Cell, Notebook, doubts, training_runs

TRAIN = "cnn = train(args, cnn)"
LINES = (
    "Epoch [1/3], Loss: 2.0000, Time (s): 1\n",
    "Epoch [1/3], Val Loss: 1.9012, Val Acc: 30.1%\n",
    "Epoch [2/3], Loss: 1.8000, Time (s): 2\n",
    "Epoch [2/3], Val Loss: 1.7034, Val Acc: 38.2%\n",
    "Epoch [3/3], Loss: 1.7000, Time (s): 3\n",
    "Epoch [3/3], Val Loss: 1.6056, Val Acc: 40.3%\n",
)
OUTPUT = "".join(LINES)


def doubts_about(code: str, output: str) -> list[str]:
    cells = (Cell(0, "markdown", "# A run"), Cell(1, "code", code, (output,)))
    notebook = Notebook(cells, Path("a2-code.ipynb"))
    [run] = training_runs(notebook)
    return list(doubts(run, notebook))


@pytest.mark.parametrize("output", [OUTPUT, "".join(LINES[:4]), "".join(LINES[::2])])
def test_a_run_as_it_is_printed_raises_no_doubt(output: str) -> None:
    assert doubts_about(TRAIN, output) == []


@pytest.mark.parametrize(
    ("code", "output", "reason"),
    [
        (TRAIN, LINES[-1], "the validation loss of 1 of its 3 epochs"),
        (TRAIN, "".join(LINES[:2] + LINES[4:]), "of 2 of its 3 epochs"),
        (TRAIN, OUTPUT.replace("1.9012", "1.6056").replace("1.7034", "1.6056"), "the same after every epoch"),
        ("", OUTPUT, "no code"),
        ("# train(args, cnn)\ncnn", OUTPUT, "no code"),
        ("print('Val Loss: 1.6056')", OUTPUT, "stands in its cell's code"),
    ],
)
def test_a_run_that_looks_typed_says_why(code: str, output: str, reason: str) -> None:
    [doubt] = doubts_about(code, output)
    assert reason in doubt


def test_a_number_that_only_begins_alike_is_no_doubt() -> None:
    assert doubts_about("train(args, seed=11.60561)", OUTPUT) == []
