"""Networks as data to train, and a task that takes a moment to learn."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from grader.judge import LocalNetwork
from grader.training import Recipe, Trainable


def small_network() -> nn.Module:
    """With everything that has a state, in both modes another: convolution, statistics, a skip, no bias."""

    class Small(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(1, 6, 3, padding=1, bias=False)
            self.norm = nn.BatchNorm2d(6)
            self.second = nn.ConvTranspose2d(6, 5, 2, stride=2)
            self.last = nn.Conv2d(6, 4, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = nn.functional.max_pool2d(torch.relu(self.norm(self.first(x))), 2)
            return self.last(torch.cat([self.second(hidden), 0.5 * x], dim=1))  # type: ignore[no-any-return]

    torch.manual_seed(3)
    return Small()


def recipe(steps: int = 12, batch: int = 4, learning_rate: float = 0.05) -> Recipe:
    """Four classes by brightness, in images of 6 x 6."""
    rng = np.random.default_rng(7)
    images = rng.random((steps + 1, batch, 1, 6, 6), dtype=np.float32)
    classes = (images[:, :, 0] * 4).astype(np.uint8)
    return Recipe(images[:-1], classes[:-1], images[-1], classes[-1], learning_rate)


def trainable(network: nn.Module, like: Recipe) -> Trainable:
    """The network as the judge gives it to a trainer."""
    return LocalNetwork(network).trainable(like.inputs[0])
