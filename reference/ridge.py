"""Ridge regression and its test loss, exactly given X and in the limit of large d (question 2.3).

The setting and shapes are those of `linear_risk`. With S = X^T X and M = S + n lambda I,

    w_lambda = M^-1 X^T t,    w_lambda - w* = M^-1 (X^T e - n lambda w*),

so the test loss is (n lambda)^2 Tr(M^-2)/d + sigma^2 Tr(M^-1 S M^-1). At n lambda = sigma^2 d both terms have
the factor sigma^2, and they add up to sigma^2 Tr(M^-2 (n lambda I + S)) = sigma^2 Tr M^-1, which is (2.10).
That lambda is the best one: w* with variance 1/d against noise sigma^2 makes w_lambda the posterior mean. It
grows with the noise and falls with n, the answer to 2.3.2.
"""

from __future__ import annotations

import numpy as np

from reference.least_squares import Array
from reference.linear_risk import Risk


def objective(X: Array, t: Array, w: Array, strength: float) -> float:
    """(1/n) |X w - t|^2 + lambda |w|^2, equation (2.8)."""
    residual = X @ w - t
    return float(residual @ residual) / len(t) + strength * float(w @ w)


def gradient(X: Array, t: Array, w: Array, strength: float) -> Array:
    """The gradient of `objective` in w, (2/n) X^T (X w - t) + 2 lambda w, shape (d,)."""
    return (2 / len(t)) * X.T @ (X @ w - t) + 2 * strength * w


def estimator(X: Array, t: Array, strength: float) -> Array:
    """Where the gradient is zero, (X^T X + n lambda I)^-1 X^T t, shape (d,), equation (2.9); lambda > 0."""
    n, d = X.shape
    solution: Array = np.linalg.solve(X.T @ X + n * strength * np.eye(d), X.T @ t)
    return solution


def error(X: Array, w_star: Array, noise: Array, strength: float) -> Array:
    """w_lambda - w*, shape (d,)."""
    n, d = X.shape
    spread: Array = np.linalg.solve(X.T @ X + n * strength * np.eye(d), X.T @ noise - n * strength * w_star)
    return spread


def risk(X: Array, sigma: float, strength: float) -> Risk:
    """The test loss given X at any lambda > 0."""
    n, d = X.shape
    penalty = n * strength
    eigenvalues = _eigenvalues(X)
    bias = penalty**2 / d * float(np.sum(1 / (eigenvalues + penalty) ** 2))
    variance = sigma**2 * float(np.sum(eigenvalues / (eigenvalues + penalty) ** 2))
    return Risk(bias, variance)


def optimal_strength(n: int, d: int, sigma: float) -> float:
    """lambda = sigma^2 d / n = sigma^2 gamma."""
    return sigma**2 * d / n


def optimal_risk(X: Array, sigma: float) -> float:
    """The test loss given X at the optimal lambda, sigma^2 Tr((X^T X + sigma^2 d I)^-1), equation (2.10)."""
    return sigma**2 * float(np.sum(1 / (_eigenvalues(X) + sigma**2 * X.shape[1])))


def limiting_risk(n: float, d: float, sigma: float, strength: float | None = None) -> float:
    """sigma^2 E Tr((X^T X + n lambda I)^-1) as d grows at fixed gamma = d/n (question 2.3.4).

    By default at the optimal lambda, where this is the test loss; sigma > 0. The Stieltjes transform m of the
    Marchenko-Pastur law at -lambda solves gamma lambda m^2 + (1 - gamma + lambda) m - 1 = 0, and the trace is
    gamma m. The root is taken in the form that does not cancel.
    """
    gamma = d / n
    strength = sigma**2 * gamma if strength is None else strength
    b = 1 - gamma + strength
    root = np.sqrt(b**2 + 4 * gamma * strength)
    transform = 2 / (b + root) if b > 0 else (root - b) / (2 * gamma * strength)
    return float(sigma**2 * gamma * transform)


def _eigenvalues(X: Array) -> Array:
    """Those of X^T X, shape (d,), from singular values: what should be zero is, and nothing is negative."""
    values = np.zeros(X.shape[1])
    found = np.linalg.svd(X, compute_uv=False) ** 2
    values[: len(found)] = found
    return values
