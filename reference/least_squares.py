"""Linear regression by mini-batch SGD, and why that finds the minimum-norm solution (question 1.1.1).

Shapes throughout: X (n, d) holds one example in each row, t (n,) the labels, w (d,) the weights, all float64.

The argument of question 1.1.1. A step (2) adds a combination of rows of X to w, and w0 = 0, so every iterate
lies in the row space of X: w = X^T c for some c in R^n. If X w = t as well, then X X^T c = t. X has full row
rank, so X X^T is invertible, c is unique, and w = X^T (X X^T)^-1 t. That is the minimum-norm solution: any
other differs from it by some z with X z = 0, which is orthogonal to every X^T c and so adds to the norm.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def loss(X: Array, t: Array, w: Array) -> float:
    """The mean squared error (1/n) ||X w - t||^2, equation (1)."""
    residual = X @ w - t
    return float(residual @ residual) / len(t)


def gradient(X: Array, t: Array, w: Array) -> Array:
    """The gradient of `loss` in w, (2/n) X^T (X w - t), shape (d,)."""
    return (2 / len(t)) * X.T @ (X @ w - t)


def sgd_step(X: Array, t: Array, w: Array, eta: float, batch: NDArray[np.integer]) -> Array:
    """The weights after one step of equation (2) on the rows of X whose indices are in `batch`, shape (d,).

    The mean over the batch of the gradients of (x_j . w - t_j)^2 is the gradient of the batch's own mean
    squared error.
    """
    return w - eta * gradient(X[batch], t[batch], w)


def minibatch_sgd(X: Array, t: Array, eta: float, batch_size: int, steps: int, seed: int) -> Array:
    """The iterates of equation (2) from w0 = 0, shape (steps + 1, d), the first of them w0.

    Every step draws its own batch, without replacement within the batch, so `batch_size` is at most n (NumPy
    raises ValueError above it) and `batch_size == n` is gradient descent.
    """
    random = np.random.default_rng(seed)
    iterates = np.zeros((steps + 1, X.shape[1]))
    for step in range(steps):
        batch = random.choice(len(t), size=batch_size, replace=False)
        iterates[step + 1] = sgd_step(X, t, iterates[step], eta, batch)
    return iterates


def minimum_norm_solution(X: Array, t: Array) -> Array:
    """The solution of X w = t with the smallest norm, X^T (X X^T)^-1 t, shape (d,).

    Raises `DependentRowsError` unless X has full row rank, as the assignment assumes.
    """
    n, d = X.shape
    rank = int(np.linalg.matrix_rank(X))
    if rank < n:
        raise DependentRowsError(n, d, rank)
    solution: Array = X.T @ np.linalg.solve(X @ X.T, t)
    return solution


def distance_from_row_space(X: Array, w: Array) -> float:
    """The distance from w to the row space of X, where every iterate of SGD from w0 = 0 lies."""
    combination = np.linalg.lstsq(X.T, w, rcond=None)[0]
    return float(np.linalg.norm(w - X.T @ combination))


class DependentRowsError(ValueError):
    """X X^T is singular, so the formula for the minimum-norm solution does not apply."""

    def __init__(self, n: int, d: int, rank: int) -> None:
        super().__init__(
            f"X of shape ({n}, {d}) has rank {rank}, so X X^T is singular; give X {n} independent rows."
        )
