"""The template run top to bottom, as handed out and filled in with the work of an example hand-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.assignment import Assignment
from grader.results import Outcome, Result
from grader.submission import training_runs

NEEDS = {
    "try-sgd": "sgd_min_norm",
    "try-rmsprop": "rmsprop",
    "try-learning-rate": "optimal_learning_rate",
    "try-l2": "l2_coefficient",
    "train-pool": "PoolUpsampleNet",
    "train-conv-transpose": "ConvTransposeNet",
}
ON_SAVED_OUTPUTS = {"4.2", "5.2", "5.3", "5.5"}

pytestmark = pytest.mark.slow


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", text)]


def outcomes(result: Result) -> dict[str, Outcome]:
    """The outcome of each criterion that does not depend on saved outputs."""
    return {
        f"{question.id}/{criterion.id}": criterion.outcome
        for question in result.questions
        for criterion in question.criteria
        if question.id not in ON_SAVED_OUTPUTS
    }


def test_untouched_it_runs_to_the_end_and_says_what_is_missing(draft: Any) -> None:
    draft.run()
    for id, part in NEEDS.items():
        assert f"{part} is not written yet" in draft.text_of(id)
    assert "train both networks first" in draft.text_of("compare")
    assert list(draft.path.parent.iterdir()) == []


def test_filled_in_its_trials_agree_and_its_runs_are_recognised(filled: Any, assignment: Assignment) -> None:
    filled.run()
    assert not any("not written yet" in filled.text_of(id) for id in NEEDS)

    found, minimum_norm = np.reshape(numbers(filled.text_of("try-sgd")), (2, 7))
    assert np.allclose(found, minimum_norm, atol=1e-3)
    assert np.allclose(numbers(filled.text_of("try-rmsprop")), 2 / 3, atol=0.01)
    _, derivative, slope, _, below, _, best, _, above = numbers(filled.text_of("try-learning-rate"))
    assert derivative == pytest.approx(slope, abs=1e-5)
    assert best < min(below, above)
    penalized, decayed = np.reshape(numbers(filled.text_of("try-l2")), (2, 3))
    assert np.allclose(penalized, decayed)

    pool, transposed, *by_batch_size = training_runs(filled.read(), tuple(assignment.networks))
    assert (pool.network, transposed.network) == ("PoolUpsampleNet", "ConvTransposeNet")
    for run in (pool, transposed):
        assert (run.epochs, run.settings["batch_size"], run.settings["kernel"]) == (2, 100, 3)
        assert len(run.train_losses) == len(run.validation_losses) == len(run.validation_accuracies) == 2
    assert [run.network for run in by_batch_size] == ["ConvTransposeNet"] * 5
    training_images, curve_and_result, comparison, results_and_curve = 1, 2, 1, 5 + 1
    assert filled.figures() == training_images + 2 * curve_and_result + comparison + results_and_curve


def test_filled_in_it_earns_what_the_work_in_it_earns(
    filled: Any, example: Path, grade_file: Callable[[Path], Result]
) -> None:
    assert outcomes(filled.grade()) == outcomes(grade_file(example))
