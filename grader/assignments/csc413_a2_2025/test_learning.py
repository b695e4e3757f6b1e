"""Training checks of questions 4.2 and 5.2: do the two networks learn to colour an image?

The images are made: smooth grey fields whose colour is their brightness in 24 steps, so that every pixel says
what it is, and a network of this kind learns most of it in a few dozen steps.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from grader.judge import Student, criterion, judge_learning
from grader.results import Verdict
from grader.training import Recipe, Trainer
from reference.colourization import ConvTransposeNet, PoolUpsampleNet

STEPS, BATCH, SIDE, BLOBS = 40, 16, 32, 4
COLOURS = 24
SIZES = {"kernel": 3, "num_filters": 32, "num_colours": COLOURS, "num_in_channels": 1}
"""The handout's: whether the network takes others is not asked here."""


@pytest.fixture
def recipe(rng: np.random.Generator) -> Recipe:
    """A new batch of images for every step, and one more to look at the loss."""
    coarse = rng.random((STEPS + 1, BATCH, BLOBS, BLOBS), dtype=np.float32)
    grey = interpolate(torch.from_numpy(coarse), size=(SIDE, SIDE), mode="bilinear").numpy()
    colours = (grey * COLOURS).astype(np.uint8)
    images = grey[:, :, None]
    return Recipe(images[:-1], colours[:-1], images[-1], colours[-1], learning_rate=0.01)


@criterion("4.2/learns")
def test_pool_upsample_net_learns(student: Student, recipe: Recipe, trainer: Trainer) -> Verdict:
    """Its loss falls at least half as far as the reference's."""
    network = student.build("PoolUpsampleNet", **SIZES)
    return judge_learning(network, lambda: PoolUpsampleNet(**SIZES), recipe, trainer)


@criterion("5.2/learns")
def test_conv_transpose_net_learns(student: Student, recipe: Recipe, trainer: Trainer) -> Verdict:
    """Its loss falls at least half as far as the reference's."""
    network = student.build("ConvTransposeNet", dilation=1, **SIZES)
    return judge_learning(network, lambda: ConvTransposeNet(**SIZES), recipe, trainer)
