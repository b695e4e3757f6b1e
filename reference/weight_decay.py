"""L2 regularisation and weight decay, and when one step of each is the same (questions 2.2.1 and 2.2.2).

Shapes: X (n, d), t (n,), w0 (d,); eta, l2 (the handout's lambda tilde) and decay (its lambda) are scalars.
"""

from reference.least_squares import Array, gradient


def step_with_l2(X: Array, t: Array, w0: Array, eta: float, l2: float) -> Array:
    """One step of gradient descent on (1/n) ||X w - t||^2 + l2 ||w||^2, shape (d,) (question 2.2.1).

    The penalty's gradient is 2 l2 w0, so w1 = (1 - 2 eta l2) w0 - (2 eta / n) X^T (X w0 - t).
    """
    return (1 - 2 * eta * l2) * w0 - eta * gradient(X, t, w0)


def step_with_decay(X: Array, t: Array, w0: Array, eta: float, decay: float) -> Array:
    """One step of gradient descent with weight decay, equation (5), shape (d,) (question 2.2.1).

    w1 = (1 - decay) w0 - (2 eta / n) X^T (X w0 - t).
    """
    return (1 - decay) * w0 - eta * gradient(X, t, w0)


def equivalent_l2(decay: float, eta: float) -> float:
    """The l2 for which both steps agree whatever X, t and w0 are (question 2.2.2); eta is not zero.

    The two differ in the factor of w0 alone: 1 - 2 eta l2 = 1 - decay, so l2 = decay / (2 eta).
    """
    return decay / (2 * eta)
