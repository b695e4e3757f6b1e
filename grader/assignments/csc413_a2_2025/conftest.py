"""The problems that the checks of sections 1 and 2 pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """A random linear regression: X (n, d), t (n,), w0 (d,)."""

    X: NDArray[np.float64]
    t: NDArray[np.float64]
    w0: NDArray[np.float64]

    @property
    def factors(self) -> dict[str, float]:
        """Factors that a slip in the mean over the examples leaves behind."""
        n = float(len(self.t))
        return {"n": n, "1/n": 1 / n, "n/2": n / 2, "2/n": 2 / n}


@pytest.fixture
def problem(rng: np.random.Generator) -> LeastSquares:
    """More examples than weights, nothing special about it."""
    return LeastSquares(rng.standard_normal((7, 3)), rng.standard_normal(7), rng.standard_normal(3))


@pytest.fixture
def wide_problem(rng: np.random.Generator) -> LeastSquares:
    """Fewer examples (4) than weights (7), with nearly orthonormal rows, so SGD converges in few steps."""
    rows, _ = np.linalg.qr(rng.standard_normal((7, 4)))
    X = rows.T + 0.05 * rng.standard_normal((4, 7))
    return LeastSquares(X, rng.standard_normal(4), np.zeros(7))
