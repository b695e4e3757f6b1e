"""What the handout prints, as numbers: estimators, the ridge objective, the test loss by its definition.

Shapes: X (n, d), t and eps (n,), w and w_star (d,).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Estimator = Callable[[Array], Array]
"""From labels (n,) to weights (d,); all of them are linear."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A linear teacher with noise; few digits, so that formulas are valued fast."""

    X: Array
    w_star: Array
    eps: Array
    w: Array
    sigma: float = 0.75

    @property
    def t(self) -> Array:
        """The labels, equation (2.3)."""
        return self.X @ self.w_star + self.eps

    @property
    def size(self) -> tuple[int, int]:
        """n and d."""
        n, d = self.X.shape
        return n, d

    @property
    def strength(self) -> float:
        """The lambda of question 2.3.3, sigma^2 d / n."""
        n, d = self.size
        return self.sigma**2 * d / n

    def point(self) -> dict[str, float | Array]:
        """A value for every name of the assignment's formulas."""
        n, d = self.size
        arrays = {"X": self.X, "t": self.t, "eps": self.eps, "w_star": self.w_star, "w": self.w}
        return {**arrays, "n": n, "d": d, "sigma": self.sigma, "lam": self.strength, "gamma": d / n}

    def least_squares(self, labels: Array) -> Array:
        """The estimator (2.2); NumPy's least squares takes the smallest norm where there is a choice."""
        return np.asarray(np.linalg.lstsq(self.X, labels, rcond=None)[0])

    def ridge(self, labels: Array) -> Array:
        """The minimiser of (2.8) at `strength`: least squares with the penalty as d further examples."""
        n, d = self.size
        stacked = np.vstack([self.X, np.sqrt(n * self.strength) * np.eye(d)])
        return np.asarray(np.linalg.lstsq(stacked, np.concatenate([labels, np.zeros(d)]), rcond=None)[0])

    def objective(self, w: Array) -> float:
        """(1/n) |X w - t|^2 + lambda |w|^2, equation (2.8)."""
        return float(np.mean((self.X @ w - self.t) ** 2)) + self.strength * float(w @ w)

    def gradient(self, w: Array) -> Array:
        """Of the objective, by central differences, which are exact for a quadratic."""
        return np.array([(self.objective(w + e) - self.objective(w - e)) / 2 for e in np.eye(len(w))])


def bias(teacher: Teacher, estimator: Estimator) -> float:
    """The test loss (2.4) without noise: the mean over w_* is one over its d coordinates."""
    d = teacher.size[1]
    return float(np.mean([np.sum((estimator(teacher.X @ e) - e) ** 2) for e in np.eye(d)]))


def variance(teacher: Teacher, estimator: Estimator) -> float:
    """What the noise adds: sigma^2 times what each label alone would move the weights."""
    n = teacher.size[0]
    return teacher.sigma**2 * sum(float(np.sum(estimator(e) ** 2)) for e in np.eye(n))


def teacher(n: int, d: int, seed: int) -> Teacher:
    """A random one."""
    rng = np.random.default_rng(seed)
    X, w_star, eps, w = (rng.integers(-24, 24, size) / 16 for size in ((n, d), d, n, d))
    return Teacher(X, w_star, eps, w)


def average_test_loss(n: int, d: int, sigma: float, draws: int = 20_000) -> float:
    """The test loss of (2.2) averaged over random X, by drawing them; sigma = 0 has no variance part."""
    X = np.random.default_rng([n, d]).standard_normal((draws, n, d))
    inverse = np.linalg.pinv(X)
    missing = np.eye(d) - inverse @ X
    return float(np.mean(np.sum(missing**2, axis=(1, 2)) / d + sigma**2 * np.sum(inverse**2, axis=(1, 2))))
