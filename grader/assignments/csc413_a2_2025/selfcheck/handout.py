"""What the handout prints, as numbers: its losses on a small problem, differentiated numerically.

Shapes: X (n, d), t (n,), w (d,). All losses are quadratic, and so is the loss after one step of gradient
descent as a function of the learning rate: central differences of step 1 have no truncation error on these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.compare.tensor import Tolerance, as_array, is_close
from grader.selfcheck.findings import CannotSay, looks_wrong

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Regression:
    """Linear regression with the loss of equation (1), and weights to start from."""

    X: Array
    t: Array
    w0: Array

    def loss(self, w: Array) -> float:
        """(1/n) |Xw - t|^2, equation (1)."""
        return float(np.mean((self.X @ w - self.t) ** 2))

    def penalised_loss(self, w: Array, weight: float) -> float:
        """(1/n) |Xw - t|^2 + weight |w|^2, section 2.2."""
        return self.loss(w) + weight * float(w @ w)

    def gradient(self, w: Array) -> Array:
        """Of the loss, numerically."""
        return gradient(self.loss, w)

    def step(self, eta: float) -> Array:
        """The weights after one step of gradient descent from w0."""
        return self.w0 - eta * self.gradient(self.w0)

    def step_with_penalty(self, eta: float, weight: float) -> Array:
        """The same on the penalised loss."""
        return self.w0 - eta * gradient(lambda w: self.penalised_loss(w, weight), self.w0)

    def step_with_decay(self, eta: float, decay: float) -> Array:
        """One step of equation (5)."""
        return (1 - decay) * self.w0 - eta * self.gradient(self.w0)

    def loss_after_step(self, eta: float) -> float:
        """L1 as a function of the learning rate, section 2.1."""
        return self.loss(self.step(eta))

    def slope(self, eta: float) -> float:
        """The derivative of L1 with respect to the learning rate, numerically."""
        return (self.loss_after_step(eta + 1) - self.loss_after_step(eta - 1)) / 2

    def curvature(self) -> float:
        """The second derivative of L1, numerically."""
        return self.slope(0.5) - self.slope(-0.5)


def gradient(function: Callable[[Array], float], w: Array) -> Array:
    """Central differences along every coordinate."""
    return np.array([(function(w + e) - function(w - e)) / 2 for e in np.eye(len(w))])


def narrow_problem(seed: int = 1) -> Regression:
    """More examples (7) than weights (3); small numbers with few digits, so that formulas are valued fast."""
    return _problem(7, 3, seed)


def wide_problem() -> Regression:
    """Fewer examples (4) than weights (7), nearly orthonormal, so that SGD converges in few steps; w0 = 0."""
    rng = np.random.default_rng(2)
    rows, _ = np.linalg.qr(rng.standard_normal((7, 4)))
    X = rows.T + 0.05 * rng.standard_normal((4, 7))
    return Regression(X, rng.standard_normal(4), np.zeros(7))


def example_2d() -> Regression:
    """The hint of question 1.2.1."""
    return Regression(np.array([[2.0, 1.0]]), np.array([2.0]), np.zeros(2))


def _problem(n: int, d: int, seed: int) -> Regression:
    rng = np.random.default_rng(seed)
    X, t, w0 = (rng.integers(-24, 24, size).astype(np.float64) / 16 for size in ((n, d), n, d))
    return Regression(X, t, w0)


def numbers(found: object, shape: tuple[int, ...], function: str) -> NDArray[np.generic]:
    """What a function returned as an array of the shape; a row or column is taken for a vector."""
    array = as_array(found)
    wanted = f"an array of shape {shape}" if shape else "a number"
    if array is None:
        raise CannotSay(looks_wrong(f"{function} should return {wanted}."))
    if array.shape != shape and (array.size != int(np.prod(shape)) or np.squeeze(array).ndim > len(shape)):
        raise CannotSay(looks_wrong(f"{function} should return {wanted}, not one of shape {array.shape}."))
    if not np.isfinite(array).all():
        raise CannotSay(looks_wrong(f"{function} returns values that are not finite (nan or inf)."))
    return array.reshape(shape)


def close(found: NDArray[np.generic], expected: Array | float, relative: float = 1e-5) -> bool:
    """Closeness relative to the largest expected value, wider for single precision."""
    tolerance = Tolerance(relative, 1e-9).for_precision_of(found)
    return is_close(found.astype(np.float64), np.asarray(expected, np.float64), tolerance)
