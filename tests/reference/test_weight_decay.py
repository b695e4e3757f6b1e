"""Question 2.2 against autograd on the penalised loss and against torch.optim."""

import numpy as np
import pytest
import torch

from reference.least_squares import Array
from reference.weight_decay import equivalent_l2, step_with_decay, step_with_l2

Problem = tuple[Array, Array, Array]


@pytest.fixture
def problem() -> Problem:
    random = np.random.default_rng(13)
    return random.normal(size=(4, 3)), random.normal(size=4), random.normal(size=3)


def test_the_l2_step_descends_the_penalised_loss(problem: Problem) -> None:
    X, t, w0 = (torch.tensor(array) for array in problem)
    w0.requires_grad_()
    penalised = torch.nn.functional.mse_loss(X @ w0, t) + 0.7 * (w0**2).sum()
    (g,) = torch.autograd.grad(penalised, w0)
    np.testing.assert_allclose(step_with_l2(*problem, eta=0.1, l2=0.7), problem[2] - 0.1 * g.numpy())


def test_the_decay_step_is_that_of_adamws_decay_followed_by_sgd(problem: Problem) -> None:
    X, t, w0 = (torch.tensor(array) for array in problem)
    weights = w0.clone().requires_grad_()
    torch.nn.functional.mse_loss(X @ weights, t).backward()
    with torch.no_grad():
        weights *= 1 - 0.2
    torch.optim.SGD([weights], lr=0.1).step()
    np.testing.assert_allclose(step_with_decay(*problem, eta=0.1, decay=0.2), weights.detach().numpy())


@pytest.mark.parametrize(("decay", "eta"), [(0.2, 0.1), (0.01, 3.0), (0.0, 0.5)])
def test_the_steps_agree_at_the_equivalent_coefficient_and_at_no_other(
    problem: Problem, decay: float, eta: float
) -> None:
    l2 = equivalent_l2(decay, eta)
    decayed = step_with_decay(*problem, eta, decay)
    np.testing.assert_allclose(step_with_l2(*problem, eta, l2), decayed)
    for other in (l2 + 0.1, 2 * l2 + 0.01, l2 - 0.1):
        assert not np.allclose(step_with_l2(*problem, eta, other), decayed)


def test_torchs_own_weight_decay_is_twice_the_l2_coefficient(problem: Problem) -> None:
    X, t, w0 = (torch.tensor(array) for array in problem)
    weights = w0.clone().requires_grad_()
    torch.nn.functional.mse_loss(X @ weights, t).backward()
    torch.optim.SGD([weights], lr=0.1, weight_decay=2 * equivalent_l2(0.3, 0.1)).step()
    np.testing.assert_allclose(step_with_decay(*problem, eta=0.1, decay=0.3), weights.detach().numpy())
