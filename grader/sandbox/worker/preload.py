"""Load once, before any fork, what every student process needs."""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress

from . import cells, conveniences, dynamo
from .settings import Preload

_FOR_A_BATCH = ("sympy", "matplotlib.pyplot", "numpy.linalg", "numpy.fft")


def load(preload: Preload) -> None:
    """Import the libraries and run a small network once, in one thread.

    "batch" also loads what costs seconds and pays off over many children. The forward pass sets up what the
    libraries would otherwise set up, more slowly and with warnings, in every child. No backward pass: its
    threads do not survive a fork.
    """
    import numpy.random  # noqa: F401 -- numpy itself would import it late, in every child
    import torch

    torch.set_num_threads(1)
    conveniences.install()
    if preload == "batch":
        for name in _FOR_A_BATCH:
            with suppress(ImportError):
                importlib.import_module(name)
        cells.warm_up()
    dynamo.stand_in()
    with torch.no_grad():
        nn = torch.nn
        layers = (nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10))
        nn.Sequential(*layers)(torch.zeros(2, 3, 8, 8))


def freeze() -> None:
    """Keep the collector's hands off what is loaded, or a collection in a child copies all of it."""
    gc.collect()
    gc.disable()
    gc.freeze()
