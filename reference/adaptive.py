"""Adaptive methods on linear regression: why they miss the minimum-norm solution (questions 1.2.1, 1.2.2).

All three methods descend the full-batch loss (1), with gradient g; squares, roots and quotients are taken
coordinate by coordinate. Shapes: X (n, d), t (n,), w0 (d,); iterates (steps + 1, d), the first of them w0.

Each method divides a coordinate's gradient by a scale of that same coordinate's gradients. With one example x
and r = 2 (x . w - t), the gradient is r x: coordinate i's gradients are x_i times a history of r that all
coordinates share. So x_i cancels up to its sign, and the step is along sign(x), which leaves span{x} unless
the |x_i| that are not zero are all equal. See `Counterexample`.

`eps` stands outside the root, as in equation (3). With `eps = 0` a coordinate whose gradients have all been
zero does not move, the limit of its steps as eps tends to 0.
"""

from dataclasses import dataclass

import numpy as np

from reference.least_squares import Array, gradient, minimum_norm_solution


def rmsprop(X: Array, t: Array, w0: Array, eta: float, beta: float, eps: float, steps: int) -> Array:
    """The iterates of RMSProp, equations (3) and (4).

    v <- beta v + (1 - beta) g^2, then w <- w - eta g / (sqrt(v) + eps); v is 0 before the first step.

    On one example v_i = x_i^2 times a moving average of r^2, so g_i / sqrt(v_i) is the same for every
    coordinate, up to the sign of x_i. Iterates that do not settle can end by crossing the limit to and
    fro, eta / 2 on either side: steps of eta between two such points keep g^2, and so v, constant.
    """
    v = np.zeros_like(w0)
    iterates = _start(w0, steps)
    for step in range(steps):
        w = iterates[step]
        g = gradient(X, t, w)
        v = beta * v + (1 - beta) * g**2
        iterates[step + 1] = w - eta * _scaled(g, v, eps)
    return iterates


def adagrad(X: Array, t: Array, w0: Array, eta: float, eps: float, steps: int) -> Array:
    """The iterates of Adagrad (Duchi et al., 2011): v <- v + g^2, w <- w - eta g / (sqrt(v) + eps).

    On one example v_i = x_i^2 times the sum of r^2 so far: RMSProp's argument with a sum for the average.
    """
    v = np.zeros_like(w0)
    iterates = _start(w0, steps)
    for step in range(steps):
        w = iterates[step]
        g = gradient(X, t, w)
        v = v + g**2
        iterates[step + 1] = w - eta * _scaled(g, v, eps)
    return iterates


def adam(
    X: Array, t: Array, w0: Array, eta: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:
    """The iterates of Adam (Kingma and Ba, 2015, algorithm 1), with bias-corrected moments.

    m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2, and at step k = 1, 2, ...
    w <- w - eta m_hat / (sqrt(v_hat) + eps), m_hat = m / (1 - beta1^k), v_hat = v / (1 - beta2^k).

    On one example m_i = x_i times a moving average of r, and v_i = x_i^2 times one of r^2; the corrections
    are the same for every coordinate, so again only the sign of x_i is left.
    """
    m = np.zeros_like(w0)
    v = np.zeros_like(w0)
    iterates = _start(w0, steps)
    for step in range(steps):
        w = iterates[step]
        g = gradient(X, t, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1 ** (step + 1))
        v_hat = v / (1 - beta2 ** (step + 1))
        iterates[step + 1] = w - eta * _scaled(m_hat, v_hat, eps)
    return iterates


def _start(w0: Array, steps: int) -> Array:
    iterates = np.empty((steps + 1, len(w0)))
    iterates[0] = w0
    return iterates


def _scaled(numerator: Array, v: Array, eps: float) -> Array:
    """numerator / (sqrt(v) + eps), and 0 where that would be 0 / 0."""
    denominator = np.sqrt(v) + eps
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One example x with label t, from w0 = 0: by default that of question 1.2.1's hint.

    The solutions of x . w = t form a plane (a line if d = 2), and a method that only moves along u can reach
    just one of them, s u with s = t / (x . u). Gradient descent moves along u = x, an adaptive method with
    eps = 0 along u = sign(x).
    """

    x: tuple[float, ...] = (2.0, 1.0)
    t: float = 2.0

    @property
    def X(self) -> Array:  # noqa: N802
        """The data matrix, shape (1, d)."""
        return np.array([self.x])

    @property
    def labels(self) -> Array:
        """The labels, shape (1,)."""
        return np.array([self.t])

    @property
    def w0(self) -> Array:
        """The initial weights, zero, shape (d,)."""
        return np.zeros(len(self.x))

    @property
    def minimum_norm_solution(self) -> Array:
        """The limit of gradient descent and of SGD; [4/5, 2/5] for question 1.2.1."""
        return minimum_norm_solution(self.X, self.labels)

    @property
    def adaptive_limit(self) -> Array:
        """The limit of RMSProp, Adagrad and Adam alike with eps = 0; [2/3, 2/3] for question 1.2.1."""
        direction = np.sign(self.X[0])
        limit: Array = self.t / (self.X[0] @ direction) * direction
        return limit
