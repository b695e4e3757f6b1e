"""Does it learn? Measured by the reference's fall, whatever the network is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from grader.judge import LocalNetwork, judge_learning
from grader.results import Outcome, Verdict
from grader.results.exhibits import Curves
from grader.training import Recipe, Trainer


def reference() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 8, 1), nn.ReLU(), nn.Conv2d(8, 4, 1))


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """Four classes by brightness."""
    images = np.random.default_rng(5).random((31, 8, 1, 6, 6), dtype=np.float32)
    classes = (images[:, :, 0] * 4).astype(np.uint8)
    return Recipe(images[:-1], classes[:-1], images[-1], classes[-1], learning_rate=0.1)


@pytest.fixture(scope="module")
def trainer() -> Iterator[Trainer]:
    with Trainer("cpu", seconds=60, memory_megabytes=1024) as trainer:
        yield trainer


class Scaled(nn.Module):
    """Scores that are next to nothing, or far too large to learn from."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.layer, self.scale = nn.Conv2d(1, 4, 1), scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x * 0) * self.scale  # type: ignore[no-any-return]


def judged(network: nn.Module, recipe: Recipe, trainer: Trainer) -> Verdict:
    return judge_learning(LocalNetwork(network), reference, recipe, trainer)


@pytest.mark.parametrize(
    "network",
    [
        reference(),
        nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.Tanh(), nn.Conv2d(16, 4, 1)),
    ],
    ids=["the reference", "another network"],
)
def test_what_learns_as_the_reference_does_is_right(
    network: nn.Module, recipe: Recipe, trainer: Trainer
) -> None:
    verdict = judged(network, recipe, trainer)
    assert verdict.outcome is Outcome.CORRECT
    assert "Trained here for 30 steps (cpu): on other images its loss went from" in verdict.message
    (curves,) = verdict.exhibits
    assert isinstance(curves, Curves)
    assert [(series.label, len(series.points)) for series in curves.series] == [
        ("this network", 30),
        ("the reference", 30),
    ]


@pytest.mark.parametrize(
    "network",
    [Scaled(1e-6), Scaled(50.0), Scaled(float("nan"))],
    ids=["one that ignores its input", "one that starts badly", "one that diverges"],
)
def test_what_does_not_learn_is_wrong(network: nn.Module, recipe: Recipe, trainer: Trainer) -> None:
    assert judged(network, recipe, trainer).outcome is Outcome.INCORRECT


def test_a_recipe_by_which_the_reference_learns_nothing_is_our_failure(
    recipe: Recipe, trainer: Trainer
) -> None:
    with pytest.raises(ValueError, match="reference does not learn"):
        judged(reference(), replace(recipe, learning_rate=0.0), trainer)


def test_what_cannot_be_trained_is_not_checked(recipe: Recipe, trainer: Trainer) -> None:
    verdict = judged(nn.Conv2d(1, 4, 3), recipe, trainer)
    assert verdict.outcome is Outcome.NOT_CHECKED
    assert verdict.message.startswith(
        "The network was not trained here: it gives scores of shape (8, 4, 4, 4)"
    )
