"""Comparing networks of ours with each other, as the judge compares a student's with the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from torch import nn

from grader.compare.network import NetworkComparison, compare_networks
from grader.judge import LocalNetwork
from reference.colourization import UNet

KERNEL, NF, NC, NIC = SIZES = (3, 5, 7, 2)
CONCATENATED = {"block4.0.weight": (0, (NF, NF)), "block5.weight": (1, (NC, NIC))}

Compare = Callable[[type[nn.Module], nn.Module], NetworkComparison]


@pytest.fixture
def compare() -> Compare:
    """Compare the reference of a class, at channel numbers that are all different, with a network."""

    def compare(reference: type[nn.Module], student: nn.Module) -> NetworkComparison:
        rng = np.random.default_rng(413)
        inputs = [
            rng.standard_normal((n, NIC, h, w)).astype(np.float32) for n, h, w in ((2, 16, 16), (3, 8, 12))
        ]
        concatenated: Mapping[str, Any] | None = CONCATENATED if reference is UNet else None
        return compare_networks(
            LocalNetwork(reference(*SIZES)), LocalNetwork(student), inputs, rng, concatenated
        )

    return compare
