"""The scalar noisy quadratic model: SGD on L(w) = a w^2 / 2 with Gaussian gradient noise (question 1.1.1).

A mini-batch of B examples gives the gradient a w plus noise e of variance sigma^2 / B, so after a step

    w' = (1 - eta a) w - eta e    and    E[w'^2] = (1 - eta a)^2 E[w^2] + eta^2 sigma^2 / B.

Everything below follows from that recursion in m = E[w^2], the second moment; the expected loss is a m / 2
(Zhang et al., 2019, arXiv:1907.04164, in one dimension). 0 < eta a < 2 keeps the iterates bounded.

The answer to 1.1.1 is `optimal_learning_rate`: it is a m B / sigma^2 while the batch is small, and saturates
at 1/a, the step that lands on the minimum, once the noise no longer matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NoisyQuadratic:
    """curvature: a > 0. sigma: standard deviation of one example's gradient noise. batch_size: B."""

    curvature: float
    sigma: float
    batch_size: float = 1

    @property
    def noise(self) -> float:
        """Variance of the mini-batch gradient, sigma^2 / B."""
        return self.sigma**2 / self.batch_size

    def expected_loss(self, second_moment: float) -> float:
        """E[L] = a m / 2."""
        return self.curvature * second_moment / 2


def second_moments(model: NoisyQuadratic, eta: float, w0: float, steps: int) -> Array:
    """E[w^2] after 0, 1, ..., steps steps by the recursion, shape (steps + 1,)."""
    moments = [w0**2]
    for _ in range(steps):
        moments.append((1 - eta * model.curvature) ** 2 * moments[-1] + eta**2 * model.noise)
    return np.array(moments)


def second_moment(model: NoisyQuadratic, eta: float, w0: float, steps: int) -> float:
    """The same after `steps` steps in closed form: r^k w0^2 + (1 - r^k) m_inf with r = (1 - eta a)^2."""
    rate = (1 - eta * model.curvature) ** (2 * steps)
    return rate * w0**2 + (1 - rate) * steady_state(model, eta)


def steady_state(model: NoisyQuadratic, eta: float) -> float:
    """E[w^2] after infinitely many steps, eta sigma^2 / (B a (2 - eta a)); needs 0 < eta a < 2."""
    step = eta * model.curvature
    if not 0 < step < 2:
        raise DivergentError(eta, model.curvature)
    return eta * model.noise / (model.curvature * (2 - step))


def simulate(model: NoisyQuadratic, eta: float, w0: float, steps: int, runs: int, seed: int) -> Array:
    """w after 0, 1, ..., steps steps of mini-batch SGD in independent runs, shape (runs, steps + 1).

    Each step averages B gradients of its own, so that the 1/B in the noise is found and not put in; the batch
    size must be a whole number here.
    """
    random = np.random.default_rng(seed)
    w = np.empty((runs, steps + 1))
    w[:, 0] = w0
    for step in range(steps):
        noise = random.normal(0.0, model.sigma, (runs, int(model.batch_size)))
        gradient = np.mean(model.curvature * w[:, step : step + 1] + noise, axis=1)
        w[:, step + 1] = w[:, step] - eta * gradient
    return w


def optimal_learning_rate(model: NoisyQuadratic, second_moment: float) -> float:
    """The eta that makes the next second moment least, a m / (a^2 m + sigma^2 / B).

    It is the best at every step of a longer run too: the next moment grows with the present one, so nothing
    is gained by a worse step now.
    """
    a, m = model.curvature, second_moment
    return a * m / (a**2 * m + model.noise)


def best_second_moments(model: NoisyQuadratic, w0: float, steps: int) -> Array:
    """E[w^2] with the best learning rate at each step, shape (steps + 1,); sigma > 0 and w0 is not zero.

    1/m_k = 1/w0^2 + k a^2 B / sigma^2.
    """
    gain = model.curvature**2 / model.noise
    return 1 / (1 / w0**2 + gain * np.arange(steps + 1))


def steps_to_reach(model: NoisyQuadratic, w0: float, target: float) -> int:
    """Steps until E[L] <= target with the best learning rates: proportional to 1/B, and never less than one.

    The first is the noise-dominated regime of figure 1. One dimension has no curvature-dominated one but the
    single step at which the curve ends: that takes directions of different curvature.
    """
    wanted = 2 * target / model.curvature
    if w0**2 <= wanted:
        return 0
    exact = (1 / wanted - 1 / w0**2) * model.noise / model.curvature**2
    return max(1, int(np.ceil(exact - 1e-9)))


class DivergentError(ValueError):
    """The iterates grow without bound, or stand still."""

    def __init__(self, eta: float, curvature: float) -> None:
        super().__init__(
            f"eta = {eta:g} at curvature {curvature:g} has no steady state; take eta between 0 and "
            f"{2 / curvature:g}."
        )
