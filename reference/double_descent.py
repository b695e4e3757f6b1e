"""The curves of question 2.2.3 and figure 4 as data: expected test loss against the training set size.

The handout fixes d = 500 features, n from 100 to 1000 without d - 1, d and d + 1, and sigma 0 or 0.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reference import ridge
from reference.least_squares import Array
from reference.linear_risk import expected_risk, gaussian_design, risk

FEATURES = 500
NOISELESS, NOISY = 0.0, 0.2


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: the sizes n and the expected test loss at each, both of shape (points,)."""

    label: str
    sizes: NDArray[np.int64]
    losses: Array


def figure_sizes(d: int = FEATURES, first: int = 100, last: int = 1000) -> NDArray[np.int64]:
    """The sizes on the horizontal axis, less those within one of d."""
    sizes = np.arange(first, last + 1)
    return sizes[np.abs(sizes - d) > 1]


def least_squares_losses(sizes: Iterable[int], d: int, sigma: float) -> Array:
    """The expected test loss of least squares at each size (question 2.2.1)."""
    return np.array([expected_risk(int(n), d, sigma).total for n in sizes])


def ridge_losses(sizes: Iterable[int], d: int, sigma: float) -> Array:
    """The limiting test loss of ridge regression at the optimal lambda, at each size (question 2.3.4)."""
    return np.array([ridge.limiting_risk(int(n), d, sigma) for n in sizes])


def curves(d: int = FEATURES) -> tuple[Curve, ...]:
    """The two curves of question 2.2.3 and the one of figure 4."""
    sizes = figure_sizes(d)
    return (
        Curve("least squares, sigma = 0", sizes, least_squares_losses(sizes, d, NOISELESS)),
        Curve("least squares, sigma = 0.2", sizes, least_squares_losses(sizes, d, NOISY)),
        Curve("ridge, sigma = 0.2", sizes, ridge_losses(sizes, d, NOISY)),
    )


def simulated_losses(n: int, d: int, sigma: float, draws: int, seed: int) -> Array:
    """The test loss of least squares given X, for independent draws of X, shape (draws,)."""
    return np.array([risk(gaussian_design(n, d, seed + draw), sigma).total for draw in range(draws)])
