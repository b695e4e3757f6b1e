"""The loss after one step of gradient descent as a function of the learning rate (question 2.1).

Shapes: X (n, d), t (n,), w0 (d,); eta is a scalar. With a = X w0 - t, the residual before the step (the
handout's hint), the gradient is (2/n) X^T a, and the residual after the step is

    X w1 - t = a - eta b,    b = (2/n) X X^T a,    so    L1(eta) = (1/n) ||a - eta b||^2:

a parabola in eta, and everything else here is read off it.
"""

import numpy as np

from reference.least_squares import Array


def weights_after_one_step(X: Array, t: Array, w0: Array, eta: float) -> Array:
    """w1 = w0 - (2 eta / n) X^T a, shape (d,) (question 2.1.1)."""
    return w0 - (2 * eta / len(t)) * X.T @ (X @ w0 - t)


def loss_after_one_step(X: Array, t: Array, w0: Array, eta: float) -> float:
    """L1 = (1/n) ||(I - (2 eta / n) X X^T) a||^2 (question 2.1.1)."""
    a, b = _residual_and_its_decrease(X, t, w0)
    return float(np.sum((a - eta * b) ** 2)) / len(t)


def loss_derivative(X: Array, t: Array, w0: Array, eta: float) -> float:
    """dL1/d eta = -(2/n) b . (a - eta b) (question 2.1.3).

    Written out: -(4/n^2) ||X^T a||^2 + (8 eta / n^3) ||X X^T a||^2.
    """
    a, b = _residual_and_its_decrease(X, t, w0)
    return -2 / len(t) * float(b @ (a - eta * b))


def loss_second_derivative(X: Array, t: Array, w0: Array) -> float:
    """d^2 L1/d eta^2 = (2/n) ||b||^2 = (8/n^3) ||X X^T a||^2 >= 0, so L1 is convex (question 2.1.2)."""
    _, b = _residual_and_its_decrease(X, t, w0)
    return 2 / len(t) * float(b @ b)


def optimal_learning_rate(X: Array, t: Array, w0: Array) -> float:
    """The eta at which dL1/d eta = 0, (a . b) / ||b||^2 = n ||X^T a||^2 / (2 ||X X^T a||^2) (question 2.1.3).

    Raises `ZeroGradientError` where the gradient at w0 is zero, so that no step changes the loss.
    """
    a, b = _residual_and_its_decrease(X, t, w0)
    if not np.any(b):
        raise ZeroGradientError
    return float(a @ b) / float(b @ b)


class ZeroGradientError(ValueError):
    """Every learning rate gives the same loss."""

    def __init__(self) -> None:
        super().__init__("The gradient at w0 is zero, so every learning rate is optimal; choose another w0.")


def _residual_and_its_decrease(X: Array, t: Array, w0: Array) -> tuple[Array, Array]:
    """a and b of the module's docstring, each of shape (n,)."""
    a = X @ w0 - t
    return a, (2 / len(t)) * X @ (X.T @ a)
