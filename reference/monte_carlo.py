"""Means over independent draws, with the standard error that says how far they may be off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FARTHEST = 4.0
"""Standard errors: a right mean is farther off once in 16 000 draws of the seed, and the seeds are fixed."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over draws and its standard error."""

    mean: Any
    standard_error: Any

    def agrees_with(self, expected: Any) -> bool:
        """Whether the mean, or every one of an array of means, is within four standard errors."""
        return bool(np.all(np.abs(self.mean - expected) <= FARTHEST * self.standard_error))

    @property
    def relative(self) -> float:
        """The largest standard error as a share of its mean: what the comparison can tell apart."""
        return float(np.max(self.standard_error / np.abs(self.mean)))


def estimate(draws: Any) -> Estimate:
    """The mean over the first axis."""
    values = np.asarray(draws)
    return Estimate(values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values)))
