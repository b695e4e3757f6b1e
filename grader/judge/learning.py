"""Whether a network learns: trained by us on the same examples as the reference, does its loss fall as far?

Evidence for whoever reads about a training run, worth no marks: a network may learn well and be another one
than was asked for, which the checks of the architecture decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from grader.judge.local import LocalNetwork
from grader.judge.networks import StudentNetwork
from grader.results import Outcome, Verdict, correct, incorrect
from grader.results.exhibits import Curves, Series, rounded
from grader.training import NotTrainable, Recipe, Trained, Trainer

ENOUGH = 0.5
"""The share of the way from the reference's first loss to its last: half is far from noise, and other initial
weights or layers that learn more slowly come further. A network's own start does not count: a bad one leaves
much to gain."""

INITIAL_WEIGHTS = 0
"""The seed of the reference's; a student's network starts from those that it makes after the same seed."""


def judge_learning(
    student: StudentNetwork, reference: Callable[[], torch.nn.Module], recipe: Recipe, trainer: Trainer
) -> Verdict:
    """Train both by the recipe. Raises TrainerLost, and what the student's process does; ValueError for a
    recipe by which the reference itself does not learn.
    """
    try:
        found = trainer.train(student.trainable(recipe.inputs[0]), recipe)
    except NotTrainable as problem:
        return Verdict(Outcome.NOT_CHECKED, 0.0, f"The network was not trained here: it {problem}.")
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(INITIAL_WEIGHTS)
        asked = LocalNetwork(reference())
    expected = trainer.train_once(asked.trainable(recipe.inputs[0]), recipe)
    if not expected.after < expected.before:
        raise ValueError("the reference does not learn by this recipe")
    message = (
        f"Trained here for {len(found.losses)} steps ({trainer.device}): on other images its loss went from "
        f"{found.before:.2f} to {found.after:.2f}, the reference's from {expected.before:.2f} to "
        f"{expected.after:.2f}."
    )
    curves = _curves(found, expected)
    if found.after <= expected.before - ENOUGH * (expected.before - expected.after):
        return correct(message, exhibits=(curves,))
    return incorrect(f"{message} It should end lower than halfway between these.", exhibits=(curves,))


def _curves(found: Trained, expected: Trained) -> Curves:
    series = (Series("this network", _points(found)), Series("the reference", _points(expected)))
    return Curves("The loss while it was trained here", "step", "loss", series)


def _points(trained: Trained) -> tuple[tuple[float, float], ...]:
    return tuple((step, rounded(loss)) for step, loss in enumerate(trained.losses, 1) if math.isfinite(loss))
