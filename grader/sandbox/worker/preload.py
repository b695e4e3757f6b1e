"""Load once, before any fork, what every student process needs."""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress

import torch

from . import cells, conveniences, dynamo, progress, tracing
from .settings import Preload

_FOR_A_BATCH = ("sympy", "matplotlib.pyplot", "numpy.linalg", "numpy.fft")


def load(preload: Preload) -> None:
    """Import the libraries and run a small network once, in one thread.

    "batch" also loads what costs seconds and pays off over many children. The forward pass sets up what the
    libraries would otherwise set up, more slowly and with warnings, in every child. No backward pass: its
    threads do not survive a fork.
    """
    import numpy.random  # noqa: F401 -- numpy itself would import it late, in every child

    torch.set_num_threads(1)
    conveniences.install()
    progress.install()
    if preload == "batch":
        for name in _FOR_A_BATCH:
            with suppress(ImportError):
                importlib.import_module(name)
        cells.warm_up()
    dynamo.stand_in()
    # oneDNN compiles code for every new shape in every process, milliseconds for networks that run in one.
    torch.backends.mkldnn.enabled = False
    tracing.trace(_usual_layers(), torch.zeros(2, 3, 8, 8))


def _usual_layers() -> torch.nn.Module:
    """The layers that students' networks are made of."""
    from torch import nn

    encoder = (
        nn.Conv2d(3, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Upsample(scale_factor=2),
    )
    decoder = (nn.ConvTranspose2d(4, 2, 3, 2, 1, 1), nn.Flatten(), nn.Linear(512, 2))
    return nn.Sequential(*encoder, *decoder)


def freeze() -> None:
    """Keep the collector's hands off what is loaded, or a collection in a child copies all of it."""
    gc.collect()
    gc.disable()
    gc.freeze()
