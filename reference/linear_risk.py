"""The test loss of least squares with a random teacher: bias, variance, their means (questions 2.1 and 2.2).

X (n, d) has independent N(0, 1) entries; t = X w* + e with E[w* w*^T] = I/d and e of variance sigma^2. The
test loss (2.4) is E |w_hat - w*|^2 over w* and e: a test point has covariance I. Shapes: t, e (n,), w* (d,).

With n > d,  w_hat - w* = (X^T X)^-1 X^T e: no bias, and variance sigma^2 Tr (X^T X)^-1, which is (2.5).
With n < d,  w_hat - w* = -(I - P) w* + X^T (X X^T)^-1 e, where P = X^T (X X^T)^-1 X projects on the row
space: bias Tr(I - P)/d and variance sigma^2 Tr (X X^T)^-1, which is (2.6). The trace of a projection is its
rank, so the bias is (d - n)/d whatever X is.

(2.7), E Tr (G^T G)^-1 = p / (m - p - 1) for G (m, p), by chi-square variables: entry (j, j) of (G^T G)^-1 is
1 / |r_j|^2, where r_j is what remains of column j less its projection on the other p - 1 columns. These are
independent of column j, so r_j is a Gaussian vector in the m - p + 1 dimensions that are left, |r_j|^2 is
chi-square with k = m - p + 1 degrees of freedom, and E[1 / chi^2_k] = 1 / (k - 2) for k > 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.least_squares import Array, minimum_norm_solution


@dataclass(frozen=True, slots=True)
class Risk:
    """A test loss and the two terms that it is the sum of."""

    bias: float
    variance: float

    @property
    def total(self) -> float:
        """The test loss."""
        return self.bias + self.variance


def estimator(X: Array, t: Array) -> Array:
    """w_hat of (2.2), shape (d,): least squares for n >= d, the minimum-norm interpolant for n < d."""
    n, d = X.shape
    if n < d:
        return minimum_norm_solution(X, t)
    return np.asarray(np.linalg.solve(X.T @ X, X.T @ t))


def error(X: Array, w_star: Array, noise: Array) -> Array:
    """w_hat - w*, shape (d,), written in w* and e as at the top of this page."""
    n, d = X.shape
    if n >= d:
        return np.asarray(np.linalg.solve(X.T @ X, X.T @ noise))
    pseudo_inverse = X.T @ np.linalg.inv(X @ X.T)
    return np.asarray(pseudo_inverse @ noise - (np.eye(d) - pseudo_inverse @ X) @ w_star)


def risk(X: Array, sigma: float) -> Risk:
    """The test loss given X, (2.5) for n >= d and (2.6) for n < d; X has full rank."""
    n, d = X.shape
    gram = X.T @ X if n >= d else X @ X.T
    return Risk(max(d - n, 0) / d, sigma**2 * float(np.trace(np.linalg.inv(gram))))


def expected_inverse_trace(m: int, p: int) -> float:
    """E Tr (G^T G)^-1 for Gaussian G (m, p), p / (m - p - 1), equation (2.7); infinite for m - p <= 1."""
    return p / (m - p - 1) if m > p + 1 else np.inf


def expected_risk(n: int, d: int, sigma: float) -> Risk:
    """The mean of `risk` over X (question 2.2.1).

    n > d + 1: sigma^2 d / (n - d - 1). d > n + 1: (d - n)/d + sigma^2 n / (d - n - 1). Between them, where
    the handout looks away, the variance is infinite unless sigma = 0.
    """
    shape = (n, d) if n >= d else (d, n)
    variance = sigma**2 * expected_inverse_trace(*shape) if sigma else 0.0
    return Risk(max(d - n, 0) / d, variance)


def more_data_helps(n: int, d: int, sigma: float) -> bool:
    """Whether the slope of the expected risk in n is negative, outside n - 1 <= d <= n + 1 (question 2.2.3).

    n > d + 1: always, if there is noise; without, the risk is zero already. d > n + 1: the slope is
    -1/d + sigma^2 (d - 1)/(d - n - 1)^2, so only while n < d - 1 - sigma sqrt(d (d - 1)).
    """
    if n > d:
        return sigma > 0
    return bool(n < d - 1 - sigma * np.sqrt(d * (d - 1)))


def residual_norms(G: Array) -> Array:
    """|r_j|^2 for every column j of G (m, p): what the other columns leave of it, squared; shape (p,)."""
    norms = []
    for j in range(G.shape[1]):
        others = np.delete(G, j, axis=1)
        remainder = G[:, j] - others @ np.linalg.lstsq(others, G[:, j], rcond=None)[0]
        norms.append(float(remainder @ remainder))
    return np.array(norms)


def gaussian_design(n: int, d: int, seed: int) -> Array:
    """X (n, d) with independent standard normal entries."""
    design: Array = np.random.default_rng(seed).standard_normal((n, d))
    return design
